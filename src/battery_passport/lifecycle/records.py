"""Event records: the canonical bytes behind an event's log entry, and events read back from them.

In: events or record bytes. Out: record bytes or events; one event has exactly one record.
"""

from uuid import UUID

from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.encoding import hex_decode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object
from battery_passport.lifecycle.errors import MalformedEventRecord
from battery_passport.lifecycle.model import Event

RECORD_VERSION = 1
RECORD_TYPE = "event"
LOG_KEY_BYTES = 16
_MEMBERS = frozenset(
    ("v", "type", "id", "key", "seq", "event", "occurred_at", "recorded_at", "recorded_by")
) | {"payload"}


def event_record(event: Event) -> JsonObject:
    """Return the members of an event's record."""
    return {
        "v": RECORD_VERSION,
        "type": RECORD_TYPE,
        "id": str(event.event_id),
        "key": event.log_key.hex(),
        "seq": event.sequence,
        "event": event.event_type,
        "occurred_at": format_utc(event.occurred_at),
        "recorded_at": format_utc(event.recorded_at),
        "recorded_by": event.recorded_by,
        "payload": event.payload,
    }


def event_record_bytes(event: Event) -> bytes:
    """Return the canonical JSON bytes whose hash stands in the log."""
    return canonical_json(event_record(event))


def parse_event_record(octets: bytes) -> Event:
    """Return the event that record bytes hold.

    Raises: MalformedEventRecord unless writing the event again gives the very same bytes.
    """
    try:
        event = _read(parse_json_object(octets))
        canonical = event_record_bytes(event)
    except (InvalidInput, ValueError, TypeError, AttributeError) as error:
        raise MalformedEventRecord(f"The bytes are not an event record: {error}") from error
    if canonical != octets:
        raise MalformedEventRecord("The event record is not in canonical form.")
    return event


def _read(members: JsonObject) -> Event:
    if set(members) != _MEMBERS:
        odd = sorted(set(members) ^ _MEMBERS)
        raise MalformedEventRecord(f"Members missing or unknown: {', '.join(odd)}.")
    if (members["v"], members["type"]) != (RECORD_VERSION, RECORD_TYPE):
        raise MalformedEventRecord("It is of another version or type.")
    sequence, payload = members["seq"], members["payload"]
    if isinstance(sequence, bool) or not isinstance(sequence, int) or sequence < 1:
        raise MalformedEventRecord("seq is not a whole number from 1.")
    if not isinstance(payload, dict):
        raise MalformedEventRecord("payload is not an object.")
    return Event(
        event_id=UUID(_text(members, "id")),
        log_key=hex_decode(_text(members, "key"), length=LOG_KEY_BYTES),
        sequence=sequence,
        event_type=_text(members, "event"),
        occurred_at=parse_utc(_text(members, "occurred_at")),
        recorded_at=parse_utc(_text(members, "recorded_at")),
        recorded_by=_text(members, "recorded_by"),
        payload=payload,
    )


def _text(members: JsonObject, name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise MalformedEventRecord(f"{name} is not text.")
    return value
