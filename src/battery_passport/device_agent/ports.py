"""What the device needs from outside: a way to send, a queue that keeps, a clock.

In: nothing. Out: Protocols, which `assembly` or a real device fulfils.
"""

from datetime import datetime
from typing import Protocol

from battery_passport.device_agent.model import Outcome, Refused


class SendBatch(Protocol):
    """Sends one batch and returns the platform's answer.

    Raises: Unreachable when there is no answer.
    """

    def __call__(self, encoded: bytes) -> Outcome: ...


class Queue(Protocol):
    """Keeps sealed batches in order until they are delivered."""

    def room(self) -> int:
        """Return how many more batches fit."""

    def append(self, encoded: bytes) -> None:
        """Keep a batch behind all others. Raises: QueueFull."""

    def first(self) -> bytes | None:
        """Return the batch that waits longest, or None."""

    def remove_first(self) -> None:
        """Forget the batch that waits longest: it was delivered."""

    def set_aside_first(self, refusal: Refused) -> None:
        """Put the batch that waits longest out of the way, where a person can find it."""

    def waiting(self) -> int:
        """Return how many batches wait."""


class AgentClock(Protocol):
    """The device's two clocks."""

    def now(self) -> datetime:
        """Return the wall clock's time, which may be wrong."""

    def monotonic_ms(self) -> int:
        """Return milliseconds since the device started, which never step back."""
