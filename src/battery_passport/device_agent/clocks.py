"""Clocks for a device: the machine's, and one that follows a recorded past.

In: the machine's time, or the times of samples. Out: `AgentClock`s.
"""

import time
from datetime import UTC, datetime

from battery_passport.foundation.clock import from_unix_ms


class MachineClock:
    """The machine's wall clock, and milliseconds since this clock was made."""

    def __init__(self) -> None:
        self._started_ns = time.monotonic_ns()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        return (time.monotonic_ns() - self._started_ns) // 1_000_000


class FollowingClock:
    """Stands at the last sample it was shown, as a device's clock did when it took that one."""

    def __init__(self, started_ms: int) -> None:
        self._started_ms = started_ms
        self._now_ms = started_ms

    def follow(self, moment_ms: int) -> None:
        """Move on to a sample's time; never back."""
        self._now_ms = max(self._now_ms, moment_ms)

    def now(self) -> datetime:
        return from_unix_ms(self._now_ms)

    def monotonic_ms(self) -> int:
        return self._now_ms - self._started_ms
