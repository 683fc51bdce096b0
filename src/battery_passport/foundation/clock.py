"""Time as a value that is handed in, so that rules and tests never read the wall clock.

In: nothing. Out: UTC-aware datetimes, the one text form used in records, and the lengths of time
that readings are counted in.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from battery_passport.foundation.errors import InvalidInput

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
DAY_S: Final = 86_400
KOREAN_TIME_MS: Final = 9 * HOUR_MS
"""How far Korean Standard Time is ahead of UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the present time in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set; for tests and replays."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def format_utc(moment: datetime) -> str:
    """Return RFC 3339 text in UTC with milliseconds, as in `2026-11-23T07:30:00.000Z`.

    Raises: InvalidInput if the time has no zone.
    """
    if moment.tzinfo is None:
        raise InvalidInput(f"The time {moment.isoformat()} has no time zone.")
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    """Return the UTC-aware time that an RFC 3339 text names.

    Raises: InvalidInput if the text is no such time or has no zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is not a time.", remedy="Write it as 2026-11-23T07:30:00Z."
        ) from error
    if moment.tzinfo is None:
        raise InvalidInput(
            f"The time {text!r} has no time zone.", remedy="Write it as 2026-11-23T07:30:00Z."
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput(f"The time {text!r} is not in years 1 to 9999.") from error


def unix_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970-01-01T00:00:00Z."""
    delta = moment - _EPOCH
    return (delta.days * DAY_S + delta.seconds) * 1_000 + delta.microseconds // 1_000


def from_unix_ms(milliseconds: int) -> datetime:
    """Return the UTC-aware time so many milliseconds after 1970.

    Raises: InvalidInput if it lies outside the years 1 to 9999.
    """
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise InvalidInput(f"{milliseconds} ms is not a time in years 1 to 9999.") from error
