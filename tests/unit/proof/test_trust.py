"""The trust file: read to the letter, written so that it reads back."""

import copy
import json
from typing import Any

import pytest

from battery_passport.credentials.signing import Ed25519Signer, Es256Signer
from battery_passport.ledger.note_keys import Cosigner
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.errors import MalformedTrustFile
from battery_passport.proof.model import PASSPORT
from battery_passport.proof.trust import TrustedKey, parse_trust
from tests.factories.proof import DID, Installation, as_bytes

INSTALLATION = Installation()
WITNESSES = [Cosigner.from_seed(f"w{n}.example", bytes([n] * 32), now_s=int) for n in (1, 2)]
LOG = LogTrust(INSTALLATION.origin, INSTALLATION.note_signer.key, (WITNESSES[0].key,), 1)
TRUST = INSTALLATION.trust(log=LOG, requires_state=True)
DOCUMENT: dict[str, Any] = json.loads(TRUST.encode())


def test_trust_file_reads_back() -> None:
    assert parse_trust(TRUST.encode()) == TRUST
    assert parse_trust(json.dumps(DOCUMENT).encode()) == TRUST


def test_key_is_found_by_name_and_purpose() -> None:
    kid = INSTALLATION.issuer.key_id
    found = TRUST.key(kid, PASSPORT)
    assert found is not None
    assert found.key == INSTALLATION.issuer.public_key
    assert TRUST.key(kid, "health-statement") is None
    assert TRUST.key(None, PASSPORT) is None


@pytest.mark.parametrize("name", DOCUMENT)
def test_missing_member_is_refused(name: str) -> None:
    document = {key: value for key, value in DOCUMENT.items() if key != name}
    with pytest.raises(MalformedTrustFile, match=name):
        parse_trust(as_bytes(document))


ED25519_JWK = Ed25519Signer.generate().public_jwk
PRIVATE_JWK = Es256Signer.generate().private_jwk()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], "bp-trust/v2"),
        (["more"], 1),
        (["keys"], {}),
        (["keys", 0, "purpose"], "anything"),
        (["keys", 0, "did"], "https://example.org"),
        (["keys", 0, "more"], 1),
        (["keys", 0, "jwk"], ED25519_JWK),
        (["keys", 0, "jwk"], PRIVATE_JWK),
        (["keys", 0, "jwk", "kid"], None),
        (["keys", 0, "jwk", "x"], "AA"),
        (["log", "origin"], "other.example/log"),
        (["log", "vkey"], "passport.example.org/log+00000000+AQ=="),
        (["log", "vkey"], WITNESSES[0].key.text()),
        (["log", "more"], 1),
        (["witnesses", "required"], 2),
        (["witnesses", "required"], -1),
        (["witnesses", "required"], True),
        (["witnesses", "vkeys"], [INSTALLATION.note_signer.key.text()]),
        (["witnesses", "vkeys"], [WITNESSES[0].key.text()] * 2),
        (["chain", "engine"], ""),
        (["chain", "chainId"], 0),
        (["chain", "chainId"], 1.0),
        (["chain", "contract"], "0x" + "5F" * 20),
        (["validatorSets"], [{"height": 1}]),
        (["requires", "state"], 0),
        (["requires", "more"], True),
    ],
)
def test_wrong_value_is_refused(path: list[Any], value: object) -> None:
    document = copy.deepcopy(DOCUMENT)
    parent: Any = document
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    with pytest.raises(MalformedTrustFile):
        parse_trust(as_bytes(document))


def test_two_keys_of_one_name_and_purpose_are_refused() -> None:
    document = {**DOCUMENT, "keys": DOCUMENT["keys"] * 2}
    with pytest.raises(MalformedTrustFile, match="same kid"):
        parse_trust(as_bytes(document))


@pytest.mark.parametrize("octets", [b"", b"[]", b'{"format":"bp-trust/v1","format":1}', b"\xff"])
def test_unusable_file_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedTrustFile):
        parse_trust(octets)


def test_trust_that_could_not_be_read_back_is_not_written() -> None:
    unnamed = TrustedKey(PASSPORT, DID, Ed25519Signer.generate().public_key)
    with pytest.raises(MalformedTrustFile):
        INSTALLATION.trust(keys=(unnamed,)).encode()
