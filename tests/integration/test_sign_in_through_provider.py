"""Signing in through an organisation's own provider, a real process that behaves and misbehaves."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from battery_passport.access.model import Role
from battery_passport.access.organisations.providing import set_provider
from battery_passport.access.people.reading import person_at
from battery_passport.access.records.organisations import Standing
from tests.factories.accounts_site import Guest, accounts_application, guest
from tests.factories.databases import sqlite_store
from tests.factories.people import (
    ADDRESS,
    Office,
    city,
    join,
    office,
    organisation,
    person,
)

pytestmark = pytest.mark.integration

CLIENT, SECRET = "battery-passport", "made-up secret"
WORKER = "worker@inspection.example"


@dataclass
class Running:
    """The provider's process."""

    process: subprocess.Popen[str]
    issuer: str

    def behave(self, **behaviour: object) -> None:
        httpx.post(f"{self.issuer}/behaviour", content=json.dumps(behaviour)).raise_for_status()


@pytest.fixture(scope="module")
def process(repository: Path) -> Iterator[Running]:
    command = [sys.executable, "-m", "tests.integration.support.oidc_provider", CLIENT, SECRET]
    with subprocess.Popen(command, cwd=repository, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        yield Running(started, started.stdout.readline().strip())
        started.terminate()


@pytest.fixture
def provider(process: Running) -> Running:
    process.behave()
    return process


@dataclass
class Setting:
    """A site whose one organisation has a provider, and a visitor."""

    made: Office
    visitor: Guest
    way: str

    def leave(self, query: str = "") -> httpx.Response:
        return self.visitor.get(self.way + query)

    def come_back(self, response: httpx.Response) -> httpx.Response:
        """Follow the browser to the provider and back to us."""
        there = httpx.get(response.headers["location"])
        return self.visitor.get(there.headers["location"].removeprefix(ADDRESS))

    def sign_in(self, query: str = "") -> httpx.Response:
        return self.come_back(self.leave(query))


@pytest.fixture
def setting(provider: Running, tmp_path: Path) -> Iterator[Setting]:
    with sqlite_store(tmp_path) as database:
        made = office(database)
        city(made)
        yield _setting(made, provider.issuer)


def _setting(made: Office, issuer: str) -> Setting:
    account = organisation(made)
    with made.desks.transaction() as desk:
        provider_id = set_provider(
            desk,
            account.organisation_id,
            issuer=issuer,
            client_id=CLIENT,
            client_secret=SECRET,
            actor=None,
        )
    # Providers are kept for five minutes: each setting has its own application.
    visitor = guest(accounts_application(made))
    return Setting(made, visitor, f"/sign-in/provider/{provider_id}")


def _refused(response: httpx.Response) -> None:
    assert response.status_code == 401
    assert "did not confirm this sign-in" in response.text
    assert "bp_session" not in response.headers.get("set-cookie", "")


def test_a_member_signs_in_and_acts_for_that_organisation_alone(setting: Setting) -> None:
    assert "동백검사소" in setting.visitor.get("/sign-in").text
    leaving = setting.leave()
    asked = parse_qs(urlsplit(leaving.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{ADDRESS}/sign-in/provider/return"]
    back = setting.come_back(leaving)
    assert (back.status_code, back.headers["location"]) == (303, "/account")
    page = setting.visitor.get("/account").text
    assert "한지우" in page
    assert "검사원" in page
    with setting.made.desks.reading() as desk:
        worker = person_at(desk, WORKER)
        assert worker is not None
        (session,) = desk.sessions.of_person(worker.person_id)
        (membership,) = desk.organisations.memberships_of(worker.person_id)
    assert session.bound
    assert membership.roles == {Role.INSPECTOR}
    assert not membership.steward


def test_the_second_sign_in_is_the_same_person(setting: Setting) -> None:
    setting.sign_in()
    setting.sign_in()
    with setting.made.desks.reading() as desk:
        worker = person_at(desk, WORKER)
        assert worker is not None
        assert len(desk.sessions.of_person(worker.person_id)) == 1


def test_a_former_member_is_refused(setting: Setting) -> None:
    setting.sign_in()
    with setting.made.desks.transaction() as desk:
        worker = person_at(desk, WORKER)
        assert worker is not None
        (membership,) = desk.organisations.memberships_of(worker.person_id)
        desk.organisations.end_membership(membership.organisation_id, worker.person_id)
    assert setting.visitor.get("/account").status_code == 401
    _refused(setting.sign_in())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"email": None},
        {"email": "no address"},
        {"email_verified": False},
        {"name": "<script>alert(1)</script>"},
        {"name": "P\u0430ul"},
        {"azp": "another"},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    setting: Setting, provider: Running, claims: dict[str, object]
) -> None:
    provider.behave(claims=claims)
    _refused(setting.sign_in())
    with setting.made.desks.reading() as desk:
        assert person_at(desk, WORKER) is None


def test_a_token_of_another_key_is_refused(setting: Setting, provider: Running) -> None:
    provider.behave(other_key=True)
    _refused(setting.sign_in())


def test_a_provider_that_says_no_is_obeyed(setting: Setting, provider: Running) -> None:
    provider.behave(error="access_denied")
    _refused(setting.sign_in())


def test_a_state_is_good_once_and_in_its_own_browser(setting: Setting) -> None:
    leaving = setting.leave()
    there = httpx.get(leaving.headers["location"]).headers["location"].removeprefix(ADDRESS)
    stranger = guest(accounts_application(setting.made))
    stranger.get("/sign-in")
    _refused(stranger.get(there))
    assert setting.visitor.get(there).status_code == 303
    _refused(setting.visitor.get(f"{there}&lang=en"))
    _refused(setting.visitor.get("/sign-in/provider/return?lang=en&state=made-up&code=x"))
    _refused(setting.visitor.get("/sign-in/provider/return?lang=en"))


def test_an_account_that_was_there_is_not_taken_over(setting: Setting) -> None:
    before = person(setting.made, email=WORKER)
    _refused(setting.sign_in())
    with setting.made.desks.reading() as desk:
        assert desk.sessions.of_person(before.person_id) == []


def test_a_member_joins_his_account_with_the_provider(setting: Setting) -> None:
    with setting.made.desks.reading() as desk:
        (stored,) = desk.organisations.providers()
        account = desk.organisations.account(stored.organisation_id)
    assert account is not None
    member = person(setting.made, email="member@example.org", language="en")
    join(setting.made, member, account)
    setting.visitor.sign_in("member@example.org")
    assert "Join my account with its sign-in" in setting.visitor.get("/account").text
    assert setting.sign_in("?join=1").status_code == 303
    page = setting.visitor.get("/account").text
    assert "member@example.org" in page
    assert "through your organisation" in page


def test_somebody_who_is_no_member_joins_nothing(setting: Setting) -> None:
    person(setting.made, email="owner@example.org", language="en")
    setting.visitor.sign_in("owner@example.org")
    _refused(setting.sign_in("?join=1"))


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example"},
        {"authorization_endpoint": "http://192.0.2.1/authorize"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"jwks_uri": "http://["},
    ],
)
def test_a_provider_that_names_other_places_is_refused(
    setting: Setting, provider: Running, metadata: dict[str, object]
) -> None:
    provider.behave(metadata=metadata)
    _refused(setting.leave())


