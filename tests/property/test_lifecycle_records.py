"""Event records: one event, one record, and no other bytes read as that event."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from battery_passport.lifecycle.errors import MalformedEventRecord
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import event_record_bytes, parse_event_record

MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - Hypothesis takes bounds without zones
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1_000 * 1_000))
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    # Beyond this, RFC 8785 writes a float as an integer that it would not take back.
    st.floats(-(2.0**53) + 1, 2.0**53 - 1),
    st.text(st.characters(exclude_categories=["Cs"])),
)
EVENTS = st.builds(
    Event,
    event_id=st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number)),
    log_key=st.binary(min_size=16, max_size=16),
    sequence=st.integers(1, 2**31),
    event_type=st.sampled_from(["installed", "soce_reported"]),
    occurred_at=MOMENTS,
    recorded_at=MOMENTS,
    recorded_by=st.just("pilot-operator"),
    payload=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), VALUES, max_size=4),
)


@given(EVENTS)
def test_a_record_reads_back(event: Event) -> None:
    assert parse_event_record(event_record_bytes(event)) == event


@given(EVENTS, st.data())
def test_a_changed_byte_is_another_event_or_none(event: Event, data: st.DataObject) -> None:
    octets = bytearray(event_record_bytes(event))
    place = data.draw(st.integers(0, len(octets) - 1))
    octets[place] ^= data.draw(st.integers(1, 255))
    with suppress(MalformedEventRecord):
        assert parse_event_record(bytes(octets)) != event
