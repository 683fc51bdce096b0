"""What can be wrong with a lifecycle event.

In: a message. Out: errors with a code and a remedy.

    InvalidInput
    └── InvalidEvent ── UnknownEventType, PersonalDataInEvent, MalformedEventRecord,
                         InvalidMeasurement
    Conflict
    └── ContradictoryEvent
"""

from battery_passport.foundation.errors import Conflict, InvalidInput


class InvalidEvent(InvalidInput):
    """An event whose payload or times cannot be recorded."""

    code = "invalid-event"
    remedy = "docs/reference/lifecycle-events.md lists every event type and its fields."


class UnknownEventType(InvalidEvent):
    """There is no event type of that name."""

    code = "unknown-event-type"


class PersonalDataInEvent(InvalidEvent):
    """The payload holds what could name a person, a car or a place."""

    code = "personal-data-in-event"
    remedy = "Leave it out: events are kept for ever and are shown to others."


class MalformedEventRecord(InvalidEvent):
    """Stored or received bytes that are not one canonical event record."""

    code = "malformed-event-record"
    remedy = "Event records are canonical JSON; do not edit or reformat them."


class InvalidMeasurement(InvalidEvent):
    """Measured values that do not make a statement: something that belongs to them is missing."""

    code = "invalid-measurement"


class ContradictoryEvent(Conflict):
    """The event cannot have happened in the state the other events leave the battery in."""

    code = "contradictory-event"
    remedy = "Record the missing step first, or correct the time at which this happened."
