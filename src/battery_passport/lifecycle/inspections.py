"""Which inspections of a battery stand: none that was put right or taken back by its own recorder.

In: events. Out: those of them that are inspections and still say something.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.lifecycle.measurement import INSPECTED, NINE_ITEMS

WITHDRAWN = "withdrawn"
"""The result of an inspection that only takes an earlier one back."""

CORRECTS, REASON = "corrects", "correction_reason"
_MEASURED = frozenset((*(name for item in NINE_ITEMS for name in item), "measured_capacity_ah")) | {
    "measured_health_percent"
}


class InspectionEvent(Protocol):
    """What has to be known of an event."""

    @property
    def event_id(self) -> UUID: ...
    @property
    def event_type(self) -> str: ...
    @property
    def recorded_by(self) -> str: ...
    @property
    def payload(self) -> JsonObject: ...


_Event = TypeVar("_Event", bound=InspectionEvent)


def standing_inspections(events: Iterable[_Event]) -> list[_Event]:
    """Return the inspections that stand, in the order given."""
    inspected = [each for each in events if each.event_type == INSPECTED]
    replaced = replaced_by(inspected)
    return [
        each
        for each in inspected
        if str(each.event_id) not in replaced and not takes_back(each.payload)
    ]


def replaced_by(events: Iterable[_Event]) -> dict[str, _Event]:
    """Return, by the id of an inspection, the later one of its recorder that replaces it."""
    inspected = [each for each in events if each.event_type == INSPECTED]
    recorders = {str(each.event_id): each.recorded_by for each in inspected}
    return {
        corrected: each
        for each in inspected
        if recorders.get(corrected := str(each.payload.get(CORRECTS))) == each.recorded_by
    }


def takes_back(payload: JsonObject) -> bool:
    """Return whether an inspection measured nothing and only takes another one back."""
    return CORRECTS in payload and not has_measured(payload)


def has_measured(payload: Mapping[str, JsonValue]) -> bool:
    """Return whether an inspection measured anything that its body states."""
    return bool(_MEASURED & payload.keys())
