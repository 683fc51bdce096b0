"""Each part of a bundle: credential, record, log proof, anchor, statements, evidence."""

import base64
import copy
from typing import Any

import pytest

from battery_passport.credentials.jws import parse_jws, sign_jws
from battery_passport.credentials.signatures import P256_ORDER
from battery_passport.credentials.signing import Ed25519Signer
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import base64url_decode, base64url_encode
from battery_passport.foundation.errors import VerificationFailed
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.ledger.errors import (
    NotIncluded,
    UnsignedParts,
)
from battery_passport.proof.errors import (
    AnchorMismatch,
    EvidenceMismatch,
    MalformedBundle,
    RecordMismatch,
)
from battery_passport.proof.model import HEALTH_STATEMENT
from battery_passport.proof.statement import health_statement_payload
from battery_passport.proof.verification import verify_bundle
from tests.factories.proof import (
    DEVICE,
    DID,
    ISSUED_AT,
    SECTIONS,
    SUBJECT,
    Installation,
    as_bytes,
    as_document,
    issued_installation,
    passport_payload,
)

INSTALLATION = issued_installation()
TRUST = INSTALLATION.trust().encode()
PUBLIC = as_document(INSTALLATION.assemble())
FULL = as_document(INSTALLATION.assemble(sections=tuple(SECTIONS), with_evidence=True))


def public() -> dict[str, Any]:
    return copy.deepcopy(PUBLIC)


def full() -> dict[str, Any]:
    return copy.deepcopy(FULL)


# -- Credential, record, log -----------------------------------------------------------------------


def test_twin_signature_is_refused() -> None:
    document = public()
    head, payload, signature = document["credential"].rstrip("~").split(".")
    octets = base64url_decode(signature)
    twin = octets[:32] + (P256_ORDER - int.from_bytes(octets[32:], "big")).to_bytes(32, "big")
    issuer_jwt = f"{head}.{payload}.{base64url_encode(twin)}"
    document["credential"] = f"{issuer_jwt}~"
    document["record"]["cred"] = sha256(issuer_jwt.encode()).hex()
    with pytest.raises(VerificationFailed, match="upper s"):
        verify_bundle(as_bytes(document), TRUST)


def test_older_credential_under_the_newer_record_is_refused() -> None:
    document = public()
    issuer_jwt = document["credential"].rstrip("~")
    signed_again = sign_jws(
        parse_jws(issuer_jwt).payload, INSTALLATION.issuer, header={"typ": "vc+sd-jwt"}
    )
    document["credential"] = f"{signed_again}~"
    with pytest.raises(RecordMismatch, match="the log record names"):
        verify_bundle(as_bytes(document), TRUST)


@pytest.mark.parametrize(
    ("name", "value"), [("seq", 2), ("key", "00" * 16), ("type", "health-statement")]
)
def test_changed_record_is_refused(name: str, value: object) -> None:
    document = public()
    document["record"][name] = value
    with pytest.raises((NotIncluded, RecordMismatch)):
        verify_bundle(as_bytes(document), TRUST)


def test_changed_salt_is_not_in_the_log() -> None:
    with pytest.raises(NotIncluded, match="The passport's log proof"):
        verify_bundle(as_bytes({**PUBLIC, "salt": "00" * 16}), TRUST)


def test_extra_line_in_the_log_proof_is_refused() -> None:
    document = public()
    first, rest = document["tlogProof"].split("\n", 1)
    document["tlogProof"] = f"{first}\nextra aGVsbG8=\n{rest}"
    with pytest.raises(UnsignedParts):
        verify_bundle(as_bytes(document), TRUST)


def test_token_of_another_type_is_refused() -> None:
    payload = canonical_json(passport_payload())
    issuer_jwt = sign_jws(payload, INSTALLATION.issuer, header={"typ": "JWT"})
    with pytest.raises(MalformedBundle, match="typ"):
        verify_bundle(as_bytes({**PUBLIC, "credential": f"{issuer_jwt}~"}), TRUST)


