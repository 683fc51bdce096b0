"""Passport values: a data point, a rule about it, and a typed value.

In: nothing. Out: frozen values. Source: EU-2023-1542 annex-xiii, art-77; EC guidance version 2.0.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue


class Level(StrEnum):
    """What a value is the same for: all batteries of a model, one batch, or one battery."""

    MODEL = "model"
    BATCH = "batch"
    ITEM = "item"


class Supplier(StrEnum):
    """Where a value comes from; who owes it to the passport is always the responsible operator."""

    REGISTRATION = "registration"
    MANUFACTURER = "manufacturer"
    TEST_REPORTS = "test-reports"
    VEHICLE = "vehicle"
    EVENTS = "events"


class Applicability(StrEnum):
    """Whether a data point is to be filled. Source: EC guidance version 2.0."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"
    PENDING = "pending"
    NEVER = "never"


class Kind(StrEnum):
    """What a value of a data point looks like; `values.SHAPES` has one shape for each."""

    TEXT = "text"
    OPERATOR = "operator"
    ADDRESS = "address"
    WEB_CONTACT = "web contact"
    CONTACTS = "contacts"
    CATEGORY = "category"
    IDENTIFICATION = "identification"
    MONTH = "month"
    MASS = "mass"
    CAPACITY = "capacity"
    PERCENT = "percent"
    CHANGE_PERCENT = "change in percent"
    HEALTH_PERCENT = "health in percent"
    VOLTAGE = "voltage"
    POWER = "power"
    POWER_LIMITS = "power limits"
    RESISTANCE = "resistance"
    RESISTANCES = "resistances"
    CYCLES = "cycles"
    YEARS = "years"
    C_RATE = "C-rate"
    CELSIUS_RANGE = "temperature range"
    WARRANTY = "warranty"
    SUBSTANCES = "substances"
    TEXTS = "list of texts"
    DOCUMENTS = "documents"
    STATUS = "status"
    INCIDENTS = "incidents"
    TEMPERATURES = "temperatures over a period"
    CHARGE_LEVELS = "charge levels over a period"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPoint:
    """One of the data points of the Commission's guidance.

    `annex_point` is the point of Annex XIII that decides who may see it, as in `1.a`; a bare `1`
    marks what Article 77(3) asks for, which is shown as point 1 is. `clause` is where it stands in
    the law.
    """

    number: int
    key: str
    name_en: str
    name_ko: str
    kind: Kind
    annex_point: str
    clause: str
    unit: str | None = None
    level: Level = Level.MODEL
    dynamic: bool = False
    supplier: Supplier = Supplier.MANUFACTURER

    @property
    def section(self) -> int:
        """The point of Annex XIII, 1 to 4, without its letter."""
        return int(self.annex_point[0])

    @property
    def lifecycle(self) -> str:
        return "dynamic" if self.dynamic else "static"


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a data point is to be filled for one category.

    `reason` is a key of `rule_sets.REASONS`; from `mandatory_from` on, the point is mandatory.
    """

    applicability: Applicability
    reason: str = ""
    mandatory_from: date | None = None


@lru_cache(maxsize=256)
def _written_time(moment: datetime) -> str:
    """Return a time as text; most values of a passport, and of its neighbours, share theirs."""
    return format_utc(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointValue:
    """A value of a data point with where it came from and when it held.

    `interval` holds the truth nine times in ten; only computed figures have one.
    """

    point: DataPoint
    value: JsonValue
    source: str
    as_of: datetime
    method: str | None = None
    interval: tuple[float, float] | None = None

    def as_json(self) -> JsonObject:
        """Return the value as it stands in a passport."""
        written: JsonObject = {
            "key": self.point.key,
            "value": self.value,
            "unit": self.point.unit,
            "level": self.point.level.value,
            "annexPoint": self.point.annex_point,
            "lifecycle": self.point.lifecycle,
            "source": self.source,
            "asOf": _written_time(self.as_of),
        }
        if self.method is not None:
            written["method"] = self.method
        if self.interval is not None:
            low, high = self.interval
            written["interval"] = {"low": low, "high": high}
        return written
