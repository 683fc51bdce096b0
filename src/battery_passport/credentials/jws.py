"""Compact JWS with pinned algorithms, signed and read in exactly one writing.

In: payload bytes and a signer, or a token and a way to find keys. Out: a token, or its payload.
Source: RFC 7515 §3.1, §4.1, §5.2; RFC 8725 §3.1.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from battery_passport.credentials.errors import (
    MalformedToken,
    RefusedAlgorithm,
    UnknownSigningKey,
)
from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.signing import Signer
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json_object,
)

KeyFinder = Callable[[str | None], PublicKey | None]
"""Returns the key that a `kid` names, or None if the reader does not know it."""

_SIGNER_MEMBERS = frozenset({"alg", "kid"})
# Header parameters that change how a token is read; none is understood here, so all are refused.
_EXTENSIONS = ("crit", "b64", "zip")


@dataclass(frozen=True, slots=True)
class VerifiedJws:
    """A token whose signature held: its header, its payload, the key that signed it."""

    header: JsonObject
    payload: bytes
    key: PublicKey


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """The parts of a well-written token whose signature was not looked at."""

    header: JsonObject
    payload: bytes
    signing_input: bytes
    signature: bytes

    @property
    def key_id(self) -> str | None:
        """The header's `kid`; raises MalformedToken if it is not text."""
        key_id = self.header.get("kid")
        if key_id is not None and not isinstance(key_id, str):
            raise MalformedToken(f"The token's kid is {key_id!r}, expected a text.")
        return key_id


def sign_jws(
    payload: bytes, signer: Signer, *, header: Mapping[str, JsonValue] | None = None
) -> str:
    """Return the compact token of a payload under the signer's algorithm and name.

    Raises: ValueError if `header` would set the algorithm, the name or an extension.
    """
    extra = dict(header or {})
    if not (_SIGNER_MEMBERS | set(_EXTENSIONS)).isdisjoint(extra):
        raise ValueError("alg, kid and extensions are not the caller's to set")
    members: JsonObject = {**extra, "alg": signer.algorithm, "kid": signer.key_id}
    signing_input = f"{base64url_encode(canonical_json(members))}.{base64url_encode(payload)}"
    signature = signer.sign(signing_input.encode("ascii"))
    return f"{signing_input}.{base64url_encode(signature)}"


def parse_jws(token: str) -> UnverifiedJws:
    """Return the parts of a token.

    Raises: MalformedToken unless it is three canonical base64url texts, the first of them a JSON
    object without duplicate members.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise MalformedToken(f"The token has {len(parts)} parts, expected 3.")
    try:
        header_octets, payload, signature = (base64url_decode(part) for part in parts)
        header = parse_json_object(header_octets)
    except InvalidInput as error:
        raise MalformedToken(f"The token cannot be read: {error.message}") from error
    signing_input = f"{parts[0]}.{parts[1]}".encode("ascii")
    return UnverifiedJws(header, payload, signing_input, signature)


def verify_jws(
    token: str,
    find_key: KeyFinder,
    *,
    algorithms: Collection[str] = ("ES256",),
    low_s: bool = True,
) -> VerifiedJws:
    """Return the payload of a token that a known key signed with an accepted algorithm.

    The key decides the algorithm; a header that says otherwise, or `none`, is refused. `low_s`
    accepts only the lower of the two forms of an ES256 signature: turn it off for tokens of
    issuers who do not care.
    Raises: MalformedToken, RefusedAlgorithm, UnknownSigningKey, SignatureMismatch.
    """
    parsed = parse_jws(token)
    _check_header(parsed.header, algorithms)
    key = find_key(parsed.key_id)
    if key is None:
        raise UnknownSigningKey(f"The token is signed by the key {parsed.key_id!r}, not known.")
    if key.algorithm != parsed.header["alg"]:
        raise RefusedAlgorithm(
            f"The token says {parsed.header['alg']!r}, its key is for {key.algorithm}."
        )
    key.verify(parsed.signature, parsed.signing_input, low_s=low_s)
    return VerifiedJws(parsed.header, parsed.payload, key)


def _check_header(header: JsonObject, algorithms: Collection[str]) -> None:
    if header.get("alg") not in algorithms:
        raise RefusedAlgorithm(
            f"The token's algorithm is {header.get('alg')!r}, expected {' or '.join(algorithms)}."
        )
    for name in _EXTENSIONS:
        if name in header:
            raise RefusedAlgorithm(f"The token's header has {name!r}, which is not understood.")
