"""Machines with a key of their own: every claim of an assertion is held to what it should be."""

from datetime import timedelta
from uuid import UUID

import pytest

from battery_passport.access.errors import ClientRefused, InvalidScope, NotAllowedNow
from battery_passport.access.machines.clients import (
    TOKEN_LASTS_S,
    TokenOffice,
    find_token,
    grant_token,
    register_client,
    revoke_client,
)
from battery_passport.access.model import PrincipalKind
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.organisations import OrganisationAccount, Standing
from battery_passport.credentials.jws import sign_jws
from battery_passport.credentials.signing import Ed25519Signer, Es256Signer, Signer
from battery_passport.foundation.encoding import base64url_encode
from battery_passport.foundation.strict_json import JsonObject, JsonValue, canonical_json
from tests.factories.people import ADDRESS, NOW, Office, city, organisation

OFFICE = TokenOffice(signer=Es256Signer.generate(key_id="tokens"), issuer=ADDRESS)
MACHINE = Es256Signer.generate(key_id="machine")
NOW_S = int(NOW.timestamp())


def _register(made: Office, account: OrganisationAccount | None = None) -> UUID:
    if account is None:
        city(made)
        account = organisation(made)
    with made.desks.transaction() as desk:
        return register_client(
            desk,
            account.organisation_id,
            label="gateway",
            jwk=MACHINE.public_jwk,
            scopes=KEY_SCOPES[:2],
            actor=None,
        )


def _claims(client_id: UUID, **changes: JsonValue) -> JsonObject:
    claims: JsonObject = {
        "iss": str(client_id),
        "sub": str(client_id),
        "aud": f"{ADDRESS}/oauth/token",
        "exp": NOW_S + 120,
        "iat": NOW_S,
        "jti": "one",
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def _assertion(client_id: UUID, **changes: JsonValue) -> str:
    return _signed_by(MACHINE, client_id, **changes)


def _signed_by(signer: Signer, client_id: UUID, **changes: JsonValue) -> str:
    return sign_jws(canonical_json(_claims(client_id, **changes)), signer)


def _exchange(made: Office, assertion: str, scope: str = "") -> str:
    with made.desks.transaction() as desk:
        return grant_token(desk, OFFICE, assertion, scope=scope).token


def test_a_proof_is_exchanged_for_a_short_token(made: Office) -> None:
    client_id = _register(made)
    token = _exchange(made, _assertion(client_id), scope=KEY_SCOPES[0])
    with made.desks.reading() as desk:
        principal = find_token(desk, OFFICE, token)
    assert principal.kind is PrincipalKind.MACHINE
    assert principal.scopes == {KEY_SCOPES[0]}
    made.wait(timedelta(seconds=TOKEN_LASTS_S))
    with made.desks.reading() as desk, pytest.raises(ClientRefused):
        find_token(desk, OFFICE, token)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another"},
        {"iss": None},
        {"aud": "https://elsewhere.example/oauth/token"},
        {"aud": None},
        {"aud": [f"{ADDRESS}/oauth/token", "https://elsewhere.example"]},
        {"aud": []},
        {"aud": 1},
        {"exp": NOW_S - 61},
        {"exp": NOW_S + 3_600},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
        {"iat": NOW_S + 600},
        {"nbf": NOW_S + 600},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 201},
    ],
)
def test_a_wrong_claim_is_refused(made: Office, changes: dict[str, JsonValue]) -> None:
    client_id = _register(made)
    with pytest.raises(ClientRefused):
        _exchange(made, _assertion(client_id, **changes))


@pytest.mark.parametrize("skew_s", [-50, 50])
def test_clocks_may_differ_a_little(made: Office, skew_s: int) -> None:
    client_id = _register(made)
    assertion = _assertion(client_id, iat=NOW_S + skew_s, exp=NOW_S + skew_s + 60)
    assert _exchange(made, assertion)


