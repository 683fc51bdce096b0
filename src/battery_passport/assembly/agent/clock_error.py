"""How far the device's clock is off, from the times that the platform tells in its answers.

In: when a question went out and its answer came, by the device, and the platform's time in it.
Out: the device's clock minus the platform's, taken from the answer that came soonest.
"""

from collections import deque
from dataclasses import dataclass, field

_REMEMBERED = 8


@dataclass(slots=True)
class ClockError:
    """The last answers; of these the quickest says most."""

    _seen: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def learn(self, *, asked_ms: int, answered_ms: int, platform_ms: int) -> None:
        """Take one answer into account."""
        middle = (asked_ms + answered_ms) // 2
        self._seen.append((answered_ms - asked_ms, middle - platform_ms))

    @property
    def ahead_ms(self) -> int | None:
        """How far ahead the device's clock is; None before any answer."""
        return min(self._seen)[1] if self._seen else None
