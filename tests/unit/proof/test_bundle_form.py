"""The form of a bundle: exactly its members, exactly their kinds, each value bound."""

import copy
import json
from typing import Any

import pytest

from battery_passport.foundation.errors import VerificationFailed
from battery_passport.proof.errors import (
    MalformedBundle,
    UnreadableBundle,
)
from battery_passport.proof.verification import verify_bundle
from tests.factories.proof import (
    SECTIONS,
    as_bytes,
    as_document,
    issued_installation,
)

INSTALLATION = issued_installation()
TRUST = INSTALLATION.trust().encode()
PUBLIC = as_document(INSTALLATION.assemble())
FULL = as_document(INSTALLATION.assemble(sections=tuple(SECTIONS), with_evidence=True))


def public() -> dict[str, Any]:
    return copy.deepcopy(PUBLIC)


def full() -> dict[str, Any]:
    return copy.deepcopy(FULL)


# -- The form --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FULL)
def test_bundle_without_any_one_member_is_refused_unless_that_is_a_whole_bundle(name: str) -> None:
    document = full()
    del document[name]
    with pytest.raises(VerificationFailed):
        verify_bundle(as_bytes(document), TRUST)


def _objects(value: Any, path: str = "bundle") -> list[tuple[str, dict[str, Any]]]:
    """Return every object in a document with the path to it."""
    if isinstance(value, list):
        return [pair for n, item in enumerate(value) for pair in _objects(item, f"{path}[{n}]")]
    if not isinstance(value, dict):
        return []
    inner = [pair for name, item in value.items() for pair in _objects(item, f"{path}.{name}")]
    return [(path, value), *inner]


@pytest.mark.parametrize("path", [path for path, _ in _objects(FULL)])
def test_unknown_member_anywhere_is_refused(path: str) -> None:
    document = full()
    dict(_objects(document))[path]["note"] = "hello"
    with pytest.raises(MalformedBundle):
        verify_bundle(as_bytes(document), TRUST)


@pytest.mark.parametrize(("path", "name"), [(p, n) for p, o in _objects(FULL) for n in o])
def test_member_of_another_kind_anywhere_is_refused(path: str, name: str) -> None:
    kinds: tuple[Any, ...] = (None, True, 1, 1.5, "x", [], {}, "\ud800", [1], [{}])
    for value in kinds:
        document = full()
        parent = dict(_objects(document))[path]
        if value is parent[name]:
            continue
        parent[name] = value
        with pytest.raises(VerificationFailed):
            verify_bundle(json.dumps(document).encode(), TRUST)


@pytest.mark.parametrize("octets", [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b"\x00"])
def test_file_that_is_no_json_object_is_unusable(octets: bytes) -> None:
    with pytest.raises(UnreadableBundle):
        verify_bundle(octets, TRUST)


def test_duplicate_member_anywhere_is_unusable() -> None:
    text = json.dumps(FULL)
    for member in ('"format": "bp-proof/v1"', '"v": 1', '"ledger": "development ledger"'):
        doubled = text.replace(member, f"{member}, {member}", 1)
        assert doubled != text
        with pytest.raises(UnreadableBundle, match="twice"):
            verify_bundle(doubled.encode(), TRUST)


@pytest.mark.parametrize("form", ["bp-proof/v2", "bp-proof/v1 ", "BP-PROOF/V1"])
def test_another_format_is_refused(form: str) -> None:
    with pytest.raises(MalformedBundle, match="format"):
        verify_bundle(as_bytes({**PUBLIC, "format": form}), TRUST)


@pytest.mark.parametrize("name", ["state", "status"])
def test_proof_that_nothing_can_check_is_refused(name: str) -> None:
    with pytest.raises(MalformedBundle, match=name):
        verify_bundle(as_bytes({**PUBLIC, name: {"epoch": 1}}), TRUST)


@pytest.mark.parametrize("lax", [lambda t: t + "=", lambda t: t + "\n", lambda t: f" {t}"])
def test_lax_base64_of_a_batch_is_refused(lax: Any) -> None:
    document = full()
    document["batches"][0] = lax(document["batches"][0])
    with pytest.raises(MalformedBundle, match="base64"):
        verify_bundle(as_bytes(document), TRUST)


# -- The issuer keys -------------------------------------------------------------------------------


def test_trusted_key_that_signed_nothing_here_is_refused() -> None:
    document = public()
    document["issuerKeys"].append(INSTALLATION.diagnostics.public_jwk)
    with pytest.raises(MalformedBundle, match="signed nothing"):
        verify_bundle(as_bytes(document), TRUST)


def test_key_given_twice_is_refused() -> None:
    document = public()
    document["issuerKeys"] *= 2
    with pytest.raises(MalformedBundle, match="kid of another"):
        verify_bundle(as_bytes(document), TRUST)


@pytest.mark.parametrize("member", [{"alg": "ES256"}, {"use": "sig"}])
def test_key_member_that_nothing_binds_is_refused(member: dict[str, str]) -> None:
    document = public()
    document["issuerKeys"][0].update(member)
    with pytest.raises(MalformedBundle, match="beyond the key"):
        verify_bundle(as_bytes(document), TRUST)
