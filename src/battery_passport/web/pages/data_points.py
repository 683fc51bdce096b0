"""How the public data points are grouped, named and explained on a page.

In: data-point numbers and a language. Out: headings, and the passport stage's own words.
Source: EC guidance "Digital Batteries Passport: data points by category" 2.0; EU-2023-1542
annex-xiii point 1.
"""

from dataclasses import dataclass

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.passport.data_points import data_point
from battery_passport.passport.rule_sets import REASONS
from battery_passport.web.language import Language, marked


@dataclass(frozen=True, slots=True)
class PointGroup:
    """A heading of the papers and the data points under it."""

    heading: str
    numbers: tuple[int, ...]


POINT_GROUPS: tuple[PointGroup, ...] = (
    PointGroup(marked("Who answers for it"), (1, 2, 3, 4, 5)),
    PointGroup(marked("What it is"), (6, 7, 8, 9, 10, 11, 12)),
    PointGroup(marked("Substances and safety"), (13, 14, 15)),
    PointGroup(marked("Voltage, power and resistance"), (26, 27, 28, 29, 30, 38)),
    PointGroup(marked("Lifetime and efficiency"), (31, 32, 39, 33, 34, 35, 36, 37)),
    PointGroup(marked("Carbon footprint and recycled content"), (17, 18, 19, 20, 21, 22, 23, 24)),
    PointGroup(marked("Markings, declaration and instructions"), (40, 41, 42, 43, 44)),
)

SIX_FACTS: tuple[int, ...] = (11, 27, 12, 31, 9, 10)
"""Capacity, voltage, chemistry, lifetime, age, weight: what an owner or buyer asks first."""


def point_name(number: int, language: Language) -> str:
    """Return the plain name of a data point."""
    point = data_point(number)
    return point.name_ko if language.code == "ko" else point.name_en


def reason_text(key: str, language: Language) -> str:
    """Return why a data point is not to be filled yet."""
    english, korean = REASONS[key]
    return korean if language.code == "ko" else english


def battery_name(model_name: str, identifier: BatteryIdentifier, language: Language) -> str:
    """Return the model's name, or where there is no model, what can be said instead."""
    return model_name or language.text("Battery %(serial)s", serial=identifier.serial)
