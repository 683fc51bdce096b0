"""Applying, approving, inviting, leaving; and what another city never sees."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from battery_passport.access.desk import Desk
from battery_passport.access.errors import (
    LinkNotUsable,
    NotAllowedNow,
    UnusableApplication,
    UnusableName,
)
from battery_passport.access.model import Principal, PrincipalKind, Role
from battery_passport.access.organisations.applying import (
    MOST_WAITING,
    Application,
    Suspension,
    apply,
    approve,
    check_application,
    contact_of,
    refuse,
    suspend,
)
from battery_passport.access.organisations.members import (
    ACCEPT_WITHIN,
    accept,
    change_roles,
    end_membership,
    invite,
    member,
    withdraw,
)
from battery_passport.access.people.erasing import erase_person
from battery_passport.access.records.organisations import Standing
from battery_passport.registry.errors import UnknownOrganisation
from tests.factories.people import (
    Office,
    city,
    join,
    organisation,
    person,
    session,
    signed_in,
)

Decision = Callable[[Desk, Principal, UUID], None]


def _administrator(region: str = "busan") -> Principal:
    return Principal(
        kind=PrincipalKind.PERSON,
        person_id=uuid4(),
        organisation_id=uuid4(),
        region=region,
        roles=frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    )


def _application(number: str = "REC-0001", region: str = "busan") -> Application:
    return check_application(
        kind="recycler",
        name="해운대 재활용",
        registration_number=number,
        region=region,
        contact="이영희 051-123-4567",
    )


def test_an_approved_organisation_has_its_applicant_as_steward(made: Office) -> None:
    city(made)
    who = person(made)
    with made.desks.transaction() as desk:
        account = apply(desk, _application(), applicant=who.person_id)
        assert contact_of(desk, account) == "이영희 051-123-4567"
        assert "이영희".encode() not in account.sealed_contact
        approve(desk, _administrator(), account.organisation_id)
    principal = signed_in(made, session(made, who)).principal
    assert Role.RECYCLER in principal.roles
    assert principal.organisation_id == account.organisation_id
    assert "승인되었습니다" in made.letters()[-1].subject
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        approve(desk, _administrator(), account.organisation_id)


def _suspend(desk: Desk, actor: Principal, organisation_id: UUID) -> None:
    account = desk.organisations.account(organisation_id)
    name = "" if account is None else account.name
    suspend(desk, actor, organisation_id, Suspension(typed_name=name, reason="breach"))


@pytest.mark.parametrize("act", [approve, refuse, _suspend])
def test_another_citys_administrator_finds_nothing(made: Office, act: Decision) -> None:
    city(made)
    city(made, "pohang")
    who = person(made)
    with made.desks.transaction() as desk:
        account = apply(desk, _application(), applicant=who.person_id)
    for actor in (_administrator("pohang"), Principal(kind=PrincipalKind.PERSON, region="busan")):
        with pytest.raises(UnknownOrganisation), made.desks.transaction() as desk:
            act(desk, actor, account.organisation_id)
    with made.desks.reading() as desk:
        found = desk.organisations.account(account.organisation_id)
    assert found is not None
    assert found.standing is Standing.APPLIED


def test_a_suspended_organisation_can_come_back(made: Office) -> None:
    city(made)
    who, account = person(made), organisation(made)
    join(made, who, account, steward=True)
    with made.desks.transaction() as desk:
        _suspend(desk, _administrator(), account.organisation_id)
    token = session(made, who)
    assert signed_in(made, token).principal.roles == {Role.OWNER}
    with made.desks.transaction() as desk:
        approve(desk, _administrator(), account.organisation_id)
    assert Role.INSPECTOR in signed_in(made, session(made, who)).principal.roles


def test_a_refused_application_may_be_sent_again(made: Office) -> None:
    city(made)
    who = person(made)
    with made.desks.transaction() as desk:
        first = apply(desk, _application(), applicant=who.person_id)
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        apply(desk, _application(), applicant=who.person_id)
    with made.desks.transaction() as desk:
        refuse(desk, _administrator(), first.organisation_id)
        apply(desk, _application(), applicant=who.person_id)


def test_applications_are_for_cities_that_take_part_and_few(made: Office) -> None:
    city(made)
    who = person(made)
    with pytest.raises(UnusableApplication), made.desks.transaction() as desk:
        apply(desk, _application(region="seoul"), applicant=who.person_id)
    for number in range(MOST_WAITING):
        with made.desks.transaction() as desk:
            apply(desk, _application(f"REC-{number:04}"), applicant=who.person_id)
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        apply(desk, _application("REC-0099"), applicant=who.person_id)


def test_an_invitation_makes_its_reader_a_member_once(made: Office) -> None:
    city(made)
    account, who = organisation(made), person(made)
    with made.desks.transaction() as desk:
        invite(
            desk,
            account.organisation_id,
            email="Minji@Example.org",
            roles=(),
            steward=True,
            invited_by=None,
        )
    with made.desks.transaction() as desk:
        accept(desk, made.token(), who)
        membership = member(desk, account.organisation_id, who.person_id)
    assert membership.roles == {Role.INSPECTOR}
    assert membership.steward
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        accept(desk, made.token(), who)


def test_an_invitation_is_for_its_address_its_time_and_while_it_stands(made: Office) -> None:
    city(made)
    account, who = organisation(made), person(made)
    other = person(made, email="b@example.org")

    def invited() -> str:
        with made.desks.transaction() as desk:
            invite(
                desk,
                account.organisation_id,
                email="minji@example.org",
                roles=(),
                steward=False,
                invited_by=None,
            )
        return made.token()

    token = invited()
    with pytest.raises(LinkNotUsable, match="another address"), made.desks.transaction() as desk:
        accept(desk, token, other)
    made.wait(ACCEPT_WITHIN)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        accept(desk, token, who)
    token = invited()
    with made.desks.transaction() as desk:
        (standing,) = desk.organisations.invitations(account.organisation_id, desk.moment)
        withdraw(desk, uuid4(), standing.invitation_id, actor=None)
        assert desk.organisations.invitations(account.organisation_id, desk.moment)
        withdraw(desk, account.organisation_id, standing.invitation_id, actor=None)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        accept(desk, token, who)
    token = invited()
    with made.desks.transaction() as desk:
        desk.organisations.decide(account.organisation_id, Standing.SUSPENDED, desk.moment)
    with pytest.raises(LinkNotUsable), made.desks.transaction() as desk:
        accept(desk, token, who)


def test_nobody_is_invited_to_a_role_of_another_kind(made: Office) -> None:
    city(made)
    account = organisation(made)
    with pytest.raises(UnusableApplication), made.desks.transaction() as desk:
        invite(
            desk,
            account.organisation_id,
            email="a@example.org",
            roles=("administrator",),
            steward=True,
            invited_by=None,
        )
    assert made.letters() == []


def test_who_loses_a_role_is_signed_out_there(made: Office) -> None:
    city(made)
    account, who, boss = organisation(made), person(made), person(made, email="b@example.org")
    join(made, boss, account, steward=True)
    membership = join(made, who, account)
    token = session(made, who)
    with made.desks.transaction() as desk:
        change_roles(desk, membership, roles=(), steward=True, actor=boss.person_id)
    with pytest.raises(AssertionError):
        signed_in(made, token)
    assert signed_in(made, session(made, who)).principal.scopes


def test_an_organisation_keeps_somebody_who_looks_after_it(made: Office) -> None:
    city(made)
    account, boss, other = organisation(made), person(made), person(made, email="b@example.org")
    membership = join(made, boss, account, steward=True)
    join(made, other, account)
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        change_roles(desk, membership, roles=(), steward=False, actor=boss.person_id)
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        end_membership(desk, membership, actor=boss.person_id)
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        erase_person(desk, boss.person_id)


@pytest.mark.parametrize(
    ("name", "reason", "refusal"),
    [
        ("동백검사소", "", UnusableApplication),
        ("동백검사소", "because I can", UnusableApplication),
        ("동백 검사소", "breach", UnusableName),
        ("", "breach", UnusableName),
    ],
)
def test_an_organisation_is_suspended_by_its_name_and_for_a_reason(
    made: Office, name: str, reason: str, refusal: type[Exception]
) -> None:
    city(made)
    account = organisation(made)
    typed = Suspension(typed_name=name, reason=reason)
    with pytest.raises(refusal), made.desks.transaction() as desk:
        suspend(desk, _administrator(), account.organisation_id, typed)
    with made.desks.reading() as desk:
        left = desk.organisations.account(account.organisation_id)
    assert left is not None
    assert left.standing is Standing.ACTIVE


def test_an_organisation_without_members_is_suspended(made: Office) -> None:
    city(made)
    account, last = organisation(made), person(made)
    membership = join(made, last, account, steward=True)
    with made.desks.transaction() as desk:
        end_membership(desk, membership, actor=last.person_id)
        left = desk.organisations.account(account.organisation_id)
    assert left is not None
    assert left.standing is Standing.SUSPENDED
    made.wait(timedelta(seconds=1))
    with made.desks.transaction() as desk:
        erase_person(desk, last.person_id)


def test_nobody_suspends_the_organisation_he_acts_for(made: Office) -> None:
    account = city(made)
    actor = Principal(
        kind=PrincipalKind.PERSON,
        person_id=uuid4(),
        organisation_id=account.organisation_id,
        region="busan",
        roles=frozenset({Role.ADMINISTRATOR}),
    )
    with pytest.raises(NotAllowedNow), made.desks.transaction() as desk:
        _suspend(desk, actor, account.organisation_id)
