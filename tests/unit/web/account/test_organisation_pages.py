"""Organisations over the pages: application to key, and two cities that never meet."""

import re

import pytest
from fastapi import FastAPI

from battery_passport.access.model import Role
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.organisations import OrganisationKind
from tests.factories.accounts_site import Guest, guest
from tests.factories.people import (
    EMAIL,
    PASSWORD,
    Office,
    city,
    join,
    organisation,
    person,
)

APPLICATION = {
    "kind": "recycler",
    "name": "해운대 재활용",
    "registration_number": "REC-0001",
    "region": "busan",
    "contact": "이영희 051-123-4567",
}
_ORGANISATION = re.compile(r'name="organisation" value="([^"]+)"')
_INVITATION = re.compile(r'name="invitation" value="([^"]+)"')
_KEY = re.compile(r"bpk_[a-z2-9]{10}_[A-Za-z0-9_-]{43}")


def administrator(application: FastAPI, made: Office, region: str) -> Guest:
    """Return the signed-in administrator of a city."""
    email = f"admin@{region}.example"
    who = person(made, email=email, language="en")
    join(
        made,
        who,
        city(made, region),
        roles=frozenset({Role.CITY_OFFICER, Role.ADMINISTRATOR}),
        steward=True,
    )
    visitor = guest(application)
    assert visitor.sign_in(email).status_code == 303
    return visitor


@pytest.fixture
def busan(application: FastAPI, made: Office) -> Guest:
    return administrator(application, made, "busan")


@pytest.fixture
def pohang(application: FastAPI, made: Office) -> Guest:
    return administrator(application, made, "pohang")


@pytest.fixture
def steward(application: FastAPI, made: Office) -> Guest:
    city(made)
    who, account = person(made, language="en"), organisation(made)
    join(made, who, account, steward=True)
    visitor = guest(application)
    visitor.sign_in()
    return visitor


def test_from_application_to_members(
    application: FastAPI, made: Office, visitor: Guest, busan: Guest
) -> None:
    person(made, language="en")
    visitor.sign_in()
    sent = visitor.send("/organisation/apply", **APPLICATION)
    assert "on its way" in sent.text
    waiting = busan.get("/approvals").text
    assert "해운대 재활용" in waiting
    assert "이영희 051-123-4567" in waiting
    (reference,) = set(_ORGANISATION.findall(waiting))
    decided = busan.send("/approvals", organisation=reference, decision="approve")
    assert decided.headers["location"] == "/approvals?saved=1"
    visitor.send("/account/acting", page="/account", organisation=reference)
    assert "해운대 재활용" in visitor.get("/organisation").text
    visitor.send("/organisation/invite", page="/organisation", email="new@example.org")
    colleague = guest(application)
    link = made.link()
    assert "해운대 재활용" in colleague.get(link).text
    assert colleague.send(link, name="이영희", password=PASSWORD).status_code == 303
    assert "이영희" in visitor.get("/organisation").text
    assert 'action="/organisation/invite"' not in colleague.get("/organisation").text


def test_one_city_never_sees_the_other(
    made: Office, visitor: Guest, busan: Guest, pohang: Guest
) -> None:
    person(made, language="en")
    visitor.sign_in()
    visitor.send("/organisation/apply", **APPLICATION)
    assert "해운대 재활용" not in pohang.get("/approvals").text
    (reference,) = set(_ORGANISATION.findall(busan.get("/approvals").text))
    for decision in ("approve", "refuse"):
        fields = {"organisation": reference, "decision": decision}
        response = pohang.send("/approvals", page="/account", **fields)
        assert response.status_code == 404
        assert "해운대" not in response.text
    asked = pohang.get(f"/approvals/suspend?organisation={reference}")
    typed = {"organisation": reference, "reason": "breach", "name": APPLICATION["name"]}
    done = pohang.send("/approvals/suspend", page="/account", **typed)
    assert (asked.status_code, done.status_code) == (404, 404)
    assert "해운대" not in asked.text + done.text
    assert "Waits for a decision" not in visitor.get("/account").text
    (still,) = set(_ORGANISATION.findall(busan.get("/approvals").text))
    assert still == reference


def test_suspending_asks_for_a_reason_and_the_name(made: Office, busan: Guest) -> None:
    account = organisation(made)
    page = f"/approvals/suspend?organisation={account.organisation_id}"
    assert 'href="/approvals/suspend?organisation=' in busan.get("/approvals").text
    assert "lose their roles at once" in busan.get(page).text
    fields = {"organisation": str(account.organisation_id), "reason": "breach"}
    wrong = busan.send("/approvals/suspend", page=page, **fields, name="동백 검사소")
    assert wrong.status_code == 422
    assert "not the organisation" in wrong.text
    assert 'value="동백 검사소"' in wrong.text
    done = busan.send("/approvals/suspend", page=page, **fields, name=account.name)
    assert done.headers["location"] == "/approvals?saved=1"
    assert "Suspended" in busan.get("/approvals").text


def test_only_administrators_see_what_waits(made: Office, steward: Guest) -> None:
    response = steward.get("/approvals")
    assert response.status_code == 403
    assert made.letters() == []


