"""A small installation that issues, logs and proves; a test states only what it varies.

In: nothing. Out: bundles and trust files that verify, and the parts to forge others from.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from battery_passport.credentials.sd_jwt import issue_sd_jwt
from battery_passport.credentials.signing import Ed25519Signer, Es256Signer
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.digests import random_salt, sha256
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.memory import MemoryCheckpointStore, MemoryTileStore
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.lifecycle.measurement import (
    CapacityTest,
    Instrument,
    MeasuredItem,
    Measurement,
)
from battery_passport.proof.assembling import BundleAssembler
from battery_passport.proof.measurement import measurement_payload
from battery_passport.proof.model import (
    FIGURES_STATEMENT,
    HEALTH_STATEMENT,
    MEASUREMENT_STATEMENT,
    PASSPORT,
    record_of,
)
from battery_passport.proof.ports import IssuedCredential
from battery_passport.proof.statement import health_statement_payload, statement_payload
from battery_passport.proof.trust import DEVELOPMENT_ENGINE, ChainTrust, TrustedKey, TrustFile

ISSUED_AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
BATTERY = UUID("018f3b1c-0000-7000-8000-000000000001")
DEVICE = UUID("018f3b1c-0000-7000-8000-0000000000d1")
SUBJECT = "https://passport.example.org/01/09506000134352/21/A1"
DID = "did:web:passport.example.org"
INSPECTOR_DID = "did:web:passport.example.org:organisations:inspection-body-1"
LOG_KEY = bytes(range(16))
SECTIONS: dict[str, JsonValue] = {
    "annex-xiii-2": {"45": {"value": "NMC622"}},
    "annex-xiii-3": {"50": {"value": ["report-1", "보고서"]}},
    "annex-xiii-4": {"61": {"value": 78.9, "unit": "%"}},
}
MEASUREMENT = Measurement(
    event="018f3b1c-0000-7000-8000-0000000000e1",
    organisation="부산 배터리 검사소",
    measured_at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC),
    kind="periodic",
    result="passed",
    items=(MeasuredItem("insulation_kohm", 2_150, "kΩ"), MeasuredItem("lowest_cell_v", 3.61, "V")),
    capacity_test=CapacityTest(method="full-discharge", capacity_ah=50.8, c_rate=0.33),
    instrument=Instrument(name="Example C-500", serial="7731", calibrated_on="2026-05-02"),
    certificate="2026-1123-7",
    supersedes="5d" * 32,
    reason="The display was misread.",
)
HEALTH: JsonObject = {"capacity_ah": {"value": 51.3, "low": 49.9, "high": 52.8}}


def passport_payload(subject: str = SUBJECT) -> JsonObject:
    """Return a VCDM 2.0 payload in the shape of a passport's."""
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "BatteryPassport"],
        "issuer": DID,
        "validFrom": "2026-11-23T07:30:00.000Z",
        "credentialSubject": {"id": subject, "annex-xiii-1": {"1": {"value": "A1"}}},
    }


