"""Plain names, groups and reasons for the public data points of the EC guidance.

In: data-point numbers. Out: words marked for the catalogues, in the order in which they are shown.
Source: EC guidance "Digital Batteries Passport: data points by category" 2.0; EU-2023-1542
annex-xiii point 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from battery_passport.web.language import marked


@dataclass(frozen=True, slots=True)
class PointGroup:
    """A heading of the papers and the data points under it."""

    heading: str
    numbers: tuple[int, ...]


POINT_LABELS: Mapping[int, str] = MappingProxyType(
    {
        1: marked("Unique identifier"),
        2: marked("Responsible for this passport"),
        3: marked("Manufacturer"),
        4: marked("Manufacturer's postal address"),
        5: marked("Manufacturer's web and e-mail address"),
        6: marked("Battery category"),
        7: marked("Model and serial number"),
        8: marked("Place of manufacture"),
        9: marked("Month of manufacture"),
        10: marked("Weight"),
        11: marked("Rated capacity when new"),
        12: marked("Chemistry"),
        13: marked("Hazardous substances"),
        14: marked("Suitable extinguishing agent"),
        15: marked("Critical raw materials"),
        17: marked("Carbon footprint declaration"),
        18: marked("Carbon footprint label"),
        19: marked("Responsible sourcing"),
        20: marked("Recycled cobalt"),
        21: marked("Recycled lithium"),
        22: marked("Recycled nickel"),
        23: marked("Recycled lead"),
        24: marked("Renewable content"),
        26: marked("Minimum voltage"),
        27: marked("Nominal voltage"),
        28: marked("Maximum voltage"),
        29: marked("Power when new"),
        30: marked("Power limits"),
        31: marked("Expected lifetime in cycles"),
        32: marked("Reference test for the lifetime"),
        33: marked("Capacity at which it counts as exhausted"),
        34: marked("Temperatures it withstands when not in use"),
        35: marked("Commercial warranty"),
        36: marked("Round-trip energy efficiency when new"),
        37: marked("Round-trip energy efficiency at half of cycle life"),
        38: marked("Internal resistance of cell and pack"),
        39: marked("C-rate of the cycle-life test"),
        40: marked("Separate-collection marking"),
        41: marked("Cadmium and lead marking"),
        42: marked("EU declaration of conformity"),
        43: marked("Preventing and handling waste batteries"),
        44: marked("Instructions for use"),
    }
)

POINT_GROUPS: tuple[PointGroup, ...] = (
    PointGroup(marked("Who answers for it"), (1, 2, 3, 4, 5)),
    PointGroup(marked("What it is"), (6, 7, 8, 9, 10, 11, 12)),
    PointGroup(marked("Substances and safety"), (13, 14, 15)),
    PointGroup(marked("Voltage, power and resistance"), (26, 27, 28, 29, 30, 38)),
    PointGroup(marked("Lifetime and efficiency"), (31, 32, 39, 33, 34, 35, 36, 37)),
    PointGroup(marked("Carbon footprint and recycled content"), (17, 18, 19, 20, 21, 22, 23, 24)),
    PointGroup(marked("Markings, declaration and instructions"), (40, 41, 42, 43, 44)),
)

WAITS_FOR_LAW = marked("Waits for further law.")
_RECYCLED = marked("Waits for the delegated act under Article 8.")
_CARBON = marked("Waits for the implementing act that fixes its format.")

PENDING_REASONS: Mapping[int, str] = MappingProxyType(
    {
        17: _CARBON,
        18: _CARBON,
        19: marked("Required from August 2027."),
        20: _RECYCLED,
        21: _RECYCLED,
        22: _RECYCLED,
        23: _RECYCLED,
        44: marked("On hold until the amendment of the law is adopted."),
    }
)

SIX_FACTS: tuple[int, ...] = (11, 27, 12, 31, 9, 10)
"""Capacity, voltage, chemistry, lifetime, age, weight: what an owner or buyer asks first."""
