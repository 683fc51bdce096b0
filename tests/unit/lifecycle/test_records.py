"""Records are canonical, read back to the same event, and nothing else is read."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from battery_passport.foundation.strict_json import canonical_json
from battery_passport.lifecycle.errors import MalformedEventRecord
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import (
    event_record,
    event_record_bytes,
    parse_event_record,
)

EVENT = Event(
    event_id=UUID("01931b66-7c00-7000-8000-000000000001"),
    log_key=bytes(range(16)),
    sequence=3,
    event_type="soce_reported",
    occurred_at=datetime(2027, 3, 1, 0, 0, 0, 250_000, tzinfo=UTC),
    recorded_at=datetime(2027, 3, 1, 0, 0, 1, tzinfo=UTC),
    recorded_by="pilot-operator",
    payload={"soce_percent": 98.5},
)
# Written once by hand: a change of these bytes would orphan every entry already in a log.
RECORD = (
    b'{"event":"soce_reported","id":"01931b66-7c00-7000-8000-000000000001",'
    b'"key":"000102030405060708090a0b0c0d0e0f","occurred_at":"2027-03-01T00:00:00.250Z",'
    b'"payload":{"soce_percent":98.5},"recorded_at":"2027-03-01T00:00:01.000Z",'
    b'"recorded_by":"pilot-operator","seq":3,"type":"event","v":1}'
)


def test_the_bytes_never_change() -> None:
    assert event_record_bytes(EVENT) == RECORD


def test_a_record_reads_back_to_its_event() -> None:
    assert parse_event_record(RECORD) == EVENT


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("v", 2),
        ("type", "passport"),
        ("seq", 0),
        ("seq", True),
        ("seq", "3"),
        ("key", "00"),
        ("key", "000102030405060708090A0B0C0D0E0F"),
        ("id", "none"),
        ("id", "01931B66-7C00-7000-8000-000000000001"),
        ("occurred_at", "yesterday"),
        ("occurred_at", "2027-03-01T00:00:00.25Z"),
        ("recorded_by", 3),
        ("payload", []),
        ("extra", 1),
    ],
)
def test_a_record_with_another_member_value_is_refused(member: str, value: object) -> None:
    members = {**event_record(EVENT), member: value}
    with pytest.raises(MalformedEventRecord):
        parse_event_record(json.dumps(members, sort_keys=True, separators=(",", ":")).encode())


def test_a_missing_member_and_other_writings_are_refused() -> None:
    members = event_record(EVENT)
    del members["seq"]
    for octets in (canonical_json(members), RECORD + b" ", RECORD.replace(b"98.5", b"98.50"), b""):
        with pytest.raises(MalformedEventRecord):
            parse_event_record(octets)