@pytest.mark.parametrize("raw", ["<html>", "[]", '{"a":1,"a":2}', "x" * 300_000])
def test_an_answer_that_cannot_be_read_is_told_plainly(
    setting: Setting, provider: Running, raw: str
) -> None:
    provider.behave(raw=raw)
    response = setting.leave()
    assert response.status_code == 503
    assert "does not answer" in response.text


def test_a_provider_that_takes_too_long_is_told_plainly(
    setting: Setting, provider: Running
) -> None:
    provider.behave(delay_s=3)
    response = setting.leave()
    assert response.status_code == 503
    assert response.headers["retry-after"]


def test_a_dead_provider_is_told_plainly_and_passwords_go_on_working(tmp_path: Path) -> None:
    with sqlite_store(tmp_path) as database:
        made = office(database)
        city(made)
        person(made)
        dead = _setting(made, "http://127.0.0.1:9")
        response = dead.leave()
        assert response.status_code == 503
        assert "does not answer" in response.text
        assert "127.0.0.1:9" not in response.text
        assert dead.visitor.sign_in().status_code == 303


def test_a_provider_of_a_suspended_organisation_is_not_offered(setting: Setting) -> None:
    with setting.made.desks.transaction() as desk:
        (stored,) = desk.organisations.providers()
        desk.organisations.decide(stored.organisation_id, Standing.SUSPENDED, desk.moment)
    assert "동백검사소" not in setting.visitor.get("/sign-in").text
    _refused(setting.leave())
