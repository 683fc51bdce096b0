"""What an inspector measured, as his organisation states it: nine items, perhaps a capacity.

In: an `inspected` event. Out: the claims `bp-measurement/v1`, which canonical JSON can carry. No
person and no place is in them. docs/reference/measurement-statement.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.errors import InvalidMeasurement
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.scalar_shapes import Number, Whole

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

COUNTED = "1"
"""The unit of what is counted."""


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
    withdraws that one.
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
        further: Mapping[str, JsonValue] = {
            "capacity_test": _said(self.capacity_test, _TEST),
            "instrument": _said(self.instrument, _INSTRUMENT),
            "certificate": self.certificate,
            "supersedes": self.supersedes,
        }
        return {**claims, **{name: value for name, value in further.items() if value is not None}}


_TEST = ("method", "capacity_ah", "health_percent", "c_rate", "temperature_celsius")
_INSTRUMENT = ("name", "serial", "calibrated_on")

_TEST_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "measured_capacity_ah": "capacity_ah",
        "measured_health_percent": "health_percent",
        "test_c_rate": "c_rate",
        "test_celsius": "temperature_celsius",
    }
)
"""Members of the event and what they are called in a capacity test."""


def measurement_of(
    event: Event, *, organisation: str, supersedes: str | None = None
) -> Measurement | None:
    """Return what an inspection measured, None if it measured nothing and takes nothing back.

    Raises: InvalidMeasurement if a capacity has no method, a method no capacity, or an instrument
    no name.
    """
    test, items = _capacity_test(event.payload), _items(event.payload)
    if test is None and not items and supersedes is None:
        return None
    certificate = event.payload.get("certificate")
    return Measurement(
        event=str(event.event_id),
        organisation=organisation,
        measured_at=event.occurred_at,
        kind=str(event.payload["kind"]),
        result=str(event.payload["result"]),
        items=items,
        capacity_test=test,
        instrument=_instrument(event.payload),
        certificate=None if certificate is None else str(certificate),
        supersedes=supersedes,
    )


def unit_of_item(name: str) -> str:
    """Return the unit of a figure of the nine items, `1` for what is counted."""
    shape = event_type(INSPECTED).fields[name].shape
    return (shape.unit if isinstance(shape, Number | Whole) else "") or COUNTED


def missing_beside(payload: Mapping[str, JsonValue]) -> str | None:
    """Return the member that those there call for, None if none is missing."""
    measured = any(name in payload for name in ("measured_capacity_ah", "measured_health_percent"))
    wants_method = any(name in payload for name in _TEST_FIELDS)
    if wants_method and "capacity_method" not in payload:
        return "capacity_method"
    if "capacity_method" in payload and not measured:
        return "measured_capacity_ah"
    of_instrument = any(name in payload for name in ("instrument_serial", "calibrated_on"))
    return "instrument" if of_instrument and "instrument" not in payload else None


def _items(payload: Mapping[str, JsonValue]) -> tuple[MeasuredItem, ...]:
    names = (name for item in NINE_ITEMS for name in item if name in payload)
    return tuple(MeasuredItem(name, _figure(payload[name]), unit_of_item(name)) for name in names)


def _capacity_test(payload: Mapping[str, JsonValue]) -> CapacityTest | None:
    missing = missing_beside(payload)
    if missing is not None:
        raise InvalidMeasurement(f"The inspection says nothing of {missing}, which belongs to it.")
    if "capacity_method" not in payload:
        return None
    figures = {
        ours: _figure(payload[theirs]) for theirs, ours in _TEST_FIELDS.items() if theirs in payload
    }
    return CapacityTest(method=str(payload["capacity_method"]), **figures)


def _instrument(payload: Mapping[str, JsonValue]) -> Instrument | None:
    if "instrument" not in payload:
        return None
    return Instrument(
        name=str(payload["instrument"]),
        serial=str(payload.get("instrument_serial", "")),
        calibrated_on=str(payload.get("calibrated_on", "")),
    )


def _said(of: CapacityTest | Instrument | None, names: tuple[str, ...]) -> JsonObject | None:
    if of is None:
        return None
    values = {name: getattr(of, name) for name in names}
    return {name: value for name, value in values.items() if value not in (None, "")}


def _figure(value: JsonValue) -> float:
    if not isinstance(value, int | float):
        raise InvalidMeasurement(f"{value!r} is no figure.")
    return value
