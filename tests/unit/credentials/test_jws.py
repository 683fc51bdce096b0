"""Compact JWS: one accepted writing, pinned algorithms, no extensions."""

import pytest

from battery_passport.credentials.errors import (
    MalformedToken,
    RefusedAlgorithm,
    SignatureMismatch,
    UnknownSigningKey,
)
from battery_passport.credentials.jws import sign_jws, verify_jws
from battery_passport.credentials.signing import Ed25519Signer, Es256Signer, Signer
from battery_passport.foundation.encoding import base64url_encode
from tests.factories.credentials import knows

PAYLOAD = b'{"a":1}'
ES256 = Es256Signer.generate(key_id="issuer-1")
ED25519 = Ed25519Signer.generate(key_id="device-1")
FIND = knows(ES256.public_key, ED25519.public_key)
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def token_with_header(header: bytes, signer: Signer = ES256) -> str:
    signing_input = f"{base64url_encode(header)}.{base64url_encode(PAYLOAD)}"
    return f"{signing_input}.{base64url_encode(signer.sign(signing_input.encode()))}"


def test_token_gives_back_payload_header_and_key() -> None:
    token = sign_jws(PAYLOAD, ES256, header={"typ": "vc+sd-jwt"})
    verified = verify_jws(token, FIND)
    assert verified.payload == PAYLOAD
    assert verified.header == {"alg": "ES256", "kid": "issuer-1", "typ": "vc+sd-jwt"}
    assert verified.key == ES256.public_key


def test_eddsa_is_accepted_only_where_it_is_listed() -> None:
    token = sign_jws(PAYLOAD, ED25519)
    assert verify_jws(token, FIND, algorithms=("EdDSA",)).payload == PAYLOAD
    with pytest.raises(RefusedAlgorithm):
        verify_jws(token, FIND)


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none","kid":"issuer-1"}',
        b'{"alg":"HS256","kid":"issuer-1"}',
        b'{"kid":"issuer-1"}',
        b'{"alg":null,"kid":"issuer-1"}',
        b'{"alg":"ES256","kid":"device-1"}',
        b'{"alg":"ES256","crit":["exp"],"exp":1,"kid":"issuer-1"}',
        b'{"alg":"ES256","b64":false,"kid":"issuer-1"}',
        b'{"alg":"ES256","zip":"DEF","kid":"issuer-1"}',
    ],
)
def test_algorithm_or_extension_not_asked_for_is_refused(header: bytes) -> None:
    with pytest.raises(RefusedAlgorithm):
        verify_jws(token_with_header(header), FIND)


@pytest.mark.parametrize("header", [b'{"alg":"ES256","kid":"other"}', b'{"alg":"ES256"}'])
def test_unknown_key_is_refused(header: bytes) -> None:
    with pytest.raises(UnknownSigningKey):
        verify_jws(token_with_header(header), FIND)


def test_algorithm_accepted_twice_is_still_the_keys_own() -> None:
    token = token_with_header(b'{"alg":"ES256","kid":"device-1"}', ED25519)
    with pytest.raises(RefusedAlgorithm, match="its key is for EdDSA"):
        verify_jws(token, FIND, algorithms=("ES256", "EdDSA"))


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"ES256","alg":"ES256","kid":"issuer-1"}',
        b'{"alg":"ES256","kid":["issuer-1"]}',
        b'["ES256"]',
        b"\xff",
        b"",
    ],
)
def test_ambiguous_header_is_refused(header: bytes) -> None:
    with pytest.raises(MalformedToken):
        verify_jws(token_with_header(header), FIND)


@pytest.mark.parametrize("ending", ["=", "\n", " ", ".", ".e30"])
def test_token_with_anything_added_is_refused(ending: str) -> None:
    with pytest.raises((MalformedToken, SignatureMismatch)):
        verify_jws(sign_jws(PAYLOAD, ES256) + ending, FIND)


def test_every_other_last_character_is_refused() -> None:
    token = sign_jws(PAYLOAD, ES256)
    for character in BASE64URL.replace(token[-1], ""):
        with pytest.raises((MalformedToken, SignatureMismatch)):
            verify_jws(token[:-1] + character, FIND)


@pytest.mark.parametrize("name", ["alg", "kid", "crit"])
def test_caller_cannot_set_what_the_signer_or_reader_decides(name: str) -> None:
    with pytest.raises(ValueError, match="caller"):
        sign_jws(PAYLOAD, ES256, header={name: "x"})
