"""Text that names a car, a person or a place is refused; ordinary notes are not."""

import pytest

from battery_passport.lifecycle.errors import PersonalDataInEvent
from battery_passport.lifecycle.privacy import refuse_personal_data


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("taken from KMHC75LD0KU012345 today", "vehicle identification number"),
        ("kmhc75ld0ku012345", "vehicle identification number"),
        ("KMH C75LD0 KU012345", "vehicle identification number"),
        ("plate 12가 3456", "number plate"),
        ("123나4567", "number plate"),
        ("at 35.17956, 129.07564", "coordinates"),
        ("at 35.17956/129.07564", "coordinates"),
        ("ask someone@mail.example", "e-mail"),
        ("call 010-1234-5678", "telephone"),
        ("call +82 10-1234-5678", "telephone"),
        ("900101-1234567", "resident registration"),
    ],
)
def test_refused_wherever_it_stands(text: str, kind: str) -> None:
    for payload in ({"note": text}, {"parts": ["fine", text]}, {"a": {"b": text}}):
        with pytest.raises(PersonalDataInEvent, match=kind) as caught:
            refuse_personal_data(payload)
        assert text not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Replaced module 7 of 12, torque 9.5 Nm, 403.2 V after the work",
        "Certificate KC10031-2027-00042",
        "0123456789abcdef0123456789abcdef",
        "12345678901234567",
        "9f1c2d3e-4b5a-7c6d-8e9f-0a1b2c3d4e5f",
        "절연저항 1501 kΩ, 셀 전압 편차 12 mV",
    ],
)
def test_ordinary_notes_pass(text: str) -> None:
    refuse_personal_data({"note": text})


def test_two_numbers_with_three_decimals_are_taken_for_coordinates() -> None:
    with pytest.raises(PersonalDataInEvent, match=r"payload\.note holds what looks like coord"):
        refuse_personal_data({"note": "cells at 3.912, 4.051"})
