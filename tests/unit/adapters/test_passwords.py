"""Password hashes: argon2id, salted, renewed when settings grow."""

import argon2

from battery_passport.adapters.passwords.argon2id import (
    MEMORY_KIB,
    PASSES,
    Argon2idPasswords,
)
from tests.factories.people import QUICK_PASSWORDS


def test_hashes_fit_their_password_only() -> None:
    hashed = QUICK_PASSWORDS.hash("바다가 보이는 언덕에서")
    assert QUICK_PASSWORDS.matches(hashed, "바다가 보이는 언덕에서")
    assert not QUICK_PASSWORDS.matches(hashed, "바다가 보이는 언덕에서 ")
    assert QUICK_PASSWORDS.hash("바다가 보이는 언덕에서") != hashed


def test_what_is_no_hash_fits_nothing() -> None:
    for text in ("", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"):
        assert not QUICK_PASSWORDS.matches(text, "anything at all")


def test_the_decoy_fits_nothing_anybody_types() -> None:
    assert not QUICK_PASSWORDS.matches(QUICK_PASSWORDS.decoy, "")
    assert not QUICK_PASSWORDS.matches(QUICK_PASSWORDS.decoy, QUICK_PASSWORDS.decoy)


def test_the_usual_settings_are_at_least_what_the_standard_asks() -> None:
    """OWASP ASVS 5.0 appendix C: argon2id with 46 MiB and one pass, or 19 MiB and two."""
    parameters = argon2.extract_parameters(Argon2idPasswords().hash("x"))
    assert parameters.type is argon2.Type.ID
    assert parameters.memory_cost == MEMORY_KIB >= 47_104
    assert parameters.time_cost == PASSES >= 1
    assert parameters.salt_len >= 16


def test_weaker_hashes_are_outdated() -> None:
    stronger = Argon2idPasswords(memory_kib=128, passes=1)
    assert stronger.is_outdated(QUICK_PASSWORDS.hash("x"))
    assert not stronger.is_outdated(stronger.hash("x"))
