"""Bundles made from what an installation stores, and checked before they are handed out.

In: a battery, the sections to show, ports. Out: bundle bytes that verify under the own trust file.
"""

from collections.abc import Collection
from uuid import UUID

from battery_passport.credentials.jws import parse_jws
from battery_passport.credentials.sd_jwt_verification import open_disclosures
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.proof.bundle import encode_bundle
from battery_passport.proof.errors import BundleTooLarge, NothingToProve
from battery_passport.proof.model import (
    DEVELOPMENT_LEDGER,
    HEALTH_STATEMENT,
    PASSPORT,
    PUBLIC_BUNDLE_LIMIT_BYTES,
    Anchor,
    Bundle,
    LoggedCredential,
)
from battery_passport.proof.ports import (
    CredentialSource,
    EvidenceSource,
    IssuedCredential,
    ProofLog,
)
from battery_passport.proof.records import parse_record_bytes
from battery_passport.proof.statement import NamedEvidence, named_evidence
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
    ) -> None:
        self._credentials = credentials
        self._log = log
        self._evidence = evidence
        self._trust = trust

    def assemble(
        self, battery_id: UUID, *, sections: Collection[str] = (), with_evidence: bool = False
    ) -> bytes:
        """Return the bundle of a battery's newest passport that shows the named sections.

        Sections the passport does not have are left out. `with_evidence` adds the newest health
        statement, its batches and their device keys.
        Raises: NothingToProve, BundleTooLarge, TemporarilyUnavailable; VerificationFailed if what
        is stored does not hold together.
        """
        passport = self._newest(PASSPORT, battery_id)
        statements = [self._newest(HEALTH_STATEMENT, battery_id)] if with_evidence else []
        last = max(each.log_index for each in (passport, *statements))
        checkpoint = self._log.anchored_checkpoint(covering=last)
        evidence = [_evidence_of(statement) for statement in statements]
        bundle = Bundle(
            passport=self._logged(passport, checkpoint, sections),
            anchor=Anchor(ledger=DEVELOPMENT_LEDGER, checkpoint=checkpoint.note.decode()),
            issuer_keys=self._issuer_keys([passport, *statements]),
            statements=tuple(self._logged(each, checkpoint, ()) for each in statements),
            device_keys=self._device_keys(evidence) if with_evidence else None,
            batches=self._batches(evidence) if with_evidence else None,
        )
        octets = encode_bundle(bundle)
        verify_bundle(octets, self._trust.encode())
        is_public = not sections and not with_evidence
        if is_public and len(octets) > PUBLIC_BUNDLE_LIMIT_BYTES:
            raise BundleTooLarge(
                f"The public bundle has {len(octets)} bytes, limit {PUBLIC_BUNDLE_LIMIT_BYTES}."
            )
        return octets

    def _newest(self, kind: str, battery_id: UUID) -> IssuedCredential:
        found = self._credentials.latest(kind, battery_id)
        if found is None:
            raise NothingToProve(f"The battery has no {kind} in the log yet.")
        return found

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

    def _issuer_keys(self, issued: list[IssuedCredential]) -> tuple[JsonObject, ...]:
        names = {parse_jws(each.sd_jwt.issuer_jwt).key_id for each in issued}
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

    def _device_keys(self, evidence: list[NamedEvidence]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for device in sorted({name for each in evidence for name in each.device_thumbprints}):
            key = self._evidence.device_key(UUID(device))
            if key is None:
                raise NothingToProve(f"The key of device {device} is not stored.", remedy="")
            found[device] = key
        return found


def _evidence_of(statement: IssuedCredential) -> NamedEvidence:
    payload, _ = open_disclosures(parse_jws(statement.sd_jwt.issuer_jwt).payload, ())
    return named_evidence(payload)
