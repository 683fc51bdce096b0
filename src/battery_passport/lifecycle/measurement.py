"""What an inspector measured, as his organisation states it: nine items, perhaps a capacity.

In: what was measured. Out: the claims `bp-measurement/v1`, which canonical JSON can carry. No
person and no place is in them. docs/reference/measurement-statement.md
"""

from dataclasses import dataclass
from datetime import datetime

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject

INSPECTED = "inspected"
MEASUREMENT_FORMAT = "bp-measurement/v1"
NINE_ITEMS: tuple[tuple[str, ...], ...] = (
    ("operating_time_h",),
    ("cumulative_charge_kwh",),
    ("cumulative_discharge_kwh",),
    ("state_of_charge_percent",),
    ("bms_state_of_health_percent",),
    ("fast_charge_count",),
    ("insulation_kohm",),
    ("lowest_cell_v", "highest_cell_v"),
    ("highest_module_celsius",),
)
"""The items of the Korean inspection body's sheet; the cell voltages are one of them."""


@dataclass(frozen=True, slots=True)
class MeasuredItem:
    """One figure of the nine items, by the name that events and forms use too."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityTest:
    """A measured capacity, state of health or both, with how they were measured.

    Units: Ah; percent of the rated capacity; C; degrees Celsius. None where nothing was said.
    """

    method: str
    capacity_ah: float | None = None
    health_percent: float | None = None
    c_rate: float | None = None
    temperature_celsius: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What was measured with; empty or None where nothing was said."""

    name: str
    serial: str = ""
    calibrated_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What an inspection body states to have measured.

    `event` is the id of the inspection in the battery's history. `supersedes` is the SHA-256 of the
    token of the same body's statement that this one takes the place of; with nothing measured it
    withdraws that one. `reason` says why, in a sentence.
    """

    event: str
    organisation: str
    measured_at: datetime
    kind: str
    result: str
    items: tuple[MeasuredItem, ...]
    capacity_test: CapacityTest | None = None
    instrument: Instrument | None = None
    certificate: str | None = None
    supersedes: str | None = None
    reason: str | None = None

    @property
    def withdraws(self) -> bool:
        """Whether nothing was measured, so that it only takes another statement back."""
        return not self.items and self.capacity_test is None

    def as_claims(self) -> JsonObject:
        """Return what is signed; what was not said is left out."""
        claims: JsonObject = {
            "format": MEASUREMENT_FORMAT,
            "event": self.event,
            "organisation": self.organisation,
            "measured_at": format_utc(self.measured_at),
            "kind": self.kind,
            "result": self.result,
            "items": {each.name: {"value": each.value, "unit": each.unit} for each in self.items},
        }
        further: JsonObject = {
            "capacity_test": _said(self.capacity_test, _TEST),
            "instrument": _said(self.instrument, _INSTRUMENT),
            "certificate": self.certificate,
            "supersedes": self.supersedes,
            "reason": self.reason,
        }
        return {**claims, **{name: value for name, value in further.items() if value is not None}}


_TEST = ("method", "capacity_ah", "health_percent", "c_rate", "temperature_celsius")
_INSTRUMENT = ("name", "serial", "calibrated_on")


def _said(of: CapacityTest | Instrument | None, names: tuple[str, ...]) -> JsonObject | None:
    if of is None:
        return None
    values = {name: getattr(of, name) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}


def lies_within(
    test: CapacityTest, *, ah: tuple[float, float] | None, percent: tuple[float, float] | None
) -> bool | None:
    """Return whether a measured value lies within the interval of an estimate, ends included.

    Capacities are compared where both know one, else states of health; None where neither can be.
    Units: Ah, percent of the rated capacity.
    """
    for value, interval in ((test.capacity_ah, ah), (test.health_percent, percent)):
        if value is not None and interval is not None:
            return interval[0] <= value <= interval[1]
    return None
