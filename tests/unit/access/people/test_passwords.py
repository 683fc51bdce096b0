"""Which passwords are taken: long ones that nobody tries first."""

import unicodedata

import pytest

from battery_passport.access.errors import WeakPassword
from battery_passport.access.people.passwords import (
    COMMON_WORDS,
    LONGEST,
    check_password,
    one_writing,
)
from battery_passport.foundation.errors import InvalidInput

EMAIL, NAME = "minji.kim@busanbatteries.co.kr", "김민지"


@pytest.mark.parametrize(
    "password",
    [
        "a pebble under the blue gate",
        "correcthorsestaple",
        "바다가 보이는 언덕 위 작은 집",
        "x9#Kd!77pQz$m",
        "🚗🔋🌊 drives to Haeundae",
        "   spaces count too   ",
        "t" * 20 + "he quick fox",
    ],
)
def test_long_passwords_are_taken_as_they_are(password: str) -> None:
    kept = check_password(password, email=EMAIL, name=NAME)
    assert kept == unicodedata.normalize("NFC", password)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "elevenchars",
        "aaaaaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "123456789012",
        "abcdefghijklm",
        "qwertyuiop123",
        "password1234",
        "Password!2024",
        "passwordpassword",
        "비밀번호비밀번호비밀번호",
        "busan2026!!!!",
        "welcome12345",
        "minji.kim@busanbatteries.co.kr",
        "busanbatteries.co.kr1",
        "minji.kim12345",
        "김민지김민지김민지1234",
    ],
)
def test_what_others_guess_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, email=EMAIL, name="김민지김민지김민지")


def test_every_common_word_with_a_year_is_refused() -> None:
    for word in COMMON_WORDS:
        with pytest.raises(WeakPassword):
            check_password(f"{word}2026".ljust(12, "!"), email=EMAIL)


def test_two_keyboards_write_one_password() -> None:
    decomposed = unicodedata.normalize("NFD", "바다가 보이는 언덕에서")
    assert one_writing(decomposed) == "바다가 보이는 언덕에서"


@pytest.mark.parametrize("length", [LONGEST + 1, 10_000, 1_000_000])
def test_endless_passwords_are_refused_before_any_work(length: int) -> None:
    with pytest.raises(InvalidInput):
        one_writing("x" * length)
