"""Verification: what holds is said, what does not hold is named, nothing is fetched."""

import base64
import copy
import json
import socket
import subprocess
import sys
import time
from typing import Any, NoReturn

import pytest

from battery_passport.credentials.signing import Es256Signer
from battery_passport.foundation.errors import InvalidInput, VerificationFailed
from battery_passport.ledger.errors import (
    NoteNotSigned,
    TooFewWitnesses,
    UnsignedParts,
    WrongOrigin,
)
from battery_passport.ledger.note_keys import Cosigner, Ed25519NoteSigner
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.proof.errors import (
    MalformedTrustFile,
    NotTrusted,
    RequiredPartMissing,
)
from battery_passport.proof.model import PASSPORT
from battery_passport.proof.trust import ChainTrust, TrustedKey
from battery_passport.proof.verification import verify_bundle
from tests.factories.proof import (
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


# -- What holds ------------------------------------------------------------------------------------


def test_report_of_a_public_bundle_says_what_holds_and_what_is_not_shown() -> None:
    report = verify_bundle(as_bytes(PUBLIC), TRUST)
    assert report.as_of == ISSUED_AT
    assert report.issuer == DID
    assert report.subject == SUBJECT
    assert report.sections == ()
    assert report.passport == passport_payload()
    assert [each.name for each in report.checks] == [
        "issuer-trusted",
        "credential-signed",
        "record-matches",
        "logged",
        "anchored",
    ]
    assert {each.name for each in report.limits} == {
        "latest-not-proven",
        "status-not-checked",
        "development-ledger",
        "no-witnesses",
    }
    text = "\n".join(report.lines()).lower()
    for words in ("as of 2026-11-23", "latest not proven", "status not checked"):
        assert words in text
    assert "development ledger" in text
    document = report.as_json()
    assert document["valid"] is True
    assert document["as_of"] == "2026-11-23T07:30:00.000Z"
    json.dumps(document)


def test_report_of_a_full_bundle_counts_sections_statements_and_batches() -> None:
    report = verify_bundle(as_bytes(FULL), TRUST)
    assert report.sections == tuple(sorted(SECTIONS))
    assert len(report.statements) == 1
    assert report.batches == 3
    assert {"statements-hold", "evidence-complete"} <= {each.name for each in report.checks}


def test_statement_without_its_evidence_is_a_bundle_too() -> None:
    document = full()
    del document["batches"], document["deviceKeys"]
    report = verify_bundle(as_bytes(document), TRUST)
    assert (len(report.statements), report.batches) == (1, 0)


def test_blanks_and_order_of_members_do_not_matter() -> None:
    backwards = dict(reversed(list(FULL.items())))
    compact = json.dumps(backwards, separators=(",", ":")).encode()
    assert verify_bundle(compact, TRUST) == verify_bundle(as_bytes(FULL), TRUST)
    assert verify_bundle(json.dumps(FULL, indent=7).encode(), TRUST).batches == 3


def test_trust_file_may_name_more_than_one_installation_uses() -> None:
    other = Es256Signer.generate()
    keys = (*INSTALLATION.trust().keys, TrustedKey(PASSPORT, "did:web:o", other.public_key))
    report = verify_bundle(as_bytes(PUBLIC), INSTALLATION.trust(keys=keys).encode())
    assert report.issuer == DID


def test_witnesses_that_are_trusted_are_counted_and_required() -> None:
    witness = Cosigner.from_seed("witness.example", bytes(32), now_s=lambda: 1_795_000_000)
    proof = INSTALLATION.log.prove_inclusion
    checkpoint = INSTALLATION.log.make_checkpoint()
    document = public()
    line = _cosignature(witness, checkpoint.note)
    document["tlogProof"] += line
    document["anchor"]["checkpoint"] += line
    log = LogTrust(INSTALLATION.origin, INSTALLATION.note_signer.key, (witness.key,), 1)
    trust = INSTALLATION.trust(log=log).encode()
    assert proof(0, checkpoint)
    report = verify_bundle(as_bytes(document), trust)
    assert "witnessed" in {each.name for each in report.checks}
    with pytest.raises(TooFewWitnesses):
        verify_bundle(as_bytes(PUBLIC), trust)
    with pytest.raises(UnsignedParts, match="unknown key"):
        verify_bundle(as_bytes(document), TRUST)


def _cosignature(witness: Cosigner, note: bytes) -> str:
    text = note.partition(b"\n\n")[0] + b"\n"
    octets = witness.key_id + witness.sign_text(text)
    return f"\u2014 {witness.name} {base64.b64encode(octets).decode()}\n"


# -- Trust -----------------------------------------------------------------------------------------


def test_bundle_of_another_installation_is_refused() -> None:
    other = issued_installation()
    with pytest.raises(NotTrusted, match="not in the trust file"):
        verify_bundle(other.assemble(with_evidence=True), TRUST)


def test_other_issuer_with_the_trusted_key_id_is_refused() -> None:
    forger = Installation(
        issuer=Es256Signer.generate(key_id=INSTALLATION.issuer.key_id),
        log_seed=INSTALLATION.log_seed,
    )
    forger.add_passport()
    with pytest.raises(NotTrusted):
        verify_bundle(forger.assemble(), TRUST)


def test_genuine_passport_in_a_forged_log_is_refused() -> None:
    forger = Installation(issuer=INSTALLATION.issuer)
    forger.add_passport()
    with pytest.raises(NoteNotSigned):
        verify_bundle(forger.assemble(), TRUST)
    renamed = Installation(issuer=INSTALLATION.issuer, origin="forger.example/log")
    renamed.add_passport()
    with pytest.raises(WrongOrigin):
        verify_bundle(renamed.assemble(), TRUST)


def test_key_for_statements_signs_no_passport() -> None:
    swapped = Installation(issuer=INSTALLATION.diagnostics, log_seed=INSTALLATION.log_seed)
    swapped.add_passport()
    with pytest.raises(NotTrusted, match="not trusted to sign a passport"):
        verify_bundle(swapped.assemble(), TRUST)


def test_key_signs_only_for_its_own_organisation() -> None:
    keys = (TrustedKey(PASSPORT, "did:web:somebody.else", INSTALLATION.issuer.public_key),)
    with pytest.raises(NotTrusted, match=r"somebody\.else"):
        verify_bundle(as_bytes(PUBLIC), INSTALLATION.trust(keys=keys).encode())


def test_trust_file_of_a_consortium_chain_is_not_met_by_a_development_ledger() -> None:
    chain = ChainTrust("cosmos-evm", 262_144, "0x" + "00" * 20)
    with pytest.raises(NotTrusted, match="262144"):
        verify_bundle(as_bytes(PUBLIC), INSTALLATION.trust(chain=chain).encode())


@pytest.mark.parametrize("name", ["requires_state", "requires_status"])
def test_required_proof_that_is_null_is_refused(name: str) -> None:
    with pytest.raises(RequiredPartMissing):
        verify_bundle(as_bytes(PUBLIC), INSTALLATION.trust(**{name: True}).encode())


def test_unusable_trust_file_comes_before_any_judgement_of_the_bundle() -> None:
    with pytest.raises(MalformedTrustFile):
        verify_bundle(b"", b"{}")


# -- Without network, without delay ----------------------------------------------------------------


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> NoReturn:
        raise AssertionError("verification opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert verify_bundle(as_bytes(FULL), TRUST).batches == 3


def test_a_bundle_verifies_within_50_ms() -> None:
    bundle = INSTALLATION.assemble()
    durations_s = []
    for _ in range(5):
        started_s = time.perf_counter()
        verify_bundle(bundle, TRUST)
        durations_s.append(time.perf_counter() - started_s)
    assert min(durations_s) <= 0.050


HEAVY = ("numpy", "cbor2", "nacl", "sqlalchemy", "duckdb", "pyarrow", "starlette", "httpx", "web3")


def test_verification_imports_nothing_heavy() -> None:
    program = (
        "import sys, time; started = time.process_time()\n"
        "import battery_passport.proof.verification\n"
        "print(time.process_time() - started)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(3)
    ]
    assert {heavy for _, heavy in runs} == {"[]"}
    assert min(float(seconds) for seconds, _ in runs) <= 0.15


def test_bundles_do_not_verify_under_the_log_key_of_another_name() -> None:
    renamed = Ed25519NoteSigner.from_seed("other.example/log", INSTALLATION.log_seed)
    log = LogTrust("other.example/log", renamed.key)
    with pytest.raises(WrongOrigin):
        verify_bundle(as_bytes(PUBLIC), INSTALLATION.trust(log=log).encode())


def test_errors_say_what_to_do() -> None:
    with pytest.raises(InvalidInput) as unusable:
        verify_bundle(b"no", TRUST)
    assert unusable.value.next_step
    with pytest.raises(VerificationFailed) as refused:
        verify_bundle(as_bytes({**PUBLIC, "salt": "00" * 16}), TRUST)
    assert refused.value.next_step