@pytest.mark.parametrize("field", ["name", "registration_number", "contact", "kind", "region"])
def test_a_hostile_application_is_refused_beside_its_field(
    made: Office, visitor: Guest, busan: Guest, field: str
) -> None:
    person(made, language="en")
    visitor.sign_in()
    for text in ("", "\u202eevil", "x" * 5_000, "a\nb"):
        response = visitor.send("/organisation/apply", **{**APPLICATION, field: text})
        assert response.status_code == 422
        assert f'id="{field}-fault"' in response.text
    assert "Nobody waits" in busan.get("/approvals").text
    visitor.send("/organisation/apply", **{**APPLICATION, field: "<b>x</b>"})
    assert "<b>x</b>" not in busan.get("/approvals").text


def test_what_was_typed_stays(made: Office, visitor: Guest) -> None:
    city(made)
    person(made, language="en")
    visitor.sign_in()
    fields = {**APPLICATION, "registration_number": "220-81-62518"}
    response = visitor.send("/organisation/apply", **fields)
    assert response.status_code == 422
    for value in ("해운대 재활용", "220-81-62518", "이영희 051-123-4567"):
        assert f'value="{value}"' in response.text
    assert '<option value="recycler" selected>' in response.text


def test_a_member_who_is_no_steward_changes_nothing(
    application: FastAPI, made: Office, steward: Guest
) -> None:
    other = person(made, email="other@example.org", language="en")
    with made.desks.reading() as desk:
        account = next(
            each
            for each in desk.organisations.accounts_in("busan")
            if each.kind is OrganisationKind.INSPECTION_BODY
        )
    join(made, other, account)
    member = guest(application)
    member.sign_in("other@example.org")
    page = member.get("/organisation").text
    assert "Keys for machines" not in page
    for path, fields in (
        ("/organisation/invite", {"email": "a@example.org"}),
        ("/organisation/members", {"member": str(other.person_id), "steward": "yes"}),
        ("/organisation/keys", {"label": "x", "scopes": KEY_SCOPES[0], "days": "30"}),
    ):
        response = member.send(path, page="/organisation", **fields)
        assert response.status_code in (403, 404)
    assert made.letters() == []
    assert "Keys for machines" in steward.get("/organisation").text


def test_a_key_is_shown_once(steward: Guest) -> None:
    fields = {"label": "검사 장비", "scopes": KEY_SCOPES[0], "days": "90"}
    made = steward.send("/organisation/keys", page="/organisation", **fields)
    (key,) = set(_KEY.findall(made.text))
    again = steward.get("/organisation").text
    assert key not in again
    assert key[:14] in again


def test_a_bad_key_is_refused(steward: Guest) -> None:
    good = {"label": "x", "scopes": KEY_SCOPES[0], "days": "30"}
    wrong = (
        {"scopes": "nonsense"},
        {"scopes": "control.run"},
        {"label": "<b>"},
        {"days": "9999"},
        {"days": "-1"},
        {"days": "1e9"},
    )
    for fields in wrong:
        response = steward.send("/organisation/keys", page="/organisation", **(good | fields))
        assert response.status_code in (409, 422)
        assert not _KEY.search(response.text)


def test_a_bad_machine_key_is_refused(steward: Guest) -> None:
    for jwk in ("", "{}", "[]", "x" * 3_000, '{"kty":"RSA"}', '{"a":1,"a":2}'):
        fields = {"label": "x", "scopes": KEY_SCOPES[0], "jwk": jwk}
        response = steward.send("/organisation/machines", page="/organisation", **fields)
        assert response.status_code in (400, 422)
        assert "JWK" in response.text


def test_an_invitation_is_withdrawn(application: FastAPI, made: Office, steward: Guest) -> None:
    steward.send("/organisation/invite", page="/organisation", email="new@example.org")
    link = made.link()
    (reference,) = _INVITATION.findall(steward.get("/organisation").text)
    steward.send("/organisation/invitations/withdraw", page="/organisation", invitation=reference)
    assert guest(application).get(link).status_code == 410


def test_an_invited_account_signs_in_first(
    application: FastAPI, made: Office, steward: Guest
) -> None:
    person(made, email="new@example.org", language="en")
    steward.send("/organisation/invite", page="/organisation", email="new@example.org")
    link = made.link()
    newcomer = guest(application)
    assert f'href="/sign-in?next={link}"' in newcomer.get(link).text
    newcomer.get("/sign-in")
    csrf = newcomer.csrf("/sign-in")
    fields = {"csrf": csrf, "name": "남의 이름", "password": "taking over the account"}
    assert newcomer.http.post(link, data=fields).status_code == 410
    newcomer.sign_in("new@example.org")
    assert newcomer.send(link).status_code == 303
    assert "동백검사소" in newcomer.get("/organisation").text


def test_leaving_takes_the_role_away(steward: Guest) -> None:
    assert "You are its only member" in steward.get("/organisation").text
    response = steward.send("/organisation/leave", page="/organisation")
    assert response.headers["location"] == "/account?saved=1"
    page = steward.get("/account").text
    assert "You act for yourself" in page
    assert EMAIL in page
