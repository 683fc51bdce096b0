"""Event types of alarms that the platform raises by what was measured.

In: nothing. Out: rows for the table in `event_types`.
"""

from battery_passport.lifecycle.fields import REFERENCE, EventType, Field
from battery_passport.lifecycle.scalar_shapes import Choice, Flag, Whole
from battery_passport.lifecycle.shapes import ListOf

ALARM_RAISED = "alarm_raised"
SIGNALS = ("voltage-collapse", "temperature", "insulation", "own-alarm")
"""As `safety.model.Signal` has them."""

ALARM_EVENT_TYPES = (
    EventType(
        name=ALARM_RAISED,
        name_en="Alarm raised by the measurements",
        name_ko="측정값에 따른 경보",
        fields={
            "kind": Field(Choice(("thermal_event",)), required=True),
            "severity": Field(Choice(("notice", "warning", "critical")), required=True),
            "signals": Field(ListOf(Choice(SIGNALS), most=len(SIGNALS)), required=True),
            "cell": Field(Whole(1, 1_024)),
            "evidence": Field(ListOf(REFERENCE, most=20), required=True),
            "late": Field(Flag()),
        },
    ),
)
