"""Raw signatures over bytes: ES256 as r ‖ s with the lower s, and Ed25519.

In: key bytes, message, signature. Out: nothing, or SignatureMismatch.
Source: RFC 7518 §3.4; RFC 8032 §5.1; FIPS 186-5 §6.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from battery_passport.credentials.errors import MalformedKey, SignatureMismatch

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SCALAR_BYTES = 32
SIGNATURE_BYTES = 64
UNCOMPRESSED_POINT = b"\x04"


def sign_es256(private_key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """Return r ‖ s, 64 bytes, with s in the lower half so that no second form is accepted."""
    r, s = decode_dss_signature(private_key.sign(message, ec.ECDSA(SHA256())))
    low = min(s, P256_ORDER - s)
    return r.to_bytes(SCALAR_BYTES, "big") + low.to_bytes(SCALAR_BYTES, "big")


def verify_es256(
    coordinates: bytes, signature: bytes, message: bytes, *, low_s: bool = True
) -> None:
    """Return if r ‖ s is a signature of the point x ‖ y over the message.

    Raises: SignatureMismatch; MalformedKey if the point is not on P-256.
    """
    _check_length("ES256", signature)
    r = int.from_bytes(signature[:SCALAR_BYTES], "big")
    s = int.from_bytes(signature[SCALAR_BYTES:], "big")
    if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        raise SignatureMismatch("The ES256 signature holds a number outside the curve's order.")
    if low_s and s > P256_ORDER // 2:
        raise SignatureMismatch("The ES256 signature has the upper s, expected the lower.")
    key = load_p256_point(coordinates)
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise SignatureMismatch("The ES256 signature does not fit content and key.") from error


def verify_ed25519(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Return if the 64 bytes are the key's Ed25519 signature over the message.

    Raises: SignatureMismatch.
    """
    _check_length("Ed25519", signature)
    key = ed25519.Ed25519PublicKey.from_public_bytes(public_key)
    try:
        key.verify(signature, message)
    except InvalidSignature as error:
        raise SignatureMismatch("The Ed25519 signature does not fit content and key.") from error


def load_p256_point(coordinates: bytes) -> ec.EllipticCurvePublicKey:
    """Return the key that x ‖ y is.

    Raises: MalformedKey if the point is not on the curve.
    """
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), UNCOMPRESSED_POINT + coordinates
        )
    except ValueError as error:
        raise MalformedKey("The key is not a point of the curve P-256.") from error


def _check_length(algorithm: str, signature: bytes) -> None:
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureMismatch(
            f"The {algorithm} signature has {len(signature)} bytes, expected {SIGNATURE_BYTES}."
        )
