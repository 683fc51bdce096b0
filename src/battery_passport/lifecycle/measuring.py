"""What an inspection in a battery's history measured, in the words of a measurement statement.

In: an `inspected` event. Out: a `Measurement`, or what is missing of one.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.errors import InvalidMeasurement
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.inspections import CORRECTS, REASON, WITHDRAWN, has_measured
from battery_passport.lifecycle.measurement import (
    INSPECTED,
    NINE_ITEMS,
    CapacityTest,
    Instrument,
    MeasuredItem,
    Measurement,
)
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.scalar_shapes import Number, Whole

COUNTED = "1"
"""The unit of what is counted."""

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
        reason=None if supersedes is None else _reason(event.payload),
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
    if CORRECTS not in payload and (REASON in payload or payload.get("result") == WITHDRAWN):
        return CORRECTS
    if payload.get("result") == WITHDRAWN and has_measured(payload):
        return "result"
    of_instrument = any(name in payload for name in ("instrument_serial", "calibrated_on"))
    return "instrument" if of_instrument and "instrument" not in payload else None


def _reason(payload: Mapping[str, JsonValue]) -> str | None:
    found = payload.get(REASON)
    return None if found is None else str(found)


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


def _figure(value: JsonValue) -> float:
    if not isinstance(value, int | float):
        raise InvalidMeasurement(f"{value!r} is no figure.")
    return value
