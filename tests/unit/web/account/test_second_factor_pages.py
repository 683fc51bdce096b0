"""A privileged person is led to his passkey, and what he typed is kept until he has shown it."""

import html
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from battery_passport.access.model import Role
from battery_passport.access.records.people import Person
from tests.factories.accounts_site import Guest, accounts_application, guest
from tests.factories.authenticator import Authenticator
from tests.factories.people import ADDRESS, Office, city, join, organisation, person

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Officer:
    """An administrator at a browser with an authenticator."""

    visitor: Guest
    device: Authenticator = field(
        default_factory=lambda: Authenticator(origin=ADDRESS, credential_id=b"officer")
    )

    def post(self, path: str, page: str, **fields: str) -> httpx.Response:
        token = self.visitor.csrf(page)
        headers = {"origin": ADDRESS}
        return self.visitor.http.post(path, data={"csrf": token, **fields}, headers=headers)

    def enrol(self) -> httpx.Response:
        options = self.post("/account/passkeys/options", "/account")
        answer = self.device.make(options.text)
        fields = {"answer": answer, "label": "phone", "next": "/approvals"}
        return self.post("/account/passkeys", "/account", **fields)

    def prove(self, page: str = "/account") -> httpx.Response:
        options = self.post("/second-factor/options", page)
        answer = self.device.sign(options.text)
        return self.post("/second-factor/answer", page, answer=answer, next="/approvals")


@pytest.fixture
def application(strict: Office) -> FastAPI:
    return accounts_application(strict)


def _administrator(made: Office, email: str = "officer@busan.example") -> Person:
    who = person(made, email=email, language="en")
    join(made, who, city(made), roles=frozenset({Role.CITY_OFFICER, Role.ADMINISTRATOR}))
    return who


@pytest.fixture
def officer(application: FastAPI, strict: Office) -> Officer:
    _administrator(strict)
    visitor = guest(application)
    visitor.sign_in(email="officer@busan.example")
    return Officer(visitor)


def test_first_sign_in_leads_to_making_a_passkey(officer: Officer) -> None:
    away = officer.visitor.get("/approvals")
    assert away.status_code == 303
    assert away.headers["location"] == "/second-factor?next=%2Fapprovals"
    page = officer.visitor.get(away.headers["location"]).text
    assert "Make your first passkey" in page
    assert officer.enrol().json()["next"] == "/approvals"
    assert officer.visitor.get("/approvals").status_code == 200
    assert officer.visitor.get("/second-factor").status_code == 303


def test_programs_are_told_by_a_problem(officer: Officer) -> None:
    answer = officer.visitor.http.get("/approvals", headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "second-factor-needed"


def test_a_later_sign_in_shows_the_passkey(application: FastAPI, officer: Officer) -> None:
    officer.enrol()
    again = guest(application)
    again.sign_in(email="officer@busan.example")
    officer.visitor = again
    assert "Confirm with your passkey" in again.get("/second-factor").text
    assert again.get("/approvals").status_code == 303
    before = again.http.cookies["bp_session"]
    assert officer.prove().json()["next"] == "/approvals"
    assert again.http.cookies["bp_session"] != before, "the session has another token"
    assert again.get("/approvals").status_code == 200


def test_a_password_alone_adds_no_passkey(application: FastAPI, officer: Officer) -> None:
    officer.enrol()
    again = guest(application)
    again.sign_in(email="officer@busan.example")
    thief = Officer(again, Authenticator(origin=ADDRESS, credential_id=b"thief"))
    answer = thief.post("/account/passkeys/options", "/account")
    assert answer.status_code == 403
    assert "challenge" not in answer.text
    assert again.get("/approvals").status_code == 303


def test_a_privileged_act_long_after_asks_once_more_and_keeps_what_was_typed(
    strict: Office, officer: Officer
) -> None:
    officer.enrol()
    account = organisation(strict)
    strict.wait(timedelta(minutes=16))
    typed = {"organisation": str(account.organisation_id), "reason": "breach", "name": account.name}
    page = f"/approvals/suspend?organisation={account.organisation_id}"
    asked = officer.visitor.send("/approvals/suspend", page=page, **typed)
    assert asked.status_code == 403
    carried = {name: html.unescape(value) for name, value in _HIDDEN.findall(asked.text)}
    assert carried.items() >= typed.items()
    assert 'id="carried" action="/approvals/suspend"' in asked.text
    assert "Suspended" not in officer.visitor.get("/approvals").text, "nothing was done yet"

    proved = officer.prove(page="/account").json()
    done = officer.visitor.http.post("/approvals/suspend", data={**carried, "csrf": proved["csrf"]})
    assert done.headers["location"] == "/approvals?saved=1"
    assert "Suspended" in officer.visitor.get("/approvals").text


def test_what_was_typed_comes_back_as_text(strict: Office, officer: Officer) -> None:
    officer.enrol()
    strict.wait(timedelta(minutes=16))
    evil = '"><script>alert(1)</script>'
    fields = {"organisation": evil, "decision": "approve"}
    page = officer.visitor.send("/approvals", page="/account", **fields).text
    assert "<script>alert" not in page


def test_a_lost_passkey_is_reported_once(application: FastAPI, officer: Officer) -> None:
    officer.enrol()
    again = guest(application)
    again.sign_in(email="officer@busan.example")
    assert "I have lost my passkey" in again.get("/second-factor").text
    for _ in range(2):
        assert again.send("/second-factor/lost", page="/account").status_code == 303
    page = again.get("/second-factor").text
    assert "You have said that your passkeys are lost" in page


def test_the_answer_leads_to_our_own_pages_only(officer: Officer) -> None:
    officer.enrol()
    options = officer.post("/second-factor/options", "/account")
    answer = officer.device.sign(options.text)
    sent = officer.post(
        "/second-factor/answer", "/account", answer=answer, next="https://evil.example/"
    )
    assert json.loads(sent.text)["next"] == "/account"


def test_who_needs_none_is_led_on(application: FastAPI, strict: Office) -> None:
    person(strict, language="en")
    visitor = guest(application)
    visitor.sign_in()
    assert visitor.get("/approvals").status_code == 403
