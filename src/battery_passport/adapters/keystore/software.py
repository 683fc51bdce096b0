"""Keys that a process holds in memory once a keystore has opened them.

In: 32 private bytes. Out: fulfils `credentials.keystore.SigningKey` and `Secret`.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from battery_passport.credentials.errors import KeystoreRefused
from battery_passport.credentials.keystore import KeyKind

KEY_BYTES = 32
DIGEST_BYTES = 32

# secp256k1 and P-256 private keys are numbers below the group order; both orders exceed this.
_LARGEST_SAFE = 2**255
_CURVES: Mapping[KeyKind, ec.EllipticCurve] = {
    KeyKind.ES256: ec.SECP256R1(),
    KeyKind.SECP256K1: ec.SECP256K1(),
}


def random_key() -> bytes:
    """Return 32 random bytes that are a private key of every kind."""
    return (secrets.randbelow(_LARGEST_SAFE - 1) + 1).to_bytes(KEY_BYTES, "big")


@dataclass(frozen=True, slots=True)
class SoftwareKey:
    """A private key in memory."""

    kind: KeyKind
    public_key: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)

    @classmethod
    def of(cls, kind: KeyKind, private: bytes) -> "SoftwareKey":
        """Return the key whose private half the 32 bytes are."""
        if kind is KeyKind.ED25519:
            seed = ed25519.Ed25519PrivateKey.from_private_bytes(private)
            return cls(kind, seed.public_key().public_bytes_raw(), seed.sign)
        key = ec.derive_private_key(int.from_bytes(private, "big"), _CURVES[kind])
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return cls(kind, point[1:], _signing(kind, key))


@dataclass(frozen=True, slots=True)
class SoftwareSecret:
    """A random secret in memory."""

    octets: bytes = field(repr=False)

    def derive(self, use: bytes) -> bytes:
        """Return the 32 bytes for one use."""
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=use)
        return derived.derive(self.octets)


def low_s(kind: KeyKind, r: int, s: int) -> bytes:
    """Return r ‖ s with s in the lower half, so that no second form is accepted."""
    order = _CURVES[kind].group_order
    return r.to_bytes(KEY_BYTES, "big") + min(s, order - s).to_bytes(KEY_BYTES, "big")


def check_digest(digest: bytes) -> bytes:
    """Return the digest that a secp256k1 key is to sign. Raises: KeystoreRefused."""
    if len(digest) != DIGEST_BYTES:
        raise KeystoreRefused(f"A digest of {len(digest)} bytes was to be signed, expected 32.")
    return digest


def _signing(kind: KeyKind, key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    if kind is KeyKind.ES256:
        scheme = ec.ECDSA(SHA256())
        return lambda message: low_s(kind, *decode_dss_signature(key.sign(message, scheme)))
    # Deterministic (RFC 6979), so that a transaction signed again is the same transaction.
    over_digest = ec.ECDSA(Prehashed(SHA256()), deterministic_signing=True)

    def sign(digest: bytes) -> bytes:
        signature = key.sign(check_digest(digest), over_digest)
        return low_s(kind, *decode_dss_signature(signature))

    return sign
