"""Public keys as JSON Web Keys, read strictly and checked against their curve.

In: JWK members. Out: keys that verify, with the one JWK text and thumbprint each has.
Source: RFC 7517; RFC 7518 §6.2; RFC 7638; RFC 8037.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from battery_passport.credentials.errors import MalformedKey
from battery_passport.credentials.signatures import load_p256_point, verify_ed25519, verify_es256
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue, canonical_json

COORDINATE_BYTES = 32
_KINDS = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
_COORDINATES = {"ES256": ("x", "y"), "EdDSA": ("x",)}
_CURVES = {algorithm: kind for kind, algorithm in _KINDS.items()}
_OPTIONAL = frozenset({"kid", "alg", "use"})


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key and the one signature algorithm it is used with.

    `coordinates` is x ‖ y (64 bytes) for ES256 and the 32-byte key of RFC 8032 for EdDSA.
    """

    algorithm: str
    coordinates: bytes
    key_id: str | None = None

    @property
    def thumbprint(self) -> str:
        """The RFC 7638 SHA-256 thumbprint in base64url."""
        return base64url_encode(sha256(canonical_json(self._required_members())))

    def as_jwk(self) -> JsonObject:
        """Return the JWK members, with `kid` if the key has one."""
        members = self._required_members()
        return members if self.key_id is None else {**members, "kid": self.key_id}

    def verify(self, signature: bytes, message: bytes, *, low_s: bool = True) -> None:
        """Return if the signature is this key's over the message.

        Raises: SignatureMismatch. `low_s` refuses the second form (r, n - s) that any ES256
        signature has; Ed25519 has none.
        """
        if self.algorithm == "ES256":
            verify_es256(self.coordinates, signature, message, low_s=low_s)
        else:
            verify_ed25519(self.coordinates, signature, message)

    def _required_members(self) -> JsonObject:
        kty, crv = _CURVES[self.algorithm]
        members: JsonObject = {"kty": kty, "crv": crv}
        for place, name in enumerate(_COORDINATES[self.algorithm]):
            start = place * COORDINATE_BYTES
            members[name] = base64url_encode(self.coordinates[start : start + COORDINATE_BYTES])
        return members


def parse_jwk(members: Mapping[str, JsonValue]) -> PublicKey:
    """Return the public key that JWK members describe.

    Raises: MalformedKey for private or unknown members, another kind of key, a wrong length, or
    an `alg` or `use` that contradicts signing with this key.
    """
    algorithm = _algorithm_of(members)
    names = _COORDINATES[algorithm]
    surplus = sorted(set(members) - {"kty", "crv", *names} - _OPTIONAL)
    if surplus:
        raise MalformedKey(f"The key has the unexpected member {surplus[0]!r}.")
    key_id = members.get("kid")
    if key_id is not None and not (isinstance(key_id, str) and key_id):
        raise MalformedKey("The key's kid is not a text.")
    coordinates = b"".join(_coordinate(members, name) for name in names)
    if algorithm == "ES256":
        load_p256_point(coordinates)
    return PublicKey(algorithm=algorithm, coordinates=coordinates, key_id=key_id)


def _algorithm_of(members: Mapping[str, JsonValue]) -> str:
    kty, crv = members.get("kty"), members.get("crv")
    if not (isinstance(kty, str) and isinstance(crv, str)) or (kty, crv) not in _KINDS:
        raise MalformedKey(f"The key is of kind {kty!r} {crv!r}, expected EC P-256 or OKP Ed25519.")
    algorithm = _KINDS[kty, crv]
    if members.get("alg", algorithm) != algorithm:
        raise MalformedKey(f"The key is for {members['alg']!r}, expected {algorithm}.")
    if members.get("use", "sig") != "sig":
        raise MalformedKey(f"The key is for the use {members['use']!r}, expected 'sig'.")
    return algorithm


def _coordinate(members: Mapping[str, JsonValue], name: str) -> bytes:
    text = members.get(name)
    if not isinstance(text, str):
        raise MalformedKey(f"The key has no text member {name!r}.")
    try:
        octets = base64url_decode(text)
    except InvalidInput as error:
        raise MalformedKey(f"The key's {name}: {error.message}") from error
    if len(octets) != COORDINATE_BYTES:
        raise MalformedKey(
            f"The key's {name} has {len(octets)} bytes, expected {COORDINATE_BYTES}."
        )
    return octets
