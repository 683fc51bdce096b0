"""The table of event types: names, fields, and the data points they set.

In: nothing. Out: `EVENT_TYPES` by name. docs/reference/lifecycle-events.md is made from it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.lifecycle.errors import UnknownEventType
from battery_passport.lifecycle.event_types_alarms import ALARM_EVENT_TYPES
from battery_passport.lifecycle.event_types_service import SERVICE_EVENT_TYPES
from battery_passport.lifecycle.fields import (
    LOG_KEY,
    METHOD,
    NOTE,
    REFERENCE,
    SIGNED_PERCENT,
    EventType,
    Field,
)
from battery_passport.lifecycle.model import Status
from battery_passport.lifecycle.scalar_shapes import Choice, Month, Number, Text, Whole
from battery_passport.lifecycle.shapes import Anything, ListOf, Record

DECLARED = "data_point_declared"
"""Says the value of one data point, whichever it is; `passport.declaring` knows its form."""

_STATUSES = Choice(tuple(Status))
_PREDECESSORS = ListOf(LOG_KEY, most=200)
_EVIDENCE = ListOf(REFERENCE, most=20)

_PERFORMANCE: Mapping[str, Field] = {
    "rated_capacity_ah": Field(Number(0.001, 10_000, "Ah"), data_point=51),
    "capacity_fade_percent": Field(SIGNED_PERCENT, data_point=52),
    "power_w": Field(Number(0, 10_000_000, "W"), data_point=53),
    "power_fade_percent": Field(SIGNED_PERCENT, data_point=54),
    "internal_resistance_ohm": Field(Number(0, 1_000, "Ω"), data_point=55),
    "resistance_increase_percent": Field(SIGNED_PERCENT, data_point=56),
    "round_trip_efficiency_percent": Field(Number(0, 100, "%"), data_point=57),
    "round_trip_efficiency_fade_percent": Field(SIGNED_PERCENT, data_point=58),
    "expected_lifetime_cycles": Field(Whole(1, 1_000_000), data_point=59),
    "expected_lifetime_years": Field(Number(0.1, 200, "years"), data_point=60),
    "method": Field(METHOD),
}

_BIRTH_AND_STATUS = (
    EventType(
        name="manufactured",
        name_en="Manufactured",
        name_ko="제조",
        fields={
            "manufactured_in": Field(Month(), required=True, data_point=9),
            "place": Field(Text(200), data_point=8),
            "batch": Field(Text(20)),
        },
    ),
    EventType(
        name="placed_on_market",
        name_en="Placed on the market",
        name_ko="시장 출시",
        fields={
            "status": Field(_STATUSES),
            "predecessors": Field(_PREDECESSORS),
            "evidence": Field(_EVIDENCE),
            **_PERFORMANCE,
        },
    ),
    EventType(
        name="status_changed",
        name_en="Status changed",
        name_ko="상태 변경",
        fields={
            "to": Field(_STATUSES, required=True),
            "evidence": Field(_EVIDENCE),
            "successors": Field(ListOf(LOG_KEY, most=200)),
            "note": Field(NOTE),
        },
    ),
    EventType(
        name="recycled",
        name_en="Recycled",
        name_ko="재활용",
        fields={
            "recovered_kg": Field(
                ListOf(
                    Record(
                        required={
                            "material": Text(60),
                            "mass_kg": Number(0, 100_000, "kg"),
                        }
                    ),
                    most=50,
                )
            ),
            "note": Field(NOTE),
        },
        public=True,
    ),
    EventType(
        name="passport_suspended",
        name_en="Passport suspended",
        name_ko="여권 효력 정지",
        fields={"reason": Field(NOTE, required=True)},
        public=True,
    ),
    EventType(
        name="passport_resumed",
        name_en="Passport in force again",
        name_ko="여권 효력 재개",
        fields={"reason": Field(NOTE)},
        public=True,
    ),
    EventType(
        name="performance_reported",
        name_en="Performance values reported",
        name_ko="성능 값 보고",
        fields=_PERFORMANCE,
        needs_value=True,
    ),
    EventType(
        name=DECLARED,
        name_en="Entry declared",
        name_ko="항목 신고",
        fields={
            "data_point": Field(Whole(1, 71), required=True),
            "value": Field(Anything(), required=True),
            "method": Field(METHOD),
        },
    ),
)

EVENT_TYPES: Mapping[str, EventType] = MappingProxyType(
    {row.name: row for row in (*_BIRTH_AND_STATUS, *SERVICE_EVENT_TYPES, *ALARM_EVENT_TYPES)}
)


def event_type(name: str) -> EventType:
    """Return the row of that name.

    Raises: UnknownEventType listing the names there are.
    """
    if name not in EVENT_TYPES:
        raise UnknownEventType(
            f"There is no event type {name[:60]!r}.",
            remedy=f"Event types are {', '.join(EVENT_TYPES)}.",
        )
    return EVENT_TYPES[name]
