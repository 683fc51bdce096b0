"""Signers and keys: one writing per key, halves that belong together, signatures that fit."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from battery_passport.credentials.errors import MalformedKey, SignatureMismatch
from battery_passport.credentials.jwk import parse_jwk
from battery_passport.credentials.signatures import P256_ORDER
from battery_passport.credentials.signing import Ed25519Signer, Es256Signer
from battery_passport.foundation.strict_json import JsonObject

MESSAGE = b"usable capacity 51.3 Ah"
SIGNERS = (Es256Signer, Ed25519Signer)


@pytest.mark.parametrize("kind", SIGNERS)
def test_signature_fits_its_message_only(kind: type[Es256Signer | Ed25519Signer]) -> None:
    signer = kind.generate()
    signature = signer.sign(MESSAGE)
    signer.public_key.verify(signature, MESSAGE)
    with pytest.raises(SignatureMismatch):
        signer.public_key.verify(signature, MESSAGE + b".")
    with pytest.raises(SignatureMismatch):
        kind.generate().public_key.verify(signature, MESSAGE)
    with pytest.raises(SignatureMismatch):
        signer.public_key.verify(signature[:-1], MESSAGE)


@pytest.mark.parametrize("kind", SIGNERS)
def test_private_jwk_restores_the_signer(kind: type[Es256Signer | Ed25519Signer]) -> None:
    signer = kind.generate(key_id="did:web:example.org#1")
    restored = kind.from_private_jwk(signer.private_jwk())
    assert restored.public_key == signer.public_key
    assert restored.key_id == "did:web:example.org#1"
    signer.public_key.verify(restored.sign(MESSAGE), MESSAGE)


@pytest.mark.parametrize("kind", SIGNERS)
def test_private_jwk_of_two_keys_is_refused(kind: type[Es256Signer | Ed25519Signer]) -> None:
    one, other = kind.generate(), kind.generate()
    with pytest.raises(MalformedKey):
        kind.from_private_jwk({**one.private_jwk(), "d": other.private_jwk()["d"]})


def test_only_the_lower_s_is_made_and_accepted() -> None:
    signer = Es256Signer.generate()
    for number in range(16):
        message = MESSAGE + bytes([number])
        signature = signer.sign(message)
        s = int.from_bytes(signature[32:], "big")
        assert s <= P256_ORDER // 2
        twin = signature[:32] + (P256_ORDER - s).to_bytes(32, "big")
        signer.public_key.verify(twin, message, low_s=False)
        with pytest.raises(SignatureMismatch, match="upper s"):
            signer.public_key.verify(twin, message)


def test_thumbprint_is_that_of_rfc_8037_appendix_a3() -> None:
    key = parse_jwk(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    )
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_key_reads_back_from_its_jwk() -> None:
    key = Es256Signer.generate().public_key
    assert parse_jwk(key.as_jwk()) == key


P256_JWK = Es256Signer.generate().public_jwk
X = P256_JWK["x"]


@pytest.mark.parametrize(
    "change",
    [
        {"d": X},
        {"k": "secret"},
        {"crv": "P-384"},
        {"crv": ["P-256"]},
        {"kty": "RSA"},
        {"alg": "ES384"},
        {"use": "enc"},
        {"kid": ""},
        {"kid": 7},
        {"x": None},
        {"x": f"{X}="},
        {"x": "AA"},
        {"y": X},
    ],
)
def test_malformed_jwk_is_refused(change: JsonObject) -> None:
    with pytest.raises(MalformedKey):
        parse_jwk({**P256_JWK, **change})


def test_key_of_another_curve_makes_no_es256_signer() -> None:
    with pytest.raises(MalformedKey, match="secp384r1"):
        Es256Signer(ec.generate_private_key(ec.SECP384R1()))


def test_short_seed_makes_no_ed25519_signer() -> None:
    with pytest.raises(MalformedKey, match="31 bytes"):
        Ed25519Signer(bytes(31))
