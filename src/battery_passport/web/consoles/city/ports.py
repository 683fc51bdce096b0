"""What city officers' pages need: counts, never a battery, device or person.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from battery_passport.web.consoles.fleet.ports import DayCounts, FindingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CityCounts:
    """A city's counts in equal spans of time, the last of which ends at `until`.

    `enrolled` and `with_passport` are levels at the end of each span, the others are sums in it;
    `heard_of` counts batteries measured within the span.
    """

    until: datetime
    ends: tuple[date, ...]
    batteries: int
    enrolled: tuple[int, ...]
    heard_of: tuple[int, ...]
    batches: tuple[int, ...]
    samples: tuple[int, ...]
    with_passport: tuple[int, ...]
    issued: tuple[int, ...]


class MatterKind(StrEnum):
    """What waits for somebody."""

    QUARANTINED = "quarantined"
    UNREADABLE = "unreadable"
    POISONED = "poisoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Things of one kind that came up on one day and still wait."""

    kind: MatterKind
    day: date
    age_days: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCounts:
    """One month of a city: levels at its end, sums within it, and events by their type."""

    month: date
    complete: bool
    enrolled: int
    newly_enrolled: int
    measured: int
    batches: int
    samples: int
    with_passport: int
    issued: int
    events: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictLoss:
    """Batches that cars of one district numbered within a month, and those that never came."""

    district: str
    cars: int
    batches: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotCounts:
    """How collection went in one month: by day and district, what was lost, what was found.

    `matters` counts what came up in the month for somebody to look into, by kind.
    """

    counted_at: datetime
    month: MonthCounts
    days: tuple[DayCounts, ...]
    cars: Mapping[str, int]
    losses: tuple[DistrictLoss, ...]
    findings: tuple[FindingRow, ...]
    matters: Mapping[MatterKind, int]


class CityBook(Protocol):
    """Counts of one city."""

    def counts(self, region: str) -> CityCounts: ...

    def matters(self, region: str) -> Sequence[Matter]:
        """Return what waits, the oldest first."""

    def pilot(self, region: str, month: date) -> PilotCounts:
        """Return one month of a city; the present one up to now."""

    def months(self, region: str) -> Sequence[date]:
        """Return the first days of the months that can be reported on, the latest first."""
