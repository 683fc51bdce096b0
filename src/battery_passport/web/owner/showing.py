"""What a grant shows: the same block for the owner's preview and for the buyer's page.

In: the parts granted, the estimate, point 4 of the passport, what policies allow. Out: sections.
"""

from collections.abc import Callable
from dataclasses import dataclass

from battery_passport.access.sharing.model import Part
from battery_passport.access.sharing.parts import POINTS_OF_PART
from battery_passport.web.language import Language
from battery_passport.web.owner.health import HealthBlock, build_health
from battery_passport.web.owner.views import Estimate, IndividualPart
from battery_passport.web.owner.words import PART_TITLES, STATUSES
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.pages.measured import MeasuredBlock, measured_block
from battery_passport.web.pages.passport import show_source
from battery_passport.web.pages.values import Shown, show_origin, show_value
from battery_passport.web.reading.views import STATUS_NUMBER, MeasuredHealth
from battery_passport.web.views import PublicValue

Discloses = Callable[[int], bool]
"""Of a data point's number: may it be shown?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPoint:
    """A data point with its value, source and date."""

    number: int
    label: str
    shown: Shown
    origin: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A part that was granted; without points nothing is recorded of it."""

    title: str
    points: tuple[ShownPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """The context of `owner/_showing.html`: exactly what is shown, and what was looked at."""

    health: HealthBlock | None
    measured: MeasuredBlock | None
    with_estimate: bool
    parts: tuple[ShownPart, ...]
    numbers: tuple[int, ...]


def build_showing(
    parts: frozenset[Part],
    estimate: Estimate | None,
    measured: MeasuredHealth | None,
    individual: IndividualPart | None,
    *,
    discloses: Discloses,
    language: Language,
) -> Showing:
    """Return what is shown of a battery: granted, allowed and recorded, all three."""
    values = () if individual is None else individual.values
    shown = {
        part: tuple(
            _point(value, language)
            for value in values
            if value.number in POINTS_OF_PART[part] and discloses(value.number)
        )
        for part in PART_TITLES
        if part in parts and part is not Part.ESTIMATE
    }
    with_estimate = Part.ESTIMATE in parts
    health = estimate if with_estimate else None
    return Showing(
        health=None if health is None else build_health(health, language),
        measured=measured_block(measured, language) if with_estimate else None,
        with_estimate=with_estimate,
        parts=tuple(
            ShownPart(title=language.text(PART_TITLES[part]), points=points)
            for part, points in shown.items()
        ),
        numbers=tuple(sorted(each.number for points in shown.values() for each in points)),
    )


def _point(value: PublicValue, language: Language) -> ShownPoint:
    source = show_source(value.source, language)
    return ShownPoint(
        number=value.number,
        label=point_name(value.number, language),
        shown=_shown(value, language),
        origin=show_origin(source, value.method, language),
        as_of=language.day_of(value.as_of),
    )


def _shown(value: PublicValue, language: Language) -> Shown:
    if value.number == STATUS_NUMBER and value.value in STATUSES:
        return Shown(language.text(STATUSES[str(value.value)]))
    return show_value(value.value, value.unit, language)