def test_an_assertion_is_accepted_once(made: Office) -> None:
    client_id = _register(made)
    _exchange(made, _assertion(client_id))
    with pytest.raises(ClientRefused, match="used before"):
        _exchange(made, _assertion(client_id))
    assert _exchange(made, _assertion(client_id, jti="two"))


def test_another_key_or_kind_of_signature_is_refused(made: Office) -> None:
    client_id = _register(made)
    unsigned = ".".join(
        (
            base64url_encode(canonical_json({"alg": "none"})),
            base64url_encode(canonical_json(_claims(client_id))),
            "",
        )
    )
    for assertion in (
        _signed_by(Es256Signer.generate(), client_id),
        _signed_by(Ed25519Signer.generate(), client_id),
        unsigned,
        "",
        "a.b.c",
        "x" * 10_000,
        _assertion(UUID(int=0)),
    ):
        with pytest.raises(ClientRefused):
            _exchange(made, assertion)


def test_more_scope_than_registered_is_refused(made: Office) -> None:
    client_id = _register(made)
    with pytest.raises(ClientRefused, match="more than"):
        _exchange(made, _assertion(client_id), scope=" ".join(KEY_SCOPES))


def test_a_revoked_machine_is_refused_and_its_tokens_with_it(made: Office) -> None:
    city(made)
    account = organisation(made)
    client_id = _register(made, account)
    token = _exchange(made, _assertion(client_id))
    with made.desks.transaction() as desk:
        revoke_client(desk, UUID(int=9), client_id, actor=UUID(int=1))
        find_token(desk, OFFICE, token)
        revoke_client(desk, account.organisation_id, client_id, actor=UUID(int=1))
    with made.desks.reading() as desk, pytest.raises(ClientRefused):
        find_token(desk, OFFICE, token)
    with pytest.raises(ClientRefused):
        _exchange(made, _assertion(client_id, jti="two"))


def test_a_suspended_organisations_machine_is_refused(made: Office) -> None:
    city(made)
    account = organisation(made)
    client_id = _register(made, account)
    with made.desks.transaction() as desk:
        desk.organisations.decide(account.organisation_id, Standing.SUSPENDED, desk.moment)
    with pytest.raises(ClientRefused):
        _exchange(made, _assertion(client_id))


def test_tokens_of_others_and_other_kinds_are_refused(made: Office) -> None:
    client_id = _register(made)
    good = _claims(client_id, iss=ADDRESS, aud=ADDRESS, scope=KEY_SCOPES[0])
    typed: JsonObject = {"typ": "bp-at+jwt"}
    other = TokenOffice(signer=OFFICE.signer, issuer="https://other.example")
    tokens = (
        sign_jws(canonical_json(good), OFFICE.signer),
        sign_jws(canonical_json(good), OFFICE.signer, header={"typ": "JWT"}),
        sign_jws(canonical_json(good), Es256Signer.generate(), header=typed),
        sign_jws(canonical_json(good | {"aud": "x"}), OFFICE.signer, header=typed),
        sign_jws(canonical_json(good | {"iss": "x"}), OFFICE.signer, header=typed),
        _assertion(client_id),
        "",
        "x" * 9_000,
    )
    with made.desks.reading() as desk:
        for token in tokens:
            with pytest.raises(ClientRefused):
                find_token(desk, OFFICE, token)
        whole = sign_jws(canonical_json(good), OFFICE.signer, header=typed)
        find_token(desk, OFFICE, whole)
        with pytest.raises(ClientRefused):
            find_token(desk, other, whole)


def test_only_p256_keys_and_known_scopes_are_registered(made: Office) -> None:
    city(made)
    account = organisation(made)
    with made.desks.transaction() as desk:
        with pytest.raises(NotAllowedNow):
            register_client(
                desk,
                account.organisation_id,
                label="x",
                jwk=Ed25519Signer.generate().public_jwk,
                scopes=KEY_SCOPES[:1],
                actor=None,
            )
        with pytest.raises(InvalidScope):
            register_client(
                desk,
                account.organisation_id,
                label="x",
                jwk=MACHINE.public_jwk,
                scopes=["control.run"],
                actor=None,
            )
