"""Bundles made from what an installation stores, and checked before they are handed out.

In: a battery, the sections to show, ports. Out: bundle bytes that verify under the own trust file.
"""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from battery_passport.credentials.jws import parse_jws
from battery_passport.credentials.sd_jwt_verification import open_disclosures
from battery_passport.credentials.status_list import read_status_place
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.proof.bundle import encode_bundle
from battery_passport.proof.errors import (
    BundleTooLarge,
    NothingToProve,
    PassportRevoked,
    PassportSuspended,
)
from battery_passport.proof.model import (
    CLAIMS_OF,
    CONSORTIUM_NETWORK,
    DEVELOPMENT_LEDGER,
    HEALTH_STATEMENT,
    MEASUREMENT_STATEMENT,
    PASSPORT,
    PUBLIC_BUNDLE_LIMIT_BYTES,
    Anchor,
    Bundle,
    LoggedCredential,
    LoggedState,
    LogRecord,
)
from battery_passport.proof.ports import (
    CredentialSource,
    EvidenceSource,
    FurtherProofs,
    IssuedCredential,
    NothingFurther,
    ProofLog,
)
from battery_passport.proof.records import parse_record_bytes
from battery_passport.proof.statement import (
    NamedEvidence,
    device_thumbprint,
    named_evidence,
)
from battery_passport.proof.trust import TrustFile
from battery_passport.proof.verification import verify_bundle


