"""One's own account over the pages, and what nobody else can do to it."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI

from battery_passport.access.people.reading import person_at
from tests.factories.accounts_site import Guest, guest
from tests.factories.authenticator import Authenticator
from tests.factories.people import (
    ADDRESS,
    EMAIL,
    PASSWORD,
    Office,
    city,
    join,
    organisation,
    person,
)

NEW = "a second pebble somewhere"
_SESSION = re.compile(r'name="session" value="([^"]+)"')


@pytest.fixture
def owner(made: Office, visitor: Guest) -> Guest:
    person(made, language="en")
    visitor.sign_in()
    return visitor


def test_name_and_language_are_saved(owner: Guest) -> None:
    response = owner.send("/account/profile", page="/account", name="이 영희", language="ko")
    assert response.headers["location"] == "/account?saved=1"
    page = owner.get("/account?saved=1").text
    assert "이 영희" in page
    assert "저장했습니다." in page


def test_a_hostile_name_is_refused_and_shown_safely(owner: Guest) -> None:
    for name in ("<b>x</b>", "", "P\u0430ul", "\u202eevil", "a" * 500):
        response = owner.send("/account/profile", page="/account", name=name, language="en")
        assert response.status_code == 422
        assert "<b>x</b>" not in response.text
        assert "of one alphabet" in response.text
        assert html.escape(name[:80]) in response.text


def test_a_new_password_needs_the_old_one(owner: Guest) -> None:
    wrong = owner.send("/account/password", page="/account", old="a wrong one", new=NEW)
    assert wrong.status_code == 401
    weak = owner.send("/account/password", page="/account", old=PASSWORD, new="short")
    assert weak.status_code == 422
    right = owner.send("/account/password", page="/account", old=PASSWORD, new=NEW)
    assert right.headers["location"] == "/account?saved=1"
    assert owner.get("/account").status_code == 200
    owner.send("/sign-out", page="/account")
    assert owner.sign_in().status_code == 401
    assert owner.sign_in(password=NEW).status_code == 303


def test_other_places_are_signed_out_one_by_one_or_all(application: FastAPI, owner: Guest) -> None:
    elsewhere, third = guest(application), guest(application)
    elsewhere.sign_in()
    (reference,) = _SESSION.findall(owner.get("/account").text)
    owner.send("/account/sessions/end", page="/account", session=reference)
    assert elsewhere.get("/account").status_code == 401
    third.sign_in()
    response = owner.send("/account/sessions/end-all", page="/account")
    assert response.headers["location"] == "/sign-in?note=signed-out-everywhere"
    assert third.get("/account").status_code == 401
    assert owner.get("/account").status_code == 401


def test_nobody_ends_anothers_session(application: FastAPI, made: Office, owner: Guest) -> None:
    with made.desks.reading() as desk:
        mine = person_at(desk, EMAIL)
        assert mine is not None
        (session,) = desk.sessions.of_person(mine.person_id)
    person(made, email="other@example.org")
    other = guest(application)
    other.sign_in("other@example.org")
    for reference in (str(session.session_id), str(uuid4())):
        other.send("/account/sessions/end", page="/account", session=reference)
    assert owner.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/account/sessions/end", {"session": "no id"}),
        ("/account/passkeys/remove", {"passkey": "!!!"}),
        ("/account/acting", {"organisation": "no id"}),
        ("/account/acting", {"organisation": str(uuid4())}),
    ],
)
def test_guessed_ids_do_nothing(owner: Guest, path: str, fields: dict[str, str]) -> None:
    response = owner.send(path, page="/account", **fields)
    assert response.status_code in (303, 400, 409, 422)
    assert owner.get("/account").status_code == 200


def test_a_passkey_is_added_used_and_removed(application: FastAPI, owner: Guest) -> None:
    device = Authenticator(origin=ADDRESS)
    headers = {"accept": "application/json", "origin": ADDRESS}
    csrf = {"csrf": owner.csrf("/account")}
    options = owner.http.post("/account/passkeys/options", data=csrf, headers=headers)
    added = owner.http.post(
        "/account/passkeys",
        data=csrf | {"answer": device.make(options.text), "label": "전화기"},
        headers=headers,
    )
    assert added.json() == {"next": "/account?saved=1"}
    assert "전화기" in owner.get("/account").text
    visitor = guest(application)
    token = {"csrf": visitor.csrf("/sign-in")}
    asked = visitor.http.post("/sign-in/passkey/options", data=token, headers=headers)
    answer = device.sign(asked.text)
    fields = token | {"answer": answer, "next": "/organisation/apply"}
    done = visitor.http.post("/sign-in/passkey", data=fields, headers=headers)
    assert done.json() == {"next": "/organisation/apply"}
    assert EMAIL in visitor.get("/account").text
    stranger = guest(application)
    replay = {"csrf": stranger.csrf("/sign-in"), "answer": answer}
    assert stranger.http.post("/sign-in/passkey", data=replay, headers=headers).status_code == 401
    reference = re.search(r'name="passkey" value="([^"]+)"', owner.get("/account").text)
    assert reference
    owner.send("/account/passkeys/remove", page="/account", passkey=reference[1])
    assert "전화기" not in owner.get("/account").text


def test_a_passkey_is_added_soon_after_sign_in_only(made: Office, owner: Guest) -> None:
    made.wait(timedelta(minutes=16))
    csrf = {"csrf": owner.csrf("/account")}
    response = owner.http.post("/account/passkeys/options", data=csrf)
    assert response.status_code == 403


def test_one_acts_for_an_organisation_or_for_oneself(made: Office, owner: Guest) -> None:
    city(made)
    account = organisation(made)
    with made.desks.reading() as desk:
        who = person_at(desk, EMAIL)
    assert who is not None
    join(made, who, account)
    reference = str(account.organisation_id)
    owner.send("/account/acting", page="/account", organisation=reference)
    assert "acting for it now" in owner.get("/account").text
    owner.send("/account/acting", page="/account", organisation="")
    assert "acting for it now" not in owner.get("/account").text


def test_an_account_is_for_people_who_signed_in(visitor: Guest) -> None:
    for path in ("/account", "/organisation", "/organisation/apply", "/approvals"):
        response = visitor.get(path)
        assert response.status_code == 401
        assert "/sign-in" in response.text
