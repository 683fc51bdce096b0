"""Sealing: opens for the same person, field and installation only."""

from uuid import uuid4

import pytest

from battery_passport.access.records.people import SubjectKey
from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing, SealBroken

SEALING = AesGcmSealing(wrapping_secret=b"w" * 32, lookup_secret=b"l" * 32)


def test_what_was_sealed_opens_again() -> None:
    key = SEALING.new_key(uuid4())
    for text in ("김민지", "", "a" * 10_000):
        assert SEALING.unseal(key, "name", SEALING.seal(key, "name", text)) == text


def test_the_same_text_never_looks_alike() -> None:
    key = SEALING.new_key(uuid4())
    assert SEALING.seal(key, "name", "x") != SEALING.seal(key, "name", "x")
    assert "김민지".encode() not in SEALING.seal(key, "name", "김민지")


def test_nothing_opens_in_anothers_place() -> None:
    key, other = SEALING.new_key(uuid4()), SEALING.new_key(uuid4())
    sealed = SEALING.seal(key, "name", "김민지")
    stolen = SubjectKey(subject_id=other.subject_id, wrapped=key.wrapped)
    foreign = AesGcmSealing(wrapping_secret=b"v" * 32, lookup_secret=b"l" * 32)
    attempts = (
        (SEALING, other, "name", sealed),
        (SEALING, key, "email", sealed),
        (SEALING, stolen, "name", sealed),
        (foreign, key, "name", sealed),
        (SEALING, key, "name", sealed[:-1]),
        (SEALING, key, "name", b""),
    )
    for sealing, with_key, field, octets in attempts:
        with pytest.raises(SealBroken):
            sealing.unseal(with_key, field, octets)


def test_every_changed_bit_is_noticed() -> None:
    key = SEALING.new_key(uuid4())
    sealed = SEALING.seal(key, "name", "김민지")
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << (place % 8)
        with pytest.raises(SealBroken):
            SEALING.unseal(key, "name", bytes(changed))


def test_lookups_are_equal_for_equal_texts_of_one_kind() -> None:
    assert SEALING.lookup("email", "a") == SEALING.lookup("email", "a")
    assert SEALING.lookup("email", "a") != SEALING.lookup("email", "b")
    assert SEALING.lookup("email", "a") != SEALING.lookup("plate", "a")
    other = AesGcmSealing(wrapping_secret=b"w" * 32, lookup_secret=b"m" * 32)
    assert other.lookup("email", "a") != SEALING.lookup("email", "a")
