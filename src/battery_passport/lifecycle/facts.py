"""What the lifecycle stage announces, past tense.

In: an admitted event. Out: the fact whose outbox row is the event's pending log leaf.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import event_record_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecorded:
    """An event was recorded; `digest` is the SHA-256 of its record bytes."""

    kind: ClassVar[str] = "event-recorded"
    battery_id: UUID
    event_id: UUID
    digest: bytes
    body: JsonObject


def event_recorded(battery_id: UUID, event: Event) -> EventRecorded:
    """Return the fact that announces an event; its body names type and sequence only."""
    return EventRecorded(
        battery_id=battery_id,
        event_id=event.event_id,
        digest=sha256(event_record_bytes(event)),
        body={"event_id": str(event.event_id), "type": event.event_type, "seq": event.sequence},
    )
