"""Assembling: bundles that verify, or an error that says what is missing."""

from dataclasses import replace

import pytest

from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.proof.errors import BundleTooLarge, NothingToProve, RecordMismatch
from battery_passport.proof.model import PASSPORT, PUBLIC_BUNDLE_LIMIT_BYTES
from battery_passport.proof.records import parse_record_bytes
from battery_passport.proof.statement import (
    device_thumbprint,
    health_statement_payload,
    named_evidence,
)
from battery_passport.proof.verification import verify_bundle
from tests.factories.proof import (
    DEVICE,
    DID,
    ISSUED_AT,
    SECTIONS,
    SUBJECT,
    Installation,
    issued_installation,
    passport_payload,
)


def test_bundle_shows_the_sections_asked_for_and_no_other() -> None:
    installation = issued_installation()
    trust = installation.trust().encode()
    for names in ((), ("annex-xiii-2", "annex-xiii-3"), ("annex-xiii-4", "not-there")):
        report = verify_bundle(installation.assemble(sections=names), trust)
        assert set(report.sections) == set(names) & set(SECTIONS)


def test_public_bundle_holds_no_word_of_hidden_sections() -> None:
    bundle = issued_installation().assemble()
    assert b"NMC622" not in bundle
    assert bundle.count(b"~") == 1


def test_public_bundle_of_a_large_passport_stays_within_the_limit() -> None:
    installation = Installation()
    payload = passport_payload()
    payload["credentialSubject"] = {"id": SUBJECT, "text": "x" * 24_000}
    installation.add_passport(payload)
    assert len(installation.assemble()) <= PUBLIC_BUNDLE_LIMIT_BYTES
    payload["credentialSubject"] = {"id": SUBJECT, "text": "x" * 64_000}
    installation.add_passport(payload)
    with pytest.raises(BundleTooLarge):
        installation.assemble()


def test_battery_without_passport_or_statement_has_nothing_to_prove() -> None:
    installation = Installation()
    with pytest.raises(NothingToProve, match="no passport"):
        installation.assemble()
    installation.add_passport()
    with pytest.raises(NothingToProve, match="no health-statement"):
        installation.assemble(with_evidence=True)


def test_batch_that_is_gone_is_named() -> None:
    installation = issued_installation()
    gone = next(iter(installation.batches))
    del installation.batches[gone]
    with pytest.raises(NothingToProve, match=gone.hex()):
        installation.assemble(with_evidence=True)


def test_altered_store_gives_no_bundle() -> None:
    installation = issued_installation()
    stored = installation.issued[PASSPORT]
    installation.issued[PASSPORT] = replace(stored, salt=bytes(16))
    with pytest.raises(VerificationFailed):
        installation.assemble()
    installation.issued[PASSPORT] = replace(stored, record=stored.record + b" ")
    with pytest.raises(RecordMismatch):
        installation.assemble()


@pytest.mark.parametrize("octets", [b"", b"{}", b"\xff"])
def test_record_bytes_that_are_no_record_are_refused(octets: bytes) -> None:
    with pytest.raises(RecordMismatch):
        parse_record_bytes(octets)


def test_statement_names_evidence_once_and_in_order() -> None:
    payload = health_statement_payload(
        issuer_did=DID,
        subject=SUBJECT,
        issued_at=ISSUED_AT,
        health={},
        batch_digests=[b"\x02" * 32, b"\x01" * 32, b"\x02" * 32],
        device_keys={DEVICE: (bytes(32),)},
    )
    named = named_evidence(payload)
    assert named.batches == (b"\x01" * 32, b"\x02" * 32)
    assert named.device_thumbprints == {str(DEVICE): (device_thumbprint(bytes(32)),)}


def test_statement_without_evidence_cannot_be_made() -> None:
    with pytest.raises(InvalidInput):
        health_statement_payload(
            issuer_did=DID,
            subject=SUBJECT,
            issued_at=ISSUED_AT,
            health={},
            batch_digests=[],
            device_keys={DEVICE: (bytes(32),)},
        )