@dataclass
class Installation:
    """Keys, a log in memory, and everything that was issued; fulfils the ports of proof."""

    issuer: Es256Signer = field(default_factory=Es256Signer.generate)
    diagnostics: Es256Signer = field(default_factory=Es256Signer.generate)
    inspector: Es256Signer = field(default_factory=Es256Signer.generate)
    device: Ed25519Signer = field(default_factory=Ed25519Signer.generate)
    former_device_keys: tuple[bytes, ...] = ()
    log_seed: bytes = field(default_factory=lambda: random_salt() + random_salt())
    origin: str = "passport.example.org/log"

    def __post_init__(self) -> None:
        self.issued: dict[str, IssuedCredential] = {}
        self.sequences: dict[str, int] = {}
        self.batches: dict[bytes, bytes] = {}
        self.note_signer = Ed25519NoteSigner.from_seed(self.origin, self.log_seed)
        self.log = MerkleLog(
            MemoryTileStore(),
            MemoryCheckpointStore(),
            signer=self.note_signer,
            clock=FixedClock(ISSUED_AT),
        )
        self.log.sequence([entry_bytes(random_salt(), sha256(b"other")) for _ in range(37)])

    def trust(self, **changes: Any) -> TrustFile:
        """Return the trust anchors of this installation."""
        values: dict[str, Any] = {
            "keys": (
                TrustedKey(PASSPORT, DID, self.issuer.public_key),
                TrustedKey(HEALTH_STATEMENT, DID, self.diagnostics.public_key),
                *self._of_inspector(),
            ),
            "log": LogTrust(self.origin, self.note_signer.key),
            "chain": ChainTrust(DEVELOPMENT_ENGINE, 31_337, "0x" + "5f" * 20),
        }
        return TrustFile(**{**values, **changes})

    def _of_inspector(self) -> tuple[TrustedKey, ...]:
        key = TrustedKey(MEASUREMENT_STATEMENT, INSPECTOR_DID, self.inspector.public_key)
        return (key,) if MEASUREMENT_STATEMENT in self.issued else ()

    def add(
        self,
        kind: str,
        payload: JsonObject,
        *,
        signer: Es256Signer | None = None,
        sections: dict[str, JsonValue] | None = None,
        log_key: bytes = LOG_KEY,
    ) -> IssuedCredential:
        """Sign and log a credential; it becomes the newest of its kind."""
        sd_jwt = issue_sd_jwt(
            payload, sections or {}, signer or self.issuer, within="credentialSubject"
        )
        sequence = self.sequences[kind] = self.sequences.get(kind, 0) + 1
        record = record_of(
            kind=kind, sequence=sequence, log_key=log_key, issuer_jwt=sd_jwt.issuer_jwt
        )
        salt = random_salt()
        indices = self.log.sequence([entry_bytes(salt, record.digest)]).indices
        self.issued[kind] = IssuedCredential(
            sd_jwt=sd_jwt, record=record.encode(), salt=salt, log_index=indices[0]
        )
        return self.issued[kind]

    def add_passport(self, payload: JsonObject | None = None) -> IssuedCredential:
        return self.add(PASSPORT, payload or passport_payload(), sections=SECTIONS)

    def add_statement(
        self, batches: list[bytes], *, health: JsonObject | None = None, subject: str = SUBJECT
    ) -> IssuedCredential:
        """Sign and log a health statement that names these batches."""
        self.batches = {sha256(batch): batch for batch in batches}
        payload = health_statement_payload(
            issuer_did=DID,
            subject=subject,
            issued_at=ISSUED_AT,
            health=HEALTH if health is None else health,
            batch_digests=self.batches,
            device_keys={DEVICE: self.device_keys(DEVICE)},
        )
        return self.add(HEALTH_STATEMENT, payload, signer=self.diagnostics)

    def add_measurement(
        self, measurement: Measurement = MEASUREMENT, *, subject: str = SUBJECT
    ) -> IssuedCredential:
        """Sign and log what an inspection body measured, with the body's own key."""
        payload = measurement_payload(
            measurement, issuer_did=INSPECTOR_DID, subject=subject, issued_at=ISSUED_AT
        )
        return self.add(MEASUREMENT_STATEMENT, payload, signer=self.inspector)

    def add_figures(
        self, batches: list[bytes], *, figures: JsonObject, subject: str = SUBJECT
    ) -> IssuedCredential:
        """Sign and log a statement of figures that names these batches."""
        named = {sha256(batch): batch for batch in batches}
        self.batches |= named
        payload = statement_payload(
            FIGURES_STATEMENT,
            issuer_did=DID,
            subject=subject,
            issued_at=ISSUED_AT,
            claims=figures,
            batch_digests=named,
            device_keys={DEVICE: self.device_keys(DEVICE)},
        )
        return self.add(FIGURES_STATEMENT, payload, signer=self.diagnostics)

    def assemble(self, *, sections: tuple[str, ...] = (), with_evidence: bool = False) -> bytes:
        """Return a bundle, with what was measured if anything was."""
        return BundleAssembler(self, self, evidence=self, trust=self.trust()).assemble(
            BATTERY, sections=sections, with_evidence=with_evidence, with_measurement=True
        )

    # -- The ports ---------------------------------------------------------------------------

    def latest(self, kind: str, battery_id: UUID) -> IssuedCredential | None:
        assert battery_id == BATTERY
        return self.issued.get(kind)

    def anchored_checkpoint(self, *, covering: int) -> SignedCheckpoint:
        checkpoint = self.log.make_checkpoint()
        assert checkpoint.head.size > covering
        return checkpoint

    def prove_inclusion(self, index: int, checkpoint: SignedCheckpoint) -> bytes:
        return self.log.prove_inclusion(index, checkpoint)

    def batch(self, digest: bytes) -> bytes | None:
        return self.batches.get(digest)

    def device_keys(self, device_id: UUID) -> list[bytes]:
        present = self.device.public_key.coordinates
        return [present, *self.former_device_keys] if device_id == DEVICE else []


def issued_installation() -> Installation:
    """Return an installation with a passport, and a statement that names three batches."""
    installation = Installation()
    installation.add_passport()
    installation.add_statement([b"batch one", b"batch two", b"batch three" * 40])
    return installation


def as_document(bundle: bytes) -> dict[str, Any]:
    """Return the bundle as a document that a test may alter."""
    document = json.loads(bundle)
    assert isinstance(document, dict)
    return document


def as_bytes(document: object) -> bytes:
    """Return an altered document as a file."""
    return json.dumps(document, ensure_ascii=False).encode()
