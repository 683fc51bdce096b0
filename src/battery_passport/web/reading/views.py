"""What one reader may know of one passport: values handed over by the ports, and for whom.

In: the points a reading discloses, values, statements and events gathered by the assembly.
Out: frozen values for pages and the JSON interface. Source: EU-2023-1542 art-77(2), annex-xiii.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from battery_passport.access.model import Resource
from battery_passport.access.policy.reading import Reading
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.measurement import Measurement
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.model import Level
from battery_passport.passport.obligations import Obligation
from battery_passport.web.views import OpenPoint, PublicPassportView

PUBLIC_POINT = 1
INDIVIDUAL_POINT = 4
STATUS_NUMBER = 67


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one reader sees: points of Annex XIII, whole or in part, as numbers of data points."""

    points: frozenset[int]
    numbers: frozenset[int]
    with_estimate: bool = False

    @property
    def is_public(self) -> bool:
        """Whether everyone sees as much."""
        return not self.with_estimate and self.points <= {PUBLIC_POINT}

    def sees_whole(self, point: int) -> bool:
        """Return whether every data point of a point of Annex XIII is seen."""
        return _NUMBERS_OF_POINT[point] <= self.numbers

    def within(self, other: "Sight") -> "Sight":
        """Return what both see."""
        return Sight(
            points=self.points & other.points,
            numbers=self.numbers & other.numbers,
            with_estimate=self.with_estimate and other.with_estimate,
        )


_NUMBERS_OF_POINT: Mapping[int, frozenset[int]] = {
    point: frozenset(row.number for row in DATA_POINTS.values() if row.section == point)
    for point in (1, 2, 3, 4)
}


def sight_of_points(points: frozenset[int]) -> Sight:
    """Return the sight of whoever sees these points whole."""
    numbers = frozenset().union(*(_NUMBERS_OF_POINT[point] for point in points))
    return Sight(points=points, numbers=numbers, with_estimate=INDIVIDUAL_POINT in points)


def sight_of_reading(reading: Reading, *, estimate_granted: bool = False) -> Sight:
    """Return what a reading discloses. Our own estimate goes with point 4, which it resembles.

    Where a grant opened point 4, `estimate_granted` says whether it names the estimate too.
    """
    if not reading.by_grant:
        return sight_of_points(reading.points)
    numbers = (
        row.number for row in DATA_POINTS.values() if reading.discloses(row.section, row.number)
    )
    granted = INDIVIDUAL_POINT in reading.by_grant
    return Sight(
        points=reading.points,
        numbers=frozenset(numbers),
        with_estimate=estimate_granted if granted else INDIVIDUAL_POINT in reading.points,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """A value as it is now. `signed_in` is the version that says it, None if none does yet.

    `signed_value` is what that newest version says in its place, None if nothing. `interval`, of
    figures that were computed, holds the truth nine times in ten.
    """

    number: int
    value: JsonValue
    unit: str
    level: Level
    annex_point: str
    source: str
    method: str
    as_of: datetime
    signed_in: int | None
    signed_value: JsonValue = None
    interval: tuple[float, float] | None = None

    def as_it_was(self) -> "ReadValue":
        """Return the value that the newest signed version says."""
        return replace(self, value=self.signed_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthStatement:
    """Our own signed estimate; it stands beside the passport and never in place of SOCE.

    Units: percent of the capacity when new. `number` counts a battery's statements.
    """

    number: int
    value_percent: float
    low_percent: float
    high_percent: float
    capacity_ah: float
    low_ah: float
    high_ah: float
    charges: int
    method: str
    method_version: str
    as_of: datetime | None
    stated_at: datetime
    credential_sha256: str
    log_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredHealth:
    """What an inspection body measured and signed; it is shown to whoever sees the estimate.

    `within` tells whether it lies in the estimate's interval, None where they cannot be compared.
    `number` counts a battery's measurement statements; `rated_ah` is what a capacity
    is a share of.
    """

    measurement: Measurement
    number: int
    issuer: str
    signed_at: datetime
    within: bool | None
    credential_sha256: str
    log_index: int | None
    rated_ah: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One recorded event; `log_index` is None until the log has taken it in."""

    event_id: UUID
    sequence: int
    event_type: str
    occurred_at: datetime
    recorded_at: datetime
    recorded_by: str
    payload: JsonObject
    log_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderPassport:
    """A passport as one reader sees it; `public` is the part that everyone sees.

    `newest` is false for a version that a later one replaced: nothing in it is of today.
    """

    public: PublicPassportView
    sight: Sight
    newest: bool
    values: tuple[ReadValue, ...]
    open_points: tuple[OpenPoint, ...]
    estimate: HealthStatement | None
    events: tuple[EventLine, ...]
    measured: MeasuredHealth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One signed version of a passport."""

    version: int
    issued_at: datetime
    credential_sha256: str
    log_index: int | None
    anchor_block: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutySheet:
    """Where every data point of one battery or one model stands.

    `filled` has the source and date of what is filled, by number.
    """

    title: str
    operator_name: str
    resource: Resource
    rule_set: str
    obligations: tuple[Obligation, ...]
    filled: Mapping[int, tuple[str, datetime]]
    identifier: BatteryIdentifier | None = None
    model_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDuties:
    """One model of an operator, and how many of its batteries there are."""

    sheet: DutySheet
    battery_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDuties:
    """One responsible operator; `resource` is what policies decide on."""

    organisation_id: UUID
    name: str
    resource: Resource
    battery_count: int


class Verdict(StrEnum):
    """The one answer that a checked identifier gets. Only the first two are valid."""

    VALID = "valid"
    WAITING = "valid-not-yet-recorded"
    INCOMPLETE = "required-entries-overdue"
    SUSPENDED = "suspended"
    ENDED = "ended"
    CHECK_FAILED = "check-failed"
    NO_PASSPORT = "no-passport"
    UNKNOWN = "unknown-battery"
    MALFORMED = "no-identifier"
    REPEATED = "listed-before"

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong."""
        return self in {Verdict.VALID, Verdict.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIdentifier:
    """One line of a consignment and its answer."""

    asked: str
    verdict: Verdict
    identifier: BatteryIdentifier | None = None
    model_name: str = ""
    operator_name: str = ""
    version: int | None = None
    overdue: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """What a reader reports to have happened; `key` is the idempotency key he chose."""

    identifier: BatteryIdentifier
    event_type: str
    occurred_at: datetime
    payload: JsonObject
    key: str
    body_digest: bytes
    sender: str
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStatement:
    """What an organisation that signs by itself asks for or sends; `statement` is `<JWT>~`."""

    identifier: BatteryIdentifier
    organisation_id: UUID | None
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReceipt:
    """What was recorded; the same report gets the very same receipt again."""

    event_id: UUID
    sequence: int
    recorded_at: datetime
