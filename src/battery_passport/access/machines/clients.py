"""Machines that sign in with a key of their own: client assertions for short-lived tokens.

In: a signed assertion (RFC 7523). Out: an access token of ours; later the principal behind it.
Source: RFC 7523 §3; RFC 7519 §4.1; RFC 8725 §3; RFC 9068 §2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.desk import Desk
from battery_passport.access.errors import ClientRefused, NotAllowedNow
from battery_passport.access.machines.keys import check_scopes, machine_principal
from battery_passport.access.model import Principal
from battery_passport.access.names import clean_label
from battery_passport.access.organisations.members import active_account
from battery_passport.access.records.machines import AccessToken, Client
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.credentials.jws import parse_jws, sign_jws, verify_jws
from battery_passport.credentials.signing import Signer
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.strict_json import (
    JsonObject,
    canonical_json,
    parse_json_object,
)
from battery_passport.foundation.uuid7 import new_uuid7

MAX_TOKEN = 8_192
MOST_CLIENTS = 100
TOKEN_LASTS_S = 300
LONGEST_ASSERTION_S = 300
CLOCK_SKEW_S = 60
TOKEN_TYPE = "bp-at+jwt"  # noqa: S105 - names a kind of token


@dataclass(frozen=True, slots=True)
class TokenOffice:
    """Whose tokens: the signer, the issuer's address, and where assertions are sent."""

    signer: Signer
    issuer: str

    @property
    def endpoint(self) -> str:
        """The audience that assertions name."""
        return f"{self.issuer}/oauth/token"


def register_client(
    desk: Desk,
    organisation_id: UUID,
    *,
    label: str,
    jwk: JsonObject,
    scopes: Iterable[str],
    actor: UUID | None,
) -> UUID:
    """Return the id of a machine that signs with that public ES256 key.

    Raises: MalformedKey, UnusableName, InvalidScope, NotAllowedNow, UnknownOrganisation.
    """
    active_account(desk, organisation_id)
    key = parse_jwk(jwk)
    if key.algorithm != "ES256":
        raise NotAllowedNow("The key of a machine is a P-256 key for ES256.")
    if len(desk.machines.clients_of(organisation_id)) >= MOST_CLIENTS:
        raise NotAllowedNow(f"There are {MOST_CLIENTS} machines. Revoke some first.")
    client = Client(
        client_id=new_uuid7(desk.moment),
        organisation_id=organisation_id,
        label=clean_label(label),
        jwk=key.as_jwk(),
        scopes=check_scopes(scopes),
        made_by=actor,
        made_at=desk.moment,
    )
    desk.machines.add_client(client)
    _trace(desk, "client-registered", client, actor)
    return client.client_id


def revoke_client(desk: Desk, organisation_id: UUID, client_id: UUID, *, actor: UUID) -> None:
    """End a machine of that organisation, and with it its tokens."""
    client = desk.machines.client(client_id)
    if client and desk.machines.revoke_client(organisation_id, client_id, desk.moment):
        _trace(desk, "client-revoked", client, actor)


def grant_token(desk: Desk, office: TokenOffice, assertion: str, *, scope: str) -> AccessToken:
    """Return an access token for a machine that proved its key.

    `scope` is what it asks for, separated by blanks; empty asks for all it may have.
    Raises: ClientRefused.
    """
    client, claims = _proved(desk, office, assertion)
    wanted = frozenset(scope.split()) or client.scopes
    if not wanted <= client.scopes:
        raise ClientRefused("The machine asks for more than it may have.")
    machine_principal(desk, client.organisation_id, wanted)
    used = sha256(f"{client.client_id}\x00{claims['jti']}".encode())
    expires_at = from_unix_ms((_whole(claims, "exp") + CLOCK_SKEW_S) * 1000)
    if not desk.machines.use_assertion(used, expires_at):
        raise ClientRefused("The assertion was used before.")
    token = _signed(desk, office, client, wanted)
    return AccessToken(token=token, lifetime_s=TOKEN_LASTS_S, scopes=wanted)


