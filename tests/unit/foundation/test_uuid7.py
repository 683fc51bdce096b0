"""UUIDs of version 7 are what the standard says, one by one and many at once."""

from datetime import UTC, datetime
from uuid import RFC_4122, UUID

from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import SALT_BYTES, random_salts
from battery_passport.foundation.uuid7 import new_uuid7, unix_ms_of_uuid7, uuid7_texts

MOMENT = datetime(2026, 11, 23, 7, 30, 0, 123_000, tzinfo=UTC)


def test_many_at_once_are_as_one_alone() -> None:
    moments = [unix_ms(MOMENT) + number for number in range(300)]
    made = [UUID(text) for text in uuid7_texts(moments)]
    for identifier in (*made, new_uuid7(MOMENT)):
        assert (identifier.version, identifier.variant) == (7, RFC_4122)
    assert [unix_ms_of_uuid7(each) for each in made] == moments
    assert [str(each) for each in made] == sorted(str(each) for each in made)
    # Each of the 74 random bits is set in some and not in others.
    random_bits = [each.int & ~(0xF << 76) & ~(0x3 << 62) & ((1 << 80) - 1) for each in made]
    ever, always = 0, (1 << 80) - 1
    for bits in random_bits:
        ever, always = ever | bits, always & bits
    assert (ever.bit_count(), always) == (74, 0)


def test_salts_are_all_different() -> None:
    salts = random_salts(500)
    assert len(set(salts)) == 500
    assert {len(salt) for salt in salts} == {SALT_BYTES}
    assert uuid7_texts([]) == []
    assert random_salts(0) == []
