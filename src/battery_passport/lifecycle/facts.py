"""What the lifecycle stage announces, past tense.

In: an admitted event. Out: the fact whose outbox row is the event's pending log leaf.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecorded:
    """An event was recorded; `digest` is the SHA-256 of its record bytes."""

    kind: ClassVar[str] = "event-recorded"
    battery_id: UUID
    event_id: UUID
    digest: bytes
