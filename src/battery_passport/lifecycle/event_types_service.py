"""Event types of a battery in use: fitting, inspection, repair, accidents, readings, removal.

In: nothing. Out: rows for the table in `event_types`.
"""

from battery_passport.lifecycle.fields import (
    CELSIUS,
    COUNT,
    EVENT_ID,
    HEALTH_PERCENT,
    NOTE,
    PERCENT,
    PERIOD_STATE_OF_CHARGE,
    PERIOD_TEMPERATURE,
    REFERENCE,
    EventType,
    Field,
)
from battery_passport.lifecycle.scalar_shapes import Choice, Day, Flag, Number, Whole
from battery_passport.lifecycle.shapes import ListOf

CAPACITY_METHODS = ("full-discharge", "full-charge", "partial-charge", "pulse", "other-method")
"""How an inspector can have measured a capacity."""

_KWH = Number(0, 10_000_000, "kWh")
_CELL_V = Number(0, 10, "V")

SERVICE_EVENT_TYPES = (
    EventType(
        name="installed",
        name_en="Installed",
        name_ko="장착",
        fields={
            "application": Field(
                Choice(("passenger-car", "van", "truck", "bus", "stationary", "other")),
                required=True,
            ),
            "note": Field(NOTE),
        },
    ),
    EventType(
        name="removed",
        name_en="Removed",
        name_ko="탈거",
        fields={
            "reason": Field(
                Choice(("end-of-life", "replacement", "accident", "recall", "other")),
                required=True,
            ),
            "note": Field(NOTE),
        },
    ),
    EventType(
        name="device_fitted",
        name_en="Collection device fitted",
        name_ko="수집 장치 장착",
        fields={
            "device": Field(REFERENCE, required=True),
            "reason": Field(Choice(("new", "replacement", "moved")), required=True),
        },
    ),
    EventType(
        name="device_removed",
        name_en="Collection device removed",
        name_ko="수집 장치 제거",
        fields={
            "device": Field(REFERENCE, required=True),
            "reason": Field(Choice(("end", "replacement", "moved", "compromised")), required=True),
        },
    ),
    EventType(
        name="inspected",
        name_en="Inspected",
        name_ko="검사",
        # The nine items of the Korean inspection body's sheet come first.
        fields={
            "operating_time_h": Field(Number(0, 1_000_000, "h")),
            "cumulative_charge_kwh": Field(_KWH),
            "cumulative_discharge_kwh": Field(_KWH),
            "state_of_charge_percent": Field(PERCENT),
            "bms_state_of_health_percent": Field(HEALTH_PERCENT),
            "fast_charge_count": Field(COUNT),
            "insulation_kohm": Field(Number(0, 1_000_000, "kΩ")),
            "lowest_cell_v": Field(_CELL_V),
            "highest_cell_v": Field(_CELL_V),
            "highest_module_celsius": Field(CELSIUS),
            # A test of the capacity, and what it was measured with.
            "measured_capacity_ah": Field(Number(0.001, 10_000, "Ah")),
            "measured_health_percent": Field(HEALTH_PERCENT),
            "capacity_method": Field(Choice(CAPACITY_METHODS)),
            "test_c_rate": Field(Number(0.001, 20, "C")),
            "test_celsius": Field(CELSIUS),
            "instrument": Field(REFERENCE),
            "instrument_serial": Field(REFERENCE),
            "calibrated_on": Field(Day()),
            "corrects": Field(EVENT_ID),
            "correction_reason": Field(NOTE),
            "kind": Field(
                Choice(
                    (
                        "periodic",
                        "pre-removal",
                        "before-distribution",
                        "follow-up",
                        "kc-10031",
                        "other",
                    )
                ),
                required=True,
            ),
            "result": Field(
                Choice(("passed", "passed-with-remarks", "failed", "withdrawn")), required=True
            ),
            "certificate": Field(REFERENCE),
            "note": Field(NOTE),
        },
        ordered=("lowest_cell_v", "highest_cell_v"),
    ),
    EventType(
        name="repaired",
        name_en="Repaired",
        name_ko="수리",
        fields={
            "work": Field(NOTE, required=True),
            "replaced_parts": Field(ListOf(REFERENCE, most=200)),
            "pack_opened": Field(Flag()),
        },
    ),
    EventType(
        name="accident",
        name_en="Accident or other negative event",
        name_ko="사고 등 부정적 사건",
        fields={
            "kind": Field(
                Choice(
                    (
                        "collision",
                        "flood",
                        "fire",
                        "thermal-event",
                        "overcharge",
                        "deep-discharge",
                        "drop",
                        "other",
                    )
                ),
                required=True,
            ),
            "severity": Field(Choice(("minor", "major", "total-loss")), required=True),
            "description": Field(NOTE),
        },
        whole_payload_point=69,
    ),
    EventType(
        name="recalled",
        name_en="Recalled",
        name_ko="리콜",
        fields={
            "reference": Field(REFERENCE, required=True),
            "reason": Field(NOTE, required=True),
            "remedy_due_on": Field(Day()),
        },
    ),
    EventType(
        name="recall_completed",
        name_en="Recall work done",
        name_ko="리콜 조치 완료",
        fields={"reference": Field(REFERENCE, required=True), "work": Field(NOTE)},
    ),
    EventType(
        name="soce_reported",
        name_en="State of certified energy (SOCE) reported by the car",
        name_ko="인증 에너지 상태(SOCE) 보고",
        fields={
            "soce_percent": Field(HEALTH_PERCENT, required=True, data_point=61),
            "odometer_km": Field(Whole(0, 10_000_000, "km")),
        },
        method="soce_onboard",
    ),
    EventType(
        name="use_reported",
        name_en="Use reported",
        name_ko="사용 이력 보고",
        fields={
            "full_cycles": Field(Number(0, 1_000_000, "cycles"), data_point=68),
            "temperature": Field(PERIOD_TEMPERATURE, data_point=70),
            "state_of_charge": Field(PERIOD_STATE_OF_CHARGE, data_point=71),
        },
        needs_value=True,
    ),
    EventType(
        name="ownership_transferred",
        name_en="Ownership transferred",
        name_ko="소유권 이전",
        fields={
            "channel": Field(Choice(("private", "dealer", "auction", "fleet", "return", "other")))
        },
    ),
)
