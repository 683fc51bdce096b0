"""What a public page may know of a battery: the values handed over by the ports.

In: Annex XIII point 1 values, checks and public history, gathered by the assembly.
Out: frozen values for pages and the JSON interface. Source: EU-2023-1542 art-77, annex-xiii.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonValue
from battery_passport.passport.model import Level
from battery_passport.passport.timeline import TimelineEntry
from battery_passport.registry.model import BatteryCategory


class Standing(StrEnum):
    """Whether the passport itself is in force; the battery's status is not public."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicValue:
    """One Annex XIII point 1 value with its source and date; `payload.read_values` makes them."""

    number: int
    value: JsonValue
    unit: str = ""
    level: Level
    source: str
    method: str = ""
    as_of: datetime


class Duty(StrEnum):
    """Why a data point has no value."""

    MISSING = "missing"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A data point without a value: owed by somebody, or not yet required by law.

    `reason` is a key of `passport.rule_sets.REASONS`.
    """

    number: int
    duty: Duty
    owed_by: str = ""
    due: date | None = None
    reason: str = ""


class CheckName(StrEnum):
    """The checks of the verified strip, in the order in which they are shown."""

    SIGNATURE = "signature"
    LOG_INCLUSION = "log-inclusion"
    CHECKPOINT = "checkpoint"
    ANCHOR = "anchor"
    LATEST = "latest"
    STATUS = "status"


class Outcome(StrEnum):
    """What a check said. Only `HOLDS` counts as proven."""

    HOLDS = "holds"
    NOT_YET = "not-yet"
    NOT_CHECKED = "not-checked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check and its outcome."""

    name: CheckName
    outcome: Outcome


class LedgerKind(StrEnum):
    """Which ledger the checkpoints are anchored in."""

    DEVELOPMENT = "development"
    CONSORTIUM = "consortium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where the passport version stands in the log and on the ledger, and what was checked."""

    checked_at: datetime
    checks: tuple[Check, ...]
    log_origin: str
    log_index: int | None
    log_size: int
    ledger: LedgerKind
    anchor_block: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPassportView:
    """Everything the public page shows of one passport.

    `model_name` is empty and `category` None where a battery was registered without a model.
    """

    identifier: BatteryIdentifier
    digital_link: str
    model_name: str
    category: BatteryCategory | None
    issuer_name: str
    version: int
    issued_at: datetime
    standing: Standing
    credential_sha256: str
    values: tuple[PublicValue, ...]
    open_points: tuple[OpenPoint, ...]
    evidence: Evidence
    history: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePassport:
    """A passport to look at, linked from the home page."""

    identifier: BatteryIdentifier
    model_name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The installation in a few figures. `anchored_size` counts entries already anchored."""

    battery_count: int
    passport_count: int
    log_origin: str
    log_size: int
    checkpoint_at: datetime | None
    ledger: LedgerKind
    anchored_size: int
    anchored_at: datetime | None
    anchor_block: int | None
    anchoring_lag_s: float
    examples: tuple[ExamplePassport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentHealth:
    """One part of the installation: whether it can do its work, and what it says."""

    name: str
    ready: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """Whether every part that requests depend on is ready."""

    components: tuple[ComponentHealth, ...]

    @property
    def ready(self) -> bool:
        """True if every part is."""
        return all(component.ready for component in self.components)
