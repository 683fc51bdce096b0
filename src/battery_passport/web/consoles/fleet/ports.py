"""What the pages of the fleet need: cars and devices as they do, never a person, plate or place.

In: nothing. Out: the port that assembly fulfils, and its values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from battery_passport.foundation.identifiers import BatteryIdentifier

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """A battery with a device of its own, and how its collection goes.

    `lag_s` is from the last measurement to its receipt, `findings` counts different notices and
    warnings of the last seven days. `district` is a code, empty where none is known.
    """

    identifier: BatteryIdentifier
    model_name: str
    chemistry: str
    district: str
    enrolled_at: datetime
    heard_at: datetime | None = None
    lag_s: float | None = None
    samples: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """A collection device: what it sent and what it last told about itself.

    `skew_s` is how far its clock is ahead; `missing` counts batches that it numbered and that never
    came; `waiting` those that it still keeps, as it told.
    """

    device_id: UUID
    kind: str
    identifier: BatteryIdentifier | None
    standing: str
    enrolled_at: datetime
    heard_at: datetime | None = None
    lag_s: float | None = None
    skew_s: float | None = None
    batches: int = 0
    missing: int = 0
    waiting: int | None = None
    software: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """Findings of one kind about one column."""

    kind: str
    column: str
    count: int
    batches: int
    batteries: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """An alarm that measurements raised; `digest` is the fingerprint of the batch that shows it.

    `cell` counts from 1. `late` says that the sample was old when it was received.
    """

    identifier: BatteryIdentifier
    model_name: str
    district: str
    severity: str
    signals: tuple[str, ...]
    cell: int | None
    at: datetime
    received_at: datetime
    late: bool
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """What came in on one day: batteries heard of, by district too, and how much was sent late."""

    day: date
    batteries: int
    samples: int
    backfilled: int
    by_district: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[_Row]):
    """Rows as they were at one moment."""

    at: datetime
    rows: Sequence[_Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetState:
    """A city's fleet at one moment, and the days before it, the last of which is today."""

    at: datetime
    cars: tuple[Car, ...]
    days: tuple[DayCounts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryQuality:
    """What was found about one battery's measurements, and the devices that sent them."""

    findings: tuple[FindingRow, ...]
    devices: tuple[DeviceRow, ...]
    samples: int


class FleetBook(Protocol):
    """The fleet of one city: a few seconds old while somebody looks, else some minutes at most."""

    def state(self, region: str) -> FleetState: ...

    def devices(self, region: str) -> Listed[DeviceRow]: ...

    def alarms(self, region: str) -> Listed[AlarmRow]:
        """Return the alarms raised last, the newest first, as they are now."""

    def findings(self, region: str) -> Listed[FindingRow]:
        """Return what was found this month."""

    def quality(self, battery_id: UUID) -> BatteryQuality:
        """Return everything that was ever found about a battery."""
