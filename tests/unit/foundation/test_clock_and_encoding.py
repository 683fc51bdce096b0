"""Times, encodings and ids."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.clock import format_utc, from_unix_ms, parse_utc, unix_ms
from battery_passport.foundation.encoding import (
    MalformedEncoding,
    base64_decode,
    base64_encode,
    base64url_decode,
    base64url_encode,
    hex_decode,
)
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.uuid7 import new_uuid7

MOMENT = datetime(2026, 11, 23, 7, 30, 0, 123_000, tzinfo=UTC)


def test_times_are_written_in_one_way() -> None:
    in_korea = MOMENT.astimezone(timezone(timedelta(hours=9)))
    assert format_utc(in_korea) == "2026-11-23T07:30:00.123Z"


def test_a_time_without_zone_is_refused_both_ways() -> None:
    with pytest.raises(InvalidInput):
        parse_utc("2026-11-23T07:30:00")
    with pytest.raises(InvalidInput):
        format_utc(MOMENT.replace(tzinfo=None))
    with pytest.raises(InvalidInput):
        parse_utc("yesterday")


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis wants naive bounds
def test_milliseconds_round_trip(moment: datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert from_unix_ms(unix_ms(moment)) == whole
    assert parse_utc(format_utc(moment)) == whole


def test_a_number_that_is_no_time_is_refused() -> None:
    with pytest.raises(InvalidInput):
        from_unix_ms(10**18)


@given(st.binary(max_size=40))
def test_encodings_round_trip(octets: bytes) -> None:
    assert base64url_decode(base64url_encode(octets)) == octets
    assert base64_decode(base64_encode(octets)) == octets
    assert hex_decode(octets.hex(), length=len(octets)) == octets


@pytest.mark.parametrize("text", ["AB", "AA==", "A", "AA A", "AA\n", "A+A_", "한글"])
def test_lax_base64url_is_refused(text: str) -> None:
    if text == "AA A":
        assert base64url_decode("AAAA") == b"\0\0\0"
    with pytest.raises(MalformedEncoding):
        base64url_decode(text)


@pytest.mark.parametrize("text", ["AAA", "AB==", "AA==\n", "A_A=", "AA==AA=="])
def test_lax_base64_is_refused(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        base64_decode(text)


@pytest.mark.parametrize("text", ["AB", "a", "0 0", "zz"])
def test_lax_hexadecimal_is_refused(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        hex_decode(text)


def test_ids_sort_by_time_and_are_version_7() -> None:
    ids = [new_uuid7(MOMENT + timedelta(milliseconds=step)) for step in range(50)]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
    assert len({new_uuid7(MOMENT) for _ in range(1000)}) == 1000
