"""The record store as proof asks for it: credentials in the log, checkpoints, evidence.

In: a read transaction. Out: the ports of `proof`, joined to rows.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.states import StateStore
from battery_passport.assembly.anchoring import NotAnchoredYet
from battery_passport.assembly.cosigning import proven_checkpoint
from battery_passport.assembly.evidence.reader import EvidenceReader
from battery_passport.assembly.inspecting import standing_statement
from battery_passport.assembly.recorded import stored_token
from battery_passport.assembly.statuses import StatusPublisher
from battery_passport.assembly.witness_settings import WitnessSettings
from battery_passport.credentials.status_list import StatusPlace
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import TemporarilyUnavailable
from battery_passport.ledger.finality.model import FinalityProof
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.service import MerkleLog
from battery_passport.proof.model import MEASUREMENT_STATEMENT
from battery_passport.proof.ports import IssuedCredential, ProvenState


class NotSealedYet(TemporarilyUnavailable):
    """What is to be proven was issued a moment ago and has no place in the log yet."""

    code = "not-sealed-yet"
    remedy = "Try again in a few seconds."


class SqlCredentialSource:
    """Fulfils `proof.ports.CredentialSource`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._credentials = CredentialStore(connection)
        self._facts = FactStore(connection)

    def latest(self, kind: str, battery_id: UUID) -> IssuedCredential | None:
        """Return a battery's newest credential of that kind, or None.

        A measurement without a place in the log is left out for now.
        Raises: NotSealedYet while the log has not yet given it a place.
        """
        credential = (
            standing_statement(self._connection, battery_id)
            if kind == MEASUREMENT_STATEMENT
            else self._credentials.latest(kind, battery_id)
        )
        fact = None if credential is None else self._facts.by_digest(sha256(credential.record))
        if credential is None or fact is None:
            return None
        if fact.log_index is None and kind == MEASUREMENT_STATEMENT:
            return None
        if fact.log_index is None:
            raise NotSealedYet(f"Version {credential.sequence} waits for its place in the log.")
        return IssuedCredential(
            sd_jwt=stored_token(credential),
            record=credential.record,
            salt=fact.salt,
            log_index=fact.log_index,
        )


class SqlProofLog:
    """Fulfils `proof.ports.ProofLog` with what is anchored, and cosigned, already."""

    def __init__(
        self,
        connection: Connection,
        log_of: Callable[[Connection], MerkleLog],
        *,
        witnesses: WitnessSettings,
    ) -> None:
        self._connection = connection
        self._witnesses = witnesses
        self._log = log_of(connection)

    def anchored_checkpoint(self, *, covering: int) -> SignedCheckpoint:
        """Return the newest anchored checkpoint, if it is of more than `covering` entries.

        The newest, because it covers the newest state: what is latest is then known as of today.
        """
        found = proven_checkpoint(self._connection, self._witnesses, covering=covering)
        if found is None:
            raise NotAnchoredYet(f"Log entry {covering} is under no anchored checkpoint yet.")
        return found

    def prove_inclusion(self, index: int, checkpoint: SignedCheckpoint) -> bytes:
        """Return the log proof of an entry under a checkpoint."""
        return self._log.prove_inclusion(index, checkpoint)


class SqlEvidenceSource:
    """Fulfils `proof.ports.EvidenceSource`."""

    def __init__(self, connection: Connection, evidence: EvidenceReader) -> None:
        self._evidence = evidence
        self._devices = DeviceStore(connection)

    def batch(self, digest: bytes) -> bytes | None:
        """Return the verbatim bytes of a batch."""
        return self._evidence.by_digest(digest)

    def device_keys(self, device_id: UUID) -> list[bytes]:
        """Return every Ed25519 public key that a device ever had."""
        return self._devices.keys(device_id)


class SqlFurtherProofs:
    """Fulfils `proof.ports.FurtherProofs` with what is stored, and what the network answers."""

    def __init__(
        self,
        connection: Connection,
        *,
        publisher: StatusPublisher,
        moment: datetime,
        finality_of: Callable[[SignedCheckpoint], FinalityProof | None],
    ) -> None:
        self._connection = connection
        self._publisher = publisher
        self._moment = moment
        self._finality_of = finality_of

    def state(self, key: bytes, *, under_size: int) -> ProvenState | None:
        """Return a battery's latest version as of the newest epoch in a log of that size."""
        found = StateStore(self._connection).latest_state(key, under_size=under_size)
        if found is None:
            return None
        return ProvenState(
            leaf=found.leaf, proof=found.proof, salt=found.salt, log_index=found.log_index
        )

    def status(self, place: StatusPlace) -> str | None:
        """Return the token of the status list that holds a place, as of now."""
        return self._publisher.token_of(self._connection, place, self._moment)

    def finality(self, checkpoint: SignedCheckpoint) -> FinalityProof | None:
        """Return what validators agreed on about a checkpoint."""
        return self._finality_of(checkpoint)
