"""Claim codes: read however they are typed, and no single slip of a finger goes unnoticed."""

import pytest

from battery_passport.access.sharing.codes import (
    ALPHABET,
    CODE_CHARACTERS,
    code_hash,
    new_code,
    read_code,
    show_code,
)


def test_a_code_is_read_as_it_is_shown_typed_or_spoken() -> None:
    code = new_code()
    shown = show_code(code)
    assert len(shown.split("-")) == 4
    spoken = shown.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    for typed in (code, shown, f"  {shown}  ", spoken, code.lower(), shown.replace("-", "\u2013")):
        assert read_code(typed) == code


def test_every_wrong_character_is_noticed() -> None:
    code = new_code()
    for place in range(CODE_CHARACTERS):
        for wrong in ALPHABET.replace(code[place], ""):
            assert read_code(code[:place] + wrong + code[place + 1 :]) is None


def test_most_swapped_neighbours_are_noticed() -> None:
    seen = missed = 0
    for _ in range(400):
        code = new_code()
        for place in range(CODE_CHARACTERS - 1):
            swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if swapped != code:
                seen += 1
                missed += read_code(swapped) is not None
    assert missed / seen < 0.02


@pytest.mark.parametrize(
    "typed", ["", "AAAA", "A" * 17, "A" * 10_000, "!" * 16, "\x00" * 16, "가나다"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert read_code(typed) is None


def test_codes_differ_and_so_do_their_hashes() -> None:
    codes = {new_code() for _ in range(500)}
    assert len({code_hash(code) for code in codes}) == len(codes) == 500
