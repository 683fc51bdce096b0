"""Health as a person reads it: a sentence, a figure with its range, the car's own figure beside.

In: an `Estimate` and the certified energy. Out: texts and the places of a small bar.
"""

from dataclasses import dataclass

from battery_passport.web.language import Language
from battery_passport.web.owner.views import Estimate
from battery_passport.web.views import PublicValue

CERTIFIED_ENERGY = 61
"""Number of the data point that the car itself states. Source: EC guidance version 2.0."""

_ROOM_ABOVE_PERCENT = 4.0
_UNBROKEN = "\u202f"
_LEAST_SCALE_PERCENT = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeBar:
    """Where range and value stand on a line from 0 to `scale`. Units: percent of its width."""

    low: str
    width: str
    value: str
    full: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthBlock:
    """The context of `owner/_health.html`."""

    figure: str
    sentence: str
    range_text: str
    origin: str
    as_of: str
    bar: RangeBar


@dataclass(frozen=True, slots=True, kw_only=True)
class CarsOwnFigure:
    """What the car states of itself, with its date."""

    text: str
    as_of: str


def build_health(estimate: Estimate, language: Language) -> HealthBlock:
    """Return the block of an estimate; nothing is rounded away from what was signed."""
    low, high = (
        percent_text(round(figure, 1), language)
        for figure in (estimate.low_percent, estimate.high_percent)
    )
    as_of = estimate.as_of or estimate.stated_at
    return HealthBlock(
        figure=language.number(round(estimate.value_percent, 1)),
        sentence=language.text(
            "This battery now holds about %(share)s of what it held when new.",
            share=percent_text(round(estimate.value_percent), language),
        ),
        range_text=language.text(
            "Estimate. Nine times in ten the true value lies between %(low)s and %(high)s.",
            low=low,
            high=high,
        ),
        origin=language.text(
            "from %(charges)s charges, method %(method)s %(version)s, signed statement %(number)s",
            charges=language.number(estimate.charges),
            method=estimate.method,
            version=estimate.version,
            number=estimate.statement,
        ),
        as_of=language.day_of(as_of),
        bar=_bar(estimate),
    )


def build_certified(values: tuple[PublicValue, ...], language: Language) -> CarsOwnFigure | None:
    """Return the certified energy among the values, if the car stated one."""
    found = next((each for each in values if each.number == CERTIFIED_ENERGY), None)
    if found is None or not isinstance(found.value, int | float):
        return None
    return CarsOwnFigure(
        text=percent_text(found.value, language), as_of=language.day_of(found.as_of)
    )


def percent_text(value: float, language: Language) -> str:
    """Return a figure with its sign, which no line end parts from it."""
    return f"{language.number(value)}{_UNBROKEN}%"


def _bar(estimate: Estimate) -> RangeBar:
    scale = max(_LEAST_SCALE_PERCENT, estimate.high_percent + _ROOM_ABOVE_PERCENT)
    low, high = max(0.0, estimate.low_percent), max(0.0, estimate.high_percent)
    return RangeBar(
        low=_share(low, scale),
        width=_share(high - low, scale),
        value=_share(max(0.0, estimate.value_percent), scale),
        full=_share(100.0, scale),
    )


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%"
