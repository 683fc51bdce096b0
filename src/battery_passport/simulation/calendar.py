"""The city's days: numbered from 2015, beginning at midnight in Busan.

In: UTC times. Out: day numbers and milliseconds since 1970.
"""

from datetime import UTC, date, datetime, timedelta

from battery_passport.foundation.clock import DAY_MS, unix_ms

FIRST_DATE = date(2015, 1, 1)
_BUSAN_AHEAD = timedelta(hours=9)
_FIRST_MIDNIGHT_MS = unix_ms(datetime(2015, 1, 1, tzinfo=UTC) - _BUSAN_AHEAD)


def day_start_ms(day: int) -> int:
    """Return the Busan midnight that begins a day, in milliseconds since 1970."""
    return _FIRST_MIDNIGHT_MS + day * DAY_MS


def day_of_ms(moment_ms: int) -> int:
    """Return the number of the day in Busan that holds a moment."""
    return (moment_ms - _FIRST_MIDNIGHT_MS) // DAY_MS


def day_of_date(day: date) -> int:
    """Return a date's day number."""
    return (day - FIRST_DATE).days


def date_of_day(day: int) -> date:
    """Return the date of a day number."""
    return FIRST_DATE + timedelta(days=day)


def is_weekend(day: int) -> bool:
    """Return whether a day is a Saturday or Sunday. 2015-01-01 was a Thursday."""
    return (day + 3) % 7 >= 5
