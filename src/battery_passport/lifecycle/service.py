"""Recording an event: checked against the table, the clock, privacy and the battery's history.

In: what a person or program reports, and the battery's events so far. Out: the event to store.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.lifecycle.errors import InvalidEvent
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.fold import fold
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.privacy import refuse_personal_data

CLOCK_TOLERANCE = timedelta(minutes=5)
"""An event may be this far ahead of our clock, since clocks differ."""

PAYLOAD_BYTES_LIMIT = 32_768
"""Larger payloads are refused: an event is a note of what happened, not a document."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No traction battery of the kinds that need a passport is older."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEvent:
    """What somebody says happened to a battery."""

    event_type: str
    occurred_at: datetime
    recorded_by: str
    payload: JsonObject


def admit_event(
    reported: ReportedEvent, *, log_key: bytes, history: Sequence[Event], now: datetime
) -> Event:
    """Return the event to append. Raises: as `admit_events`."""
    return admit_events([reported], log_key=log_key, history=history, now=now)[0]


def admit_events(
    reported: Iterable[ReportedEvent], *, log_key: bytes, history: Sequence[Event], now: datetime
) -> list[Event]:
    """Return the events to append, numbered after the history and folded with it once.

    Raises: UnknownEventType, InvalidEvent, PersonalDataInEvent, ContradictoryEvent.
    """
    last = max((known.sequence for known in history), default=0)
    events = [
        Event(
            event_id=new_uuid7(now),
            log_key=log_key,
            sequence=sequence,
            event_type=each.event_type,
            occurred_at=_checked_time(each.occurred_at, now),
            recorded_at=_whole_ms(now),
            recorded_by=_checked_slug(each.recorded_by),
            payload=checked_payload(each.event_type, each.payload),
        )
        for sequence, each in enumerate(reported, start=last + 1)
    ]
    fold([*history, *events])
    return events


def checked_payload(name: str, payload: JsonObject) -> JsonObject:
    """Return the payload as it will be read back, if it fits the type and names nobody.

    Raises: UnknownEventType, InvalidEvent, PersonalDataInEvent.
    """
    row = event_type(name)
    if found := row.shape.fault(payload):
        raise InvalidEvent(f"In the event {name}, payload {found}.")
    values = {member for member, field in row.fields.items() if field.data_point is not None}
    if row.needs_value and not values & payload.keys():
        raise InvalidEvent(f"The event {name} reports none of {', '.join(sorted(values))}.")
    refuse_personal_data(payload)
    octets = canonical_json(payload)
    if len(octets) > PAYLOAD_BYTES_LIMIT:
        raise InvalidEvent(
            f"The payload has {len(octets)} bytes, at most {PAYLOAD_BYTES_LIMIT} are taken."
        )
    return parse_json_object(octets)


def payload_from_pairs(name: str, pairs: Mapping[str, str]) -> JsonObject:
    """Return the payload that `field=text` pairs of a command line stand for, unchecked.

    Raises: UnknownEventType; MalformedJson where a field is an object and the text is none.
    """
    return event_type(name).shape.read_pairs(pairs)


def _checked_time(occurred_at: datetime, now: datetime) -> datetime:
    if occurred_at.tzinfo is None:
        raise InvalidEvent(f"The time {occurred_at.isoformat()} has no time zone.")
    if not EARLIEST <= occurred_at <= now + CLOCK_TOLERANCE:
        raise InvalidEvent(
            f"{occurred_at.isoformat()} lies outside {EARLIEST.year} to now.",
            remedy="Give the time at which it happened, not one yet to come.",
        )
    return _whole_ms(occurred_at)


def _checked_slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise InvalidEvent(
            f"{text[:80]!r} is not an organisation's short name.",
            remedy="Short names have lower-case letters, digits and hyphens.",
        )
    return text


def _whole_ms(moment: datetime) -> datetime:
    return from_unix_ms(unix_ms(moment))