class BundleAssembler:
    """Makes bundles for one installation."""

    def __init__(
        self,
        credentials: CredentialSource,
        log: ProofLog,
        *,
        evidence: EvidenceSource,
        trust: TrustFile,
        further: FurtherProofs | None = None,
    ) -> None:
        self._credentials = credentials
        self._log = log
        self._evidence = evidence
        self._trust = trust
        self._further = further or NothingFurther()

    def assemble(
        self,
        battery_id: UUID,
        *,
        sections: Collection[str] = (),
        with_evidence: bool = False,
        with_measurement: bool = False,
    ) -> bytes:
        """Return the bundle of a battery's newest passport that shows the named sections.

        Sections the passport does not have are left out. `with_evidence` adds the newest statements
        of diagnostics, their batches and the device keys, `with_measurement` what an inspection
        body measured last, if there is anything.
        Raises: NothingToProve, BundleTooLarge, TemporarilyUnavailable; VerificationFailed if what
        is stored does not hold together.
        """
        passport = self._newest(PASSPORT, battery_id)
        stated = self._statements(battery_id) if with_evidence else []
        last = max(each.log_index for each in (passport, *stated))
        checkpoint = self._log.anchored_checkpoint(covering=last)
        measured = self._measurement(battery_id, checkpoint) if with_measurement else []
        statements = [*stated, *measured]
        evidence = [_evidence_of(statement) for statement in stated]
        logged, status = self._logged(passport, checkpoint, sections), self._status(passport)
        tokens = [each.sd_jwt.issuer_jwt for each in (passport, *statements)]
        bundle = Bundle(
            passport=logged,
            state=self._state(logged.record, checkpoint),
            status=status,
            anchor=self._anchor(checkpoint),
            issuer_keys=self._issuer_keys([*tokens, *([] if status is None else [status])]),
            statements=tuple(self._logged(each, checkpoint, ()) for each in statements),
            device_keys=self._device_keys(evidence) if with_evidence else None,
            batches=self._batches(evidence) if with_evidence else None,
        )
        octets = encode_bundle(bundle)
        self._check(octets)
        is_public = not sections and not statements
        if is_public and len(octets) > PUBLIC_BUNDLE_LIMIT_BYTES:
            raise BundleTooLarge(
                f"The public bundle has {len(octets)} bytes, limit {PUBLIC_BUNDLE_LIMIT_BYTES}."
            )
        return octets

    def _check(self, octets: bytes) -> None:
        """Return if the bundle holds; one that says a passport no longer counts is given out too.

        Raises: VerificationFailed.
        """
        with suppress(PassportRevoked, PassportSuspended):
            verify_bundle(octets, self._trust.encode())

    def _newest(self, kind: str, battery_id: UUID) -> IssuedCredential:
        found = self._credentials.latest(kind, battery_id)
        if found is None:
            raise NothingToProve(f"The battery has no {kind} in the log yet.")
        return found

    def _statements(self, battery_id: UUID) -> list[IssuedCredential]:
        found = [self._credentials.latest(kind, battery_id) for kind in CLAIMS_OF]
        if not any(found):
            raise NothingToProve(f"The battery has no {HEALTH_STATEMENT} in the log yet.")
        return [each for each in found if each is not None]

    def _measurement(
        self, battery_id: UUID, checkpoint: SignedCheckpoint
    ) -> list[IssuedCredential]:
        """Return what was measured last; nobody waits for one that is not anchored yet."""
        found = self._credentials.latest(MEASUREMENT_STATEMENT, battery_id)
        return [] if found is None or found.log_index >= checkpoint.head.size else [found]

    def _logged(
        self, issued: IssuedCredential, checkpoint: SignedCheckpoint, sections: Collection[str]
    ) -> LoggedCredential:
        names = [name for name in sections if name in issued.sd_jwt.disclosures]
        return LoggedCredential(
            credential=issued.sd_jwt.present(names),
            record=parse_record_bytes(issued.record),
            salt=issued.salt,
            tlog_proof=self._log.prove_inclusion(issued.log_index, checkpoint).decode(),
        )

    def _state(self, record: LogRecord, checkpoint: SignedCheckpoint) -> LoggedState | None:
        """Return the proof that the version is the latest; None if no epoch knows it as such."""
        found = self._further.state(record.key, under_size=checkpoint.head.size)
        if found is None or (found.leaf.seq, found.leaf.cred) != (record.seq, record.cred):
            return None
        return LoggedState(
            proof=found.proof,
            salt=found.salt,
            tlog_proof=self._log.prove_inclusion(found.log_index, checkpoint).decode(),
        )

    def _status(self, passport: IssuedCredential) -> str | None:
        place = read_status_place(_payload_of(passport))
        return None if place is None else self._further.status(place)

    def _anchor(self, checkpoint: SignedCheckpoint) -> Anchor:
        finality = self._further.finality(checkpoint)
        return Anchor(
            ledger=DEVELOPMENT_LEDGER if finality is None else CONSORTIUM_NETWORK,
            checkpoint=checkpoint.note.decode(),
            finality=finality,
        )

    def _issuer_keys(self, tokens: list[str]) -> tuple[JsonObject, ...]:
        names = {parse_jws(token).key_id for token in tokens}
        keys = {each.key.key_id: each.key for each in self._trust.keys if each.key.key_id in names}
        return tuple(key.as_jwk() for key in keys.values())

    def _batches(self, evidence: list[NamedEvidence]) -> tuple[bytes, ...]:
        found: list[bytes] = []
        for digest in sorted({digest for each in evidence for digest in each.batches}):
            batch = self._evidence.batch(digest)
            if batch is None:
                raise NothingToProve(f"The batch {digest.hex()} is no longer stored.", remedy="")
            found.append(batch)
        return tuple(found)

    def _device_keys(self, evidence: list[NamedEvidence]) -> dict[str, tuple[bytes, ...]]:
        named: dict[str, set[str]] = {}
        for each in evidence:
            for device, thumbprints in each.device_thumbprints.items():
                named.setdefault(device, set()).update(thumbprints)
        return {device: self._keys_of(device, named[device]) for device in sorted(named)}

    def _keys_of(self, device: str, thumbprints: set[str]) -> tuple[bytes, ...]:
        stored = self._evidence.device_keys(UUID(device))
        known = {device_thumbprint(key): key for key in stored}
        if not thumbprints <= known.keys():
            raise NothingToProve(f"The key of device {device} is not stored.", remedy="")
        return tuple(known[each] for each in sorted(thumbprints))


def _evidence_of(statement: IssuedCredential) -> NamedEvidence:
    return named_evidence(_payload_of(statement), parse_record_bytes(statement.record).type)


def _payload_of(issued: IssuedCredential) -> JsonObject:
    payload, _ = open_disclosures(parse_jws(issued.sd_jwt.issuer_jwt).payload, ())
    return payload
