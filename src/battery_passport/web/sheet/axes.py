"""Axes of dates: days since 1970 with a few dates written below.

In: moments. Out: an `Axis`.
"""

from datetime import UTC, datetime, timedelta

from battery_passport.foundation.clock import DAY_S
from battery_passport.web.language import Language
from battery_passport.web.sheet.drawing import Axis, Tick

_LEAST_DAYS = 30.0
_TICKS = 4


def day_number(at: datetime) -> float:
    """Return the days since 1970."""
    return at.timestamp() / DAY_S


def date_axis(title: str, moments: list[datetime], language: Language) -> Axis:
    """Return an axis that holds the moments, at least a month long. At least one moment."""
    days = [day_number(each) for each in moments]
    low, high = min(days), max(days)
    more = max(0.04 * (high - low), (_LEAST_DAYS - (high - low)) / 2)
    low, high = low - more, high + more
    places = [low + (high - low) * (number + 0.5) / _TICKS for number in range(_TICKS)]
    return Axis(
        title=title,
        low=low,
        high=high,
        ticks=tuple(Tick(float(int(at)), language.day_of(_moment(at))) for at in places),
    )


def _moment(day: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=int(day))
