"""A queue in memory: bounded, and forgotten when the device loses power.

In: sealed batches. Out: the same, oldest first. The durable queue of a real device has this shape.
"""

from collections import deque

from battery_passport.device_agent.errors import QueueFull
from battery_passport.device_agent.model import Refused


class MemoryQueue:
    """A `Queue` of at most so many batches, with those refused kept beside it."""

    def __init__(self, *, limit: int = 4_096) -> None:
        self._limit = limit
        self._waiting: deque[bytes] = deque()
        self.set_aside: list[tuple[bytes, Refused]] = []

    def room(self) -> int:
        return self._limit - len(self._waiting) - len(self.set_aside)

    def append(self, encoded: bytes) -> None:
        if self.room() < 1:
            raise QueueFull(f"The queue holds {self._limit} batches, its limit.")
        self._waiting.append(encoded)

    def first(self) -> bytes | None:
        return self._waiting[0] if self._waiting else None

    def remove_first(self) -> None:
        self._waiting.popleft()

    def set_aside_first(self, refusal: Refused) -> None:
        self.set_aside.append((self._waiting.popleft(), refusal))

    def waiting(self) -> int:
        return len(self._waiting)
