"""Intervals, moments and reasons as stated values.

In: what methods say. Out: trees of stated values, in the names of `diagnose --json`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from battery_passport.diagnostics.estimate import moment
from battery_passport.diagnostics.model import Assumption, Interval, NotDetermined
from battery_passport.diagnostics.stating.leaves import Rounded, Stated


def stated_interval(
    unit: str, figure: Interval | NotDetermined, decimals: int
) -> Mapping[str, Stated]:
    """Return value, low and high, or null and the reason."""
    if isinstance(figure, NotDetermined):
        return {
            f"value_{unit}": None,
            "reason": figure.sentence,
            "reason_code": figure.code,
            "reason_parameters": dict(figure.parameters),
        }
    return {
        f"value_{unit}": Rounded(figure.value, decimals),
        f"low_{unit}": Rounded(figure.low, decimals),
        f"high_{unit}": Rounded(figure.high, decimals),
    }


def stated_moment(at: datetime | None) -> Stated:
    """Return a time to the second, or null."""
    return None if at is None else moment(at)


def stated_assumptions(made: Iterable[Assumption]) -> Stated:
    """Return codes and sentences."""
    return [{"code": each.code, "sentence": each.sentence} for each in made]
