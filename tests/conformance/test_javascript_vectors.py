"""The browser verifier's primitives against published vectors, with WebCrypto and without.

In: vectors/wycheproof, vectors/merkle. Out: every verdict as published, but for what we refuse on
purpose: the upper of the two forms of an ES256 signature.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from battery_passport.credentials.signatures import P256_ORDER
from tests.conformance.test_jws_wycheproof import PINNED
from tests.factories.javascript_verifier import ask_javascript_primitive

ENGINES = pytest.mark.parametrize("options", [(), ("--noble",)], ids=["webcrypto", "noble"])


def cases_of(shared: Path, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    octets = (shared / "vectors/wycheproof/testvectors_v1" / f"{name}.json").read_bytes()
    assert hashlib.sha256(octets).hexdigest() == PINNED[name]
    for group in json.loads(octets)["testGroups"]:
        for test in group["tests"]:
            yield group, test


def vector(key: str, test: dict[str, Any]) -> dict[str, str]:
    return {"key": key, "signature": test["sig"], "message": test["msg"]}


@ENGINES
def test_es256_verdicts_agree(shared: Path, options: tuple[str, ...]) -> None:
    cases = list(cases_of(shared, "ecdsa_secp256r1_sha256_p1363_test"))
    vectors = [vector(group["publicKey"]["uncompressed"][2:], test) for group, test in cases]
    verdicts = ask_javascript_primitive("es256", vectors, *options)
    for (_group, test), verdict in zip(cases, verdicts, strict=True):
        upper = int.from_bytes(bytes.fromhex(test["sig"])[32:], "big") > P256_ORDER // 2
        assert verdict == (test["result"] == "valid" and not upper), test


@ENGINES
def test_ed25519_verdicts_agree(shared: Path, options: tuple[str, ...]) -> None:
    cases = list(cases_of(shared, "ed25519_test"))
    vectors = [vector(group["publicKey"]["pk"], test) for group, test in cases]
    verdicts = ask_javascript_primitive("ed25519", vectors, *options)
    for (_group, test), verdict in zip(cases, verdicts, strict=True):
        assert verdict == (test["result"] == "valid"), test


def test_inclusion_verdicts_agree(shared: Path) -> None:
    files = sorted((shared / "vectors" / "merkle" / "testdata" / "inclusion").rglob("*.json"))
    vectors = [json.loads(path.read_bytes()) for path in files]
    assert len(vectors) > 90
    asked = [
        {
            "leaf": each["leafHash"],
            "root": each["root"],
            "index": str(each["leafIdx"]),
            "size": str(each["treeSize"]),
            "path": each["proof"] or [],
        }
        for each in vectors
    ]
    verdicts = ask_javascript_primitive("inclusion", asked)
    for path, each, verdict in zip(files, vectors, verdicts, strict=True):
        assert verdict == (not each["wantErr"]), path
