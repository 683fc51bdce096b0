"""Machines at the door: keys, assertions, tokens; and cookies that count for nothing there."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from battery_passport.access.machines.clients import register_client
from battery_passport.access.machines.keys import find_key, issue_key, revoke_key
from battery_passport.access.model import ANONYMOUS, Principal, PrincipalKind
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.organisations import OrganisationAccount
from battery_passport.credentials.jws import sign_jws
from battery_passport.credentials.signing import Es256Signer
from battery_passport.foundation.strict_json import JsonObject, canonical_json
from battery_passport.web.account.tokens import ASSERTION_TYPE, PATH
from battery_passport.web.session import with_grant
from tests.factories.accounts_site import Guest, guest
from tests.factories.people import ADDRESS, NOW, Office, city, organisation, person

MACHINE = Es256Signer.generate(key_id="machine")
OPEN = "/v1/passports/09506000134352/KR26A0010427"


@pytest.fixture
def firm(made: Office) -> OrganisationAccount:
    city(made)
    return organisation(made)


def _key(made: Office, firm: OrganisationAccount) -> str:
    with made.desks.transaction() as desk:
        return issue_key(
            desk,
            firm.organisation_id,
            label="robot",
            scopes=KEY_SCOPES,
            days=30,
            actor=None,
        )


def _form(made: Office, firm: OrganisationAccount, *, jti: str = "one") -> dict[str, str]:
    with made.desks.transaction() as desk:
        client_id = register_client(
            desk,
            firm.organisation_id,
            label="gateway",
            jwk=MACHINE.public_jwk,
            scopes=KEY_SCOPES,
            actor=None,
        )
    now_s = int(NOW.timestamp())
    claims: JsonObject = {
        "iss": str(client_id),
        "sub": str(client_id),
        "aud": f"{ADDRESS}{PATH}",
        "iat": now_s,
        "exp": now_s + 60,
        "jti": jti,
    }
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": sign_jws(canonical_json(claims), MACHINE),
    }


def _call(visitor: Guest, secret: str) -> httpx.Response:
    headers = {"accept": "application/json", "authorization": f"Bearer {secret}"}
    return visitor.http.get(OPEN, headers=headers)


def test_a_key_is_recognised_and_a_dead_one_is_not(
    made: Office, visitor: Guest, firm: OrganisationAccount
) -> None:
    text = _key(made, firm)
    assert _call(visitor, text).status_code == 200
    with made.desks.transaction() as desk:
        key, _principal = find_key(desk, text)
        assert key.last_used_at == NOW
        revoke_key(desk, firm.organisation_id, key.key_id, actor=None)
    refused = _call(visitor, text)
    assert refused.status_code == 401
    assert refused.json()["code"] == "client-refused"
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert text[15:] not in refused.text


@pytest.mark.parametrize("secret", ["", "x", "bpk_", "a.b.c", "\u00ff" * 9, "x" * 7_000])
def test_other_bearers_are_refused(visitor: Guest, secret: str) -> None:
    headers = {
        b"accept": b"application/json",
        b"authorization": f"Bearer {secret}".encode("latin-1"),
    }
    assert visitor.http.get(OPEN, headers=headers).status_code == 401


def test_a_key_does_not_sign_in_to_pages(
    made: Office, visitor: Guest, firm: OrganisationAccount
) -> None:
    headers = {"accept": "text/html", "authorization": f"Bearer {_key(made, firm)}"}
    assert visitor.http.get("/account", headers=headers).status_code == 403


def test_an_assertion_is_exchanged_for_a_token_that_works(
    made: Office, visitor: Guest, firm: OrganisationAccount
) -> None:
    answer = visitor.http.post(PATH, data=_form(made, firm))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert (document["token_type"], document["expires_in"]) == ("Bearer", 300)
    assert set(document["scope"].split()) == set(KEY_SCOPES)
    assert _call(visitor, document["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, 400, "invalid_request"),
        ({"client_assertion": ""}, 400, "invalid_request"),
        ({"client_assertion": "a.b.c"}, 401, "invalid_client"),
        ({"scope": "control.run"}, 401, "invalid_client"),
    ],
)
def test_errors_are_those_of_the_standard(
    made: Office,
    visitor: Guest,
    firm: OrganisationAccount,
    changes: dict[str, str],
    status: int,
    error: str,
) -> None:
    answer = visitor.http.post(PATH, data=_form(made, firm) | changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"


def test_other_bodies_are_no_request(visitor: Guest) -> None:
    for kind, body in (
        ("application/json", b"{}"),
        ("", b""),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/x-www-form-urlencoded", b"x" * 70_000),
    ):
        answer = visitor.http.post(PATH, content=body, headers={"content-type": kind})
        assert answer.status_code == 400


def test_a_session_neither_helps_nor_hinders_a_machine(
    application: FastAPI, made: Office, firm: OrganisationAccount
) -> None:
    person(made)
    visitor = guest(application)
    visitor.sign_in()
    assert visitor.http.post(PATH, data={"grant_type": "client_credentials"}).status_code == 400
    assert visitor.http.post(PATH, data=_form(made, firm)).status_code == 200


def test_an_interface_call_with_a_session_needs_our_token(made: Office, visitor: Guest) -> None:
    person(made)
    visitor.sign_in()
    headers = {"accept": "application/json"}
    forged = visitor.http.post("/v1/telemetry", content=b"x", headers=headers)
    assert forged.status_code == 403
    assert forged.json()["code"] == "request-forged"


def test_a_link_makes_a_holder_of_a_grant_or_adds_it_to_a_person() -> None:
    grant_id = uuid4()
    stranger = with_grant(ANONYMOUS, grant_id)
    assert (stranger.kind, stranger.grant_id) == (PrincipalKind.GRANT_HOLDER, grant_id)
    owner = Principal(kind=PrincipalKind.PERSON, person_id=uuid4())
    both = with_grant(owner, grant_id)
    assert (both.kind, both.person_id, both.grant_id) == (owner.kind, owner.person_id, grant_id)
    assert with_grant(owner, None) is owner
    assert with_grant(ANONYMOUS, None) is ANONYMOUS
