"""Which events a reader may see: an event tells what its data points tell.

In: an event type and a sight. Out: whether the event is shown, whole or not at all.
"""

from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.fields import EventType
from battery_passport.web.reading.views import STATUS_NUMBER, Sight

ACCIDENT_NUMBER = 69
_BY_NAME = {
    "accident": ACCIDENT_NUMBER,
    "recalled": ACCIDENT_NUMBER,
    "recall_completed": ACCIDENT_NUMBER,
    "repaired": ACCIDENT_NUMBER,
}
"""Types whose happening itself tells of a data point; the others tell of the status."""


def points_told_by(kind: EventType) -> frozenset[int]:
    """Return the data points that an event of a type tells of."""
    values = {field.data_point for field in kind.fields.values() if field.data_point is not None}
    return frozenset({*values, _BY_NAME.get(kind.name, STATUS_NUMBER)})


def shows_event(name: str, sight: Sight) -> bool:
    """Return whether a sight shows events of a type: only if it shows all that they tell of."""
    return points_told_by(event_type(name)) <= sight.numbers
