"""Times of reports that are never late: counted from when a module's first test began.

In: nothing. Out: moments, the same for all tests of a module.
"""

from datetime import UTC, datetime, timedelta

from battery_passport.foundation.clock import format_utc


class Beginning:
    """The second in which a module's first test began, and moments after it."""

    def __init__(self) -> None:
        self._at: datetime | None = None

    def now(self) -> datetime:
        """Return that second; reports of it are not late."""
        if self._at is None:
            self._at = datetime.now(UTC).replace(microsecond=0)
        return self._at

    def at(self, seconds: float) -> str:
        """Return a moment some seconds after it, as reports write it."""
        return format_utc(self.now() + timedelta(seconds=seconds))