@pytest.mark.parametrize("change", [{"validFrom": "yesterday"}, {"issuer": 7}, {"validFrom": 1}])
def test_passport_without_time_or_issuer_is_refused(change: dict[str, Any]) -> None:
    installation = Installation()
    installation.add_passport({**passport_payload(), **change})
    with pytest.raises(MalformedBundle):
        installation.assemble()


def test_issuer_may_be_an_object_with_an_id() -> None:
    installation = Installation()
    installation.add_passport({**passport_payload(), "issuer": {"id": DID, "name": "City"}})
    report = verify_bundle(installation.assemble(), installation.trust().encode())
    assert report.issuer == DID


# -- The anchor ------------------------------------------------------------------------------------


def test_anchor_of_another_checkpoint_is_refused() -> None:
    installation = Installation()
    installation.add_passport()
    earlier = as_document(installation.assemble())
    installation.add_statement([b"x"])
    later = as_document(installation.assemble())
    trust = installation.trust().encode()
    with pytest.raises(AnchorMismatch, match="another checkpoint"):
        verify_bundle(as_bytes({**earlier, "anchor": later["anchor"]}), trust)


@pytest.mark.parametrize("ledger", ["final", "Development ledger", ""])
def test_anchor_claims_no_more_than_a_development_ledger(ledger: str) -> None:
    document = public()
    document["anchor"]["ledger"] = ledger
    with pytest.raises(MalformedBundle):
        verify_bundle(as_bytes(document), TRUST)


# -- Statements and evidence -----------------------------------------------------------------------


def test_statement_about_another_battery_is_refused() -> None:
    installation = Installation()
    installation.add_passport()
    installation.add_statement([b"x"], subject=f"{SUBJECT}B")
    with pytest.raises(RecordMismatch, match="about"):
        installation.assemble(with_evidence=True)


def test_statement_logged_under_another_battery_is_refused() -> None:
    installation = Installation()
    installation.add_passport()
    installation.add_statement([b"x"])
    payload = health_statement_payload(
        issuer_did=DID,
        subject=SUBJECT,
        issued_at=ISSUED_AT,
        health={},
        batch_digests=[sha256(b"x")],
        device_keys={DEVICE: (installation.device.public_key.coordinates,)},
    )
    installation.add(HEALTH_STATEMENT, payload, signer=installation.diagnostics, log_key=bytes(16))
    with pytest.raises(RecordMismatch, match="record key"):
        installation.assemble(with_evidence=True)


def test_missing_batch_is_named() -> None:
    document = full()
    removed = document["batches"].pop(1)
    digest = sha256(base64.b64decode(removed)).hex()
    with pytest.raises(EvidenceMismatch, match=digest):
        verify_bundle(as_bytes(document), TRUST)


def test_altered_batch_is_named() -> None:
    document = full()
    document["batches"][2] = base64.b64encode(b"batch three, better").decode()
    with pytest.raises(EvidenceMismatch, match="Batch 2 "):
        verify_bundle(as_bytes(document), TRUST)


def test_surplus_or_repeated_batch_is_refused() -> None:
    for extra in (b"one more", b"batch one"):
        document = full()
        document["batches"].append(base64.b64encode(extra).decode())
        with pytest.raises(EvidenceMismatch):
            verify_bundle(as_bytes(document), TRUST)


def test_other_device_key_is_refused() -> None:
    other = Ed25519Signer.generate().public_key.coordinates
    document = full()
    document["deviceKeys"][0]["key"] = base64url_encode(other)
    with pytest.raises(EvidenceMismatch, match="thumbprint"):
        verify_bundle(as_bytes(document), TRUST)


def test_surplus_missing_or_repeated_device_key_is_refused() -> None:
    entry = FULL["deviceKeys"][0]
    other = {**entry, "device": str(ISSUED_AT)}
    for keys in ([entry, other], [], [entry, entry], [other]):
        with pytest.raises(VerificationFailed):
            verify_bundle(as_bytes({**full(), "deviceKeys": keys}), TRUST)


def test_evidence_without_a_statement_is_refused() -> None:
    document = {**public(), "batches": FULL["batches"], "deviceKeys": FULL["deviceKeys"]}
    with pytest.raises(EvidenceMismatch):
        verify_bundle(as_bytes(document), TRUST)
