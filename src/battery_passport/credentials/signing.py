"""Signers: a private key, the name it signs under, and its public half.

In: private keys, or JWKs a keystore kept. Out: raw signatures and private JWKs to keep.
Source: RFC 7518 §3.4; RFC 8032; RFC 7517.
"""

from collections.abc import Mapping
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from battery_passport.credentials.errors import MalformedKey
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.credentials.signatures import SCALAR_BYTES, sign_es256
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue


class Signer(Protocol):
    """Signs bytes with one private key under one name."""

    @property
    def key_id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    @property
    def public_key(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes: ...


class Es256Signer:
    """Signs with P-256 and SHA-256; its name is the key's thumbprint unless another is given."""

    algorithm = "ES256"

    def __init__(
        self, private_key: ec.EllipticCurvePrivateKey, *, key_id: str | None = None
    ) -> None:
        if not isinstance(private_key.curve, ec.SECP256R1):
            raise MalformedKey(f"The private key is on {private_key.curve.name}, expected P-256.")
        self._private_key = private_key
        point = private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = _named("ES256", point[1:], key_id)
        self.key_id = self.public_key.key_id or self.public_key.thumbprint

    @classmethod
    def generate(cls, *, key_id: str | None = None) -> Self:
        """Return a signer with a fresh random key."""
        return cls(ec.generate_private_key(ec.SECP256R1()), key_id=key_id)

    @classmethod
    def from_private_jwk(cls, members: Mapping[str, JsonValue]) -> Self:
        """Return the signer whose `private_jwk` this was.

        Raises: MalformedKey if a member is wrong or the two halves do not belong together.
        """
        secret, public = _split_private(members)
        try:
            private_key = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        except ValueError as error:
            raise MalformedKey("The private key is not a number below the order.") from error
        signer = cls(private_key, key_id=public.key_id)
        _check_halves(signer.public_key, public)
        return signer

    @property
    def public_jwk(self) -> JsonObject:
        """The public JWK with its `kid`."""
        return self.public_key.as_jwk()

    def private_jwk(self) -> JsonObject:
        """Return the JWK with the private member `d`, for a keystore only."""
        secret = self._private_key.private_numbers().private_value.to_bytes(SCALAR_BYTES, "big")
        return {**self.public_jwk, "d": base64url_encode(secret)}

    def sign(self, message: bytes) -> bytes:
        """Return r ‖ s with the lower s."""
        return sign_es256(self._private_key, message)


class Ed25519Signer:
    """Signs with Ed25519; its name is the key's thumbprint unless another is given."""

    algorithm = "EdDSA"

    def __init__(self, seed: bytes, *, key_id: str | None = None) -> None:
        if len(seed) != SCALAR_BYTES:
            raise MalformedKey(f"The Ed25519 seed has {len(seed)} bytes, expected {SCALAR_BYTES}.")
        self._seed = seed
        self._private_key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        octets = self._private_key.public_key().public_bytes_raw()
        self.public_key = _named("EdDSA", octets, key_id)
        self.key_id = self.public_key.key_id or self.public_key.thumbprint

    @classmethod
    def generate(cls, *, key_id: str | None = None) -> Self:
        """Return a signer with a fresh random key."""
        seed = ed25519.Ed25519PrivateKey.generate().private_bytes_raw()
        return cls(seed, key_id=key_id)

    @classmethod
    def from_private_jwk(cls, members: Mapping[str, JsonValue]) -> Self:
        """Return the signer whose `private_jwk` this was.

        Raises: MalformedKey if a member is wrong or the two halves do not belong together.
        """
        secret, public = _split_private(members)
        signer = cls(secret, key_id=public.key_id)
        _check_halves(signer.public_key, public)
        return signer

    @property
    def public_jwk(self) -> JsonObject:
        """The public JWK with its `kid`."""
        return self.public_key.as_jwk()

    def private_jwk(self) -> JsonObject:
        """Return the JWK with the private member `d`, for a keystore only."""
        return {**self.public_jwk, "d": base64url_encode(self._seed)}

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._private_key.sign(message)


def _named(algorithm: str, coordinates: bytes, key_id: str | None) -> PublicKey:
    unnamed = PublicKey(algorithm=algorithm, coordinates=coordinates)
    return PublicKey(algorithm, coordinates, unnamed.thumbprint if key_id is None else key_id)


def _split_private(members: Mapping[str, JsonValue]) -> tuple[bytes, PublicKey]:
    public = parse_jwk({name: value for name, value in members.items() if name != "d"})
    secret = members.get("d")
    if not isinstance(secret, str):
        raise MalformedKey("The key has no private member 'd'.")
    try:
        octets = base64url_decode(secret)
    except InvalidInput as error:
        raise MalformedKey(f"The key's private member: {error.message}") from error
    if len(octets) != SCALAR_BYTES:
        raise MalformedKey(
            f"The key's private member has {len(octets)} bytes, expected {SCALAR_BYTES}."
        )
    return octets, public


def _check_halves(derived: PublicKey, stated: PublicKey) -> None:
    if derived.coordinates != stated.coordinates:
        raise MalformedKey("The private and the public half of the key do not belong together.")
