"""Names and addresses: one writing, nothing that deceives the eye."""

import pytest

from battery_passport.access.errors import UnusableAddress, UnusableName
from battery_passport.access.names import address_key, clean_address, clean_name

BIDI = "\u202e"


@pytest.mark.parametrize(
    "name",
    [
        "김민지",
        "Kim Min-ji",
        "(주)한빛셀",
        "O'Brien & Söhne, Ltd.",
        "Łukasz Żółć",
        "Иван Петров",
        "Ελένη Παπά",
        "李小龍",
        "Nguyễn Văn Ánh",
        "Hyundai 현대 2",
        "गीता",
    ],
)
def test_names_of_people_and_firms_are_taken(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  김 민지 ", "김 민지"),
        ("Kim\u3000\u3000Minji", "Kim Minji"),
        ("\u1100\u1161", "가"),
        ("e\u0301ve", "\u00e9ve"),
    ],
)
def test_there_is_one_writing(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "12345",
        "a" * 81,
        "a" * 100_000,
        "Kim\nMinji",
        "Kim\x00",
        f"Kim{BIDI}ijnim",
        "Kim\u200bMinji",
        "Kim\u2066x\u2069",
        "<script>alert(1)</script>",
        "http://evil.example",
        "{link}",
        "\ud800",
        "\ue000abc",
        "Z" + "\u0301" * 30,
    ],
)
def test_hostile_names_are_refused(name: str) -> None:
    with pytest.raises(UnusableName):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "P\u0430ul Smith",
        "\u0410dmin",
        "\u039fmega Ltd",
        "\u0410\u0391",
    ],
)
def test_letters_that_look_alike_are_not_mixed(name: str) -> None:
    with pytest.raises(UnusableName, match="look alike"):
        clean_name(name)


@pytest.mark.parametrize("address", ["minji@example.org", "a.b+c@sub.example.co.kr", "x_y@a1.io"])
def test_addresses_are_taken(address: str) -> None:
    assert clean_address(f" {address} ") == address


def test_two_writings_of_an_address_are_found_alike() -> None:
    assert clean_address("Min.Ji@EXAMPLE.org") == "Min.Ji@example.org"
    assert address_key("Min.Ji@example.org") == address_key("min.ji@example.org")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "minji",
        "@example.org",
        "minji@",
        "minji@localhost",
        "a..b@example.org",
        "a b@example.org",
        "a@example.org\nBcc: b@example.org",
        "a@b@example.org",
        "x" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a@" + ".".join(["bbbbbbbbbb"] * 30),
        "민지@example.org",
        "a@-example.org",
        '"a b"@example.org',
    ],
)
def test_texts_that_are_no_address_are_refused(address: str) -> None:
    with pytest.raises(UnusableAddress):
        clean_address(address)
