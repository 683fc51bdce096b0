"""How many batteries retire in each of the coming years, and with which grade.

In: diagnoses of those known, how many batteries a year the market will see. Out: expected numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.grading.rules import letter_of

RETIRES_AT_PERCENT = 70.0
OLDEST_YEARS = 13.0
"""A car is given up for other reasons at about this age, however well its battery is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """When a battery is expected to retire, from now, and what its health is then."""

    years: float
    low_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOutlook:
    """What a year brings: how many retire, by grade."""

    year: int
    known: Mapping[str, int]
    market: Mapping[str, int]

    def as_json(self) -> JsonObject:
        """Return the year's numbers."""
        return {
            "year": self.year,
            "known_batteries": dict(self.known),
            "market": dict(self.market),
        }


def outlook(
    documents: Iterable[JsonObject], *, year: int, years: int, growth: tuple[float, float]
) -> list[YearOutlook]:
    """Return year by year what retires; `growth` is the market's number in the first year and the
    one five years on, in between and beyond by equal factors.

    The market's grades are those of the known batteries that retire within the years looked at.
    """
    retirements = [each for each in map(retirement, documents) if each is not None]
    shares = _shares([each for each in retirements if each.years < years])
    found = []
    for ahead in range(years):
        due = [each for each in retirements if ahead <= each.years < ahead + 1]
        total = growth[0] * exp(log(growth[1] / growth[0]) * ahead / 5.0)
        found.append(
            YearOutlook(
                year=year + ahead,
                known=_counts(due),
                market={grade: round(total * share) for grade, share in shares.items()},
            )
        )
    return found


def retirement(document: JsonObject) -> Retirement | None:
    """Return a battery's expected retirement: its fan passes 70 %, or the car gets too old.

    None where there is no forecast. Its grade will be that of the fan's lower edge then.
    """
    forecast = document.get("forecast")
    fan = forecast.get("fan") if isinstance(forecast, dict) else None
    points = [_point(each) for each in fan] if isinstance(fan, list) else []
    if not points:
        return None
    now = points[0][0]
    for age, low, middle in points:
        if middle < RETIRES_AT_PERCENT or age >= OLDEST_YEARS:
            return Retirement(years=age - now, low_percent=low)
    return Retirement(years=points[-1][0] - now, low_percent=points[-1][1])


def _point(value: JsonValue) -> tuple[float, float, float]:
    members = value if isinstance(value, dict) else {}
    percent = members.get("percent")
    quantiles = percent if isinstance(percent, list) else [0.0] * 5
    return _number(members.get("age_years")), _number(quantiles[0]), _number(quantiles[2])


def _number(value: JsonValue) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _counts(due: Sequence[Retirement]) -> dict[str, int]:
    letters = [letter_of(each.low_percent).value for each in due]
    return {grade: letters.count(grade) for grade in ("A", "B", "C", "R")}


def _shares(due: Sequence[Retirement]) -> dict[str, float]:
    counts = _counts(due)
    total = sum(counts.values())
    return {grade: count / total if total else 0.0 for grade, count in counts.items()}
