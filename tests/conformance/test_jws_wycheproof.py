"""Raw signatures, keys and JWS against the Wycheproof vectors.

In: vectors/wycheproof. Out: every verdict the same, but for what we refuse on purpose.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from battery_passport.credentials.errors import MalformedKey, SignatureMismatch
from battery_passport.credentials.jwk import PublicKey, parse_jwk
from battery_passport.credentials.jws import verify_jws
from battery_passport.credentials.signatures import P256_ORDER
from battery_passport.foundation.errors import VerificationFailed

PINNED = {
    "ecdsa_secp256r1_sha256_p1363_test": (
        "c60de693930e386c3a5472d08081623ef8504decc54b38ac01ec6b2a2575c986"
    ),
    "ed25519_test": "752d2ea7d7c6cf4736381b6cbacb61f8182b126ab7cd9b058f00c50084975536",
    "json_web_signature_test": "8e687a06fe8359f4ec51480f1a9f73c8faebd6f4c01b818b843b44eee54fd5d9",
    "json_web_key_test": "be983255bce26406f97020ec5458b33930a90d5f868e604fcd569c300aba2862",
}
Case = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "vectors" / "wycheproof" / "testvectors_v1"


def cases_of(folder: Path, name: str) -> Iterator[Case]:
    octets = (folder / f"{name}.json").read_bytes()
    assert hashlib.sha256(octets).hexdigest() == PINNED[name]
    for group in json.loads(octets)["testGroups"]:
        for test in group["tests"]:
            yield group, test


def accepts(key: PublicKey, test: dict[str, Any], *, low_s: bool) -> bool:
    try:
        key.verify(bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]), low_s=low_s)
    except (SignatureMismatch, MalformedKey):
        return False
    return True


def test_es256_verdicts_agree(folder: Path) -> None:
    counted = 0
    for group, test in cases_of(folder, "ecdsa_secp256r1_sha256_p1363_test"):
        key = PublicKey("ES256", bytes.fromhex(group["publicKey"]["uncompressed"])[1:])
        valid = test["result"] == "valid"
        assert accepts(key, test, low_s=False) == valid, test
        upper = int.from_bytes(bytes.fromhex(test["sig"])[32:], "big") > P256_ORDER // 2
        assert accepts(key, test, low_s=True) == (valid and not upper), test
        counted += 1
    assert counted == 262


def test_ed25519_verdicts_agree(folder: Path) -> None:
    counted = 0
    for group, test in cases_of(folder, "ed25519_test"):
        key = PublicKey("EdDSA", bytes.fromhex(group["publicKey"]["pk"]))
        assert accepts(key, test, low_s=True) == (test["result"] == "valid"), test
        counted += 1
    assert counted == 151


def _token_is_accepted(jwk: dict[str, Any], token: str) -> bool:
    try:
        key = parse_jwk(jwk)
        verify_jws(token, {key.key_id: key}.get, algorithms=("ES256",), low_s=False)
    except (VerificationFailed, MalformedKey):
        return False
    return True


def test_jws_verdicts_agree_for_es256_and_all_else_is_refused(folder: Path) -> None:
    accepted = 0
    for group, test in cases_of(folder, "json_web_signature_test"):
        jwk = group.get("public") or group["private"]
        valid = test["result"] == "valid" and jwk.get("alg") == "ES256"
        token = test["jws"]
        assert isinstance(token, str)
        assert _token_is_accepted(jwk, token) == valid, test
        accepted += valid
    assert accepted == 2


def test_jwk_verdicts_agree_for_p256_and_all_else_is_refused(folder: Path) -> None:
    refused = 0
    for group, _test in cases_of(folder, "json_web_key_test"):
        for jwk in (group.get("public") or group["private"]).get("keys", []):
            if jwk.get("crv") == "P-256" and jwk.get("alg") == "ES256" and len(jwk) == 7:
                continue
            with pytest.raises(MalformedKey):
                parse_jwk(jwk)
            refused += 1
    assert refused > 20


@pytest.mark.parametrize("comment", ["invalid_point", "invalid_use", "wrong_kty"])
def test_altered_p256_key_is_refused(folder: Path, comment: str) -> None:
    groups = [
        group for group, _ in cases_of(folder, "json_web_key_test") if group["comment"] == comment
    ]
    assert groups
    for group in groups:
        for jwk in (group.get("public") or group["private"])["keys"]:
            with pytest.raises(MalformedKey):
                parse_jwk(jwk)
