"""Battery identifiers: what is accepted, what is refused, and that text round-trips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.identifiers import (
    BatteryIdentifier,
    MalformedIdentifier,
    gtin_check_digit,
    parse_battery_identifier,
)

GTIN = "09506000134352"


@pytest.mark.parametrize(
    "text",
    [
        f"{GTIN}/AB-1",
        f"{GTIN[1:]}/AB-1",
        f"01/{GTIN}/21/AB-1",
        f"/01/{GTIN}/21/AB-1",
        f"https://id.example/01/{GTIN}/21/AB-1",
        f"http://id.example/some/path/01/{GTIN}/21/AB-1?linkType=all",
    ],
)
def test_every_way_of_writing_one_identifier_gives_the_same(text: str) -> None:
    assert parse_battery_identifier(text) == BatteryIdentifier(gtin=GTIN, serial="AB-1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a b",
        "x" * 65,
        "ftp://host/01/09506000134352/21/A",
        "한글",
        "12/",
        f"{GTIN}/" + "x" * 21,
    ],
)
def test_what_identifies_nothing_is_refused(text: str) -> None:
    with pytest.raises(MalformedIdentifier):
        parse_battery_identifier(text)


def test_a_wrong_check_digit_names_the_right_one() -> None:
    with pytest.raises(MalformedIdentifier, match="expected 2"):
        BatteryIdentifier(gtin="09506000134353", serial="A")


@pytest.mark.parametrize("digits", ["²9506000134352", "٠٩٥٠٦٠٠٠١٣٤٣٥٢"])
def test_digits_of_other_scripts_are_no_digits(digits: str) -> None:
    with pytest.raises(MalformedIdentifier):
        BatteryIdentifier(gtin=digits, serial="A")


@given(
    body=st.text("0123456789", min_size=13, max_size=13),
    serial=st.text("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz", min_size=1, max_size=20),
)
def test_the_path_of_an_identifier_reads_back_as_it(body: str, serial: str) -> None:
    identifier = BatteryIdentifier(gtin=body + gtin_check_digit(body), serial=serial)
    assert parse_battery_identifier(f"https://id.example/{identifier.path}") == identifier


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_never_passes(body: str, place: int, shift: int) -> None:
    digit = str((int(body[place]) + shift) % 10)
    changed = body[:place] + digit + body[place + 1 :]
    assert gtin_check_digit(changed) != gtin_check_digit(body)
