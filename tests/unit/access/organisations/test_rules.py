"""Rules of organisations: numbers, cities, roles, stewards."""

from uuid import UUID, uuid4

import pytest

from battery_passport.access.errors import UnusableApplication
from battery_passport.access.model import Role
from battery_passport.access.organisations.applying import check_application
from battery_passport.access.records.organisation_rules import (
    check_region,
    check_registration_number,
    check_roles,
    is_last_steward,
    korean_check_digit,
)
from battery_passport.access.records.organisations import Membership, OrganisationKind
from tests.factories.people import NOW


def _member(person_id: UUID, *, steward: bool) -> Membership:
    return Membership(
        organisation_id=uuid4(),
        person_id=person_id,
        roles=frozenset({Role.INSPECTOR}),
        steward=steward,
        since=NOW,
    )


def test_a_korean_number_carries_its_check_digit() -> None:
    number = f"123456789{korean_check_digit('123456789')}"
    written = f"{number[:3]}-{number[3:5]}-{number[5:]}"
    assert check_registration_number(number) == written
    assert check_registration_number(f" {written} ") == written
    wrong = str((int(number[9]) + 1) % 10)
    with pytest.raises(UnusableApplication, match="last figure"):
        check_registration_number(number[:9] + wrong)


def test_check_digits_notice_every_single_slip() -> None:
    """The scheme is weak in one place only: the ninth figure is halved."""
    original = "220816251"
    for place in range(8):
        for figure in "0123456789":
            slip = original[:place] + figure + original[place + 1 :]
            if slip != original:
                assert korean_check_digit(slip) != korean_check_digit(original)


@pytest.mark.parametrize("number", ["HRB 12345", "DE/12-99.7", "ab12"])
def test_numbers_of_other_countries_are_taken(number: str) -> None:
    assert check_registration_number(number) == number


@pytest.mark.parametrize("number", ["", "1", "a" * 60, "x\ny12", "<b>1234</b>", "12 "])
def test_other_texts_are_no_number(number: str) -> None:
    with pytest.raises(UnusableApplication):
        check_registration_number(number)


@pytest.mark.parametrize("region", ["", "B", "Busan", "busan/pohang", "a" * 40, "-x-"])
def test_a_city_has_a_short_plain_name(region: str) -> None:
    assert check_region("busan") == "busan"
    with pytest.raises(UnusableApplication):
        check_region(region)


def test_members_have_roles_of_their_organisation_only() -> None:
    assert check_roles(OrganisationKind.CITY, ["administrator"]) == {Role.ADMINISTRATOR}
    assert check_roles(OrganisationKind.RECYCLER, []) == {Role.RECYCLER}
    for kind in OrganisationKind:
        if kind is not OrganisationKind.CITY:
            with pytest.raises(UnusableApplication):
                check_roles(kind, ["administrator"])


def test_nobody_applies_to_be_a_city() -> None:
    with pytest.raises(UnusableApplication):
        check_application(
            kind="city", name="Busan", registration_number="ab12", region="busan", contact="x"
        )


def test_the_last_steward_stays_while_others_are_there() -> None:
    one, other = uuid4(), uuid4()
    both = [_member(one, steward=True), _member(other, steward=False)]
    assert is_last_steward(both, one)
    assert not is_last_steward(both, other)
    assert not is_last_steward([_member(one, steward=True), _member(other, steward=True)], one)
    assert not is_last_steward([_member(one, steward=True)], one)
