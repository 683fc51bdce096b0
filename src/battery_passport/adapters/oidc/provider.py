"""One visit to an organisation's provider: where to send the browser, and whom it vouches for.

In: how we are registered there, the secrets of the visit, the code that came back.
Out: fulfils `access.stores.people.Providers`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from battery_passport.access.errors import ProviderRefused
from battery_passport.access.stores.people import OutsidePerson, ProviderAccount, RoundTrip
from battery_passport.adapters.oidc.asking import Asking, check_address
from battery_passport.foundation.strict_json import JsonObject

SCOPE = "openid email profile"
ALGORITHMS = ["ES256", "RS256", "PS256"]
CLOCK_SKEW_S = 60
METADATA_KEPT_S = 300.0
MAX_CODE = 2_048


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider says of itself."""

    authorization: str
    token: str
    keys: str


class OidcProviders:
    """Providers over the network; what they say of themselves is kept for five minutes."""

    def __init__(
        self, *, timeout_s: float = 5.0, elapsed_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._asking = Asking(timeout_s)
        self._elapsed_s = elapsed_s
        self._kept: dict[str, tuple[float, Metadata]] = {}
        self._lock = threading.Lock()

    def address(self, account: ProviderAccount, trip: RoundTrip) -> str:
        """Return where to send the browser.

        Raises: ProviderUnreachable, ProviderRefused.
        """
        address: str = prepare_grant_uri(
            self._metadata(account.issuer).authorization,
            client_id=account.client_id,
            response_type="code",
            redirect_uri=trip.redirect,
            scope=SCOPE,
            state=trip.state,
            nonce=trip.nonce,
            code_challenge=create_s256_code_challenge(trip.verifier),
            code_challenge_method="S256",
        )
        return address

    def identify(self, account: ProviderAccount, trip: RoundTrip, code: str) -> OutsidePerson:
        """Return whom the provider vouches for.

        Raises: ProviderUnreachable, ProviderRefused.
        """
        if not 1 <= len(code) <= MAX_CODE:
            raise ProviderRefused("The provider sent no usable code.")
        metadata = self._metadata(account.issuer)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": trip.redirect,
            "client_id": account.client_id,
            "code_verifier": trip.verifier,
        }
        given = self._asking.exchange(metadata.token, fields, account)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefused("The provider gave no ID token.")
        keys = self._asking.document(metadata.keys)
        return _person(_claims(token, keys, account, trip))

    def _metadata(self, issuer: str) -> Metadata:
        with self._lock:
            kept_at_s, metadata = self._kept.get(issuer, (0.0, None))
        if metadata is not None and self._elapsed_s() - kept_at_s < METADATA_KEPT_S:
            return metadata
        found = self._asking.document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderRefused("The provider calls itself something else than was entered.")
        metadata = Metadata(
            authorization=check_address(found.get("authorization_endpoint")),
            token=check_address(found.get("token_endpoint")),
            keys=check_address(found.get("jwks_uri")),
        )
        with self._lock:
            self._kept[issuer] = (self._elapsed_s(), metadata)
        return metadata


def _claims(token: str, keys: JsonObject, account: ProviderAccount, trip: RoundTrip) -> CodeIDToken:
    try:
        known = KeySet.import_key_set(cast("KeySetSerialization", keys))
        decoded = jwt.decode(token, known, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={
                "iss": {"essential": True, "value": account.issuer},
                "aud": {"essential": True, "value": account.client_id},
                "nonce": {"essential": True},
            },
            params={"nonce": trip.nonce, "client_id": account.client_id},
        )
        claims.validate(leeway=CLOCK_SKEW_S)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderRefused("The provider's ID token does not hold.") from error
    return claims


def _person(claims: CodeIDToken) -> OutsidePerson:
    subject, email = claims.get("sub"), claims.get("email")
    name = claims.get("name") or claims.get("preferred_username") or ""
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise ProviderRefused("The provider names no subject.")
    if not isinstance(email, str) or claims.get("email_verified") is False:
        raise ProviderRefused("The provider vouches for no e-mail address.")
    return OutsidePerson(subject=subject, email=email, name=str(name)[:1_000])