def _signed(desk: Desk, office: TokenOffice, client: Client, scopes: frozenset[str]) -> str:
    now_s = unix_ms(desk.moment) // 1000
    claims: JsonObject = {
        "iss": office.issuer,
        "aud": office.issuer,
        "sub": str(client.client_id),
        "scope": " ".join(sorted(scopes)),
        "iat": now_s,
        "exp": now_s + TOKEN_LASTS_S,
        "jti": str(new_uuid7(desk.moment)),
    }
    return sign_jws(canonical_json(claims), office.signer, header={"typ": TOKEN_TYPE})


def _proved(desk: Desk, office: TokenOffice, assertion: str) -> tuple[Client, JsonObject]:
    if len(assertion) > MAX_TOKEN:
        raise ClientRefused("The assertion is too long.")
    try:
        stated = parse_json_object(parse_jws(assertion).payload)
        client = desk.machines.client(UUID(str(stated.get("sub"))))
    except (BatteryPassportError, ValueError) as error:
        raise ClientRefused("The assertion cannot be read.") from error
    if client is None or client.revoked_at is not None:
        raise ClientRefused("The machine is not known here.")
    claims = _verified(assertion, parse_jwk(client.jwk))
    _check_assertion(claims, office, client, desk.moment)
    return client, claims


def _verified(token: str, key: PublicKey, *, typ: str | None = None) -> JsonObject:
    try:
        # Low s is asked of our own signers only: other libraries do not care.
        verified = verify_jws(token, lambda _kid: key, low_s=typ is not None)
        claims = parse_json_object(verified.payload)
    except BatteryPassportError as error:
        raise ClientRefused("The token's signature does not hold.") from error
    if typ is not None and verified.header.get("typ") != typ:
        raise ClientRefused("The token is of another kind.")
    return claims


def _check_assertion(
    claims: JsonObject, office: TokenOffice, client: Client, moment: datetime
) -> None:
    named = str(client.client_id)
    if claims.get("iss") != named or claims.get("sub") != named:
        raise ClientRefused("The assertion's iss and sub are not the machine's id.")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if len(audiences) != 1 or audiences[0] not in (office.endpoint, office.issuer):
        raise ClientRefused(f"The assertion's aud is not {office.endpoint}.")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 200:
        raise ClientRefused("The assertion has no jti.")
    now_s = unix_ms(moment) // 1000
    expires = _whole(claims, "exp")
    if expires + CLOCK_SKEW_S <= now_s:
        raise ClientRefused("The assertion has expired.")
    if expires > now_s + LONGEST_ASSERTION_S + CLOCK_SKEW_S:
        raise ClientRefused(f"The assertion lasts longer than {LONGEST_ASSERTION_S} s.")
    for name in ("iat", "nbf"):
        if name in claims and _whole(claims, name) > now_s + CLOCK_SKEW_S:
            raise ClientRefused(f"The assertion's {name} lies in the future.")


def find_token(desk: Desk, office: TokenOffice, token: str) -> Principal:
    """Return who an access token of ours speaks for.

    Raises: ClientRefused, also once the machine was revoked.
    """
    if len(token) > MAX_TOKEN:
        raise ClientRefused("The token is too long.")
    claims = _verified(token, office.signer.public_key, typ=TOKEN_TYPE)
    now_s = unix_ms(desk.moment) // 1000
    ours = claims.get("iss") == office.issuer and claims.get("aud") == office.issuer
    if not ours or _whole(claims, "exp") <= now_s:
        raise ClientRefused("The token has expired or is for another installation.")
    client = desk.machines.client(UUID(str(claims["sub"])))
    if client is None or client.revoked_at is not None:
        raise ClientRefused("The machine is not known here.")
    scopes = frozenset(str(claims["scope"]).split()) & client.scopes
    return machine_principal(desk, client.organisation_id, scopes)


def _whole(claims: JsonObject, name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**40:
        raise ClientRefused(f"The token's {name} is no time.")
    return int(value)


def _trace(desk: Desk, name: str, client: Client, actor: UUID | None) -> None:
    details = {
        "organisation": str(client.organisation_id),
        "client": str(client.client_id),
        "scopes": sorted(client.scopes),
    }
    desk.acts.record(Act(name=name, actor_id=actor, details=details), desk.moment)
