"""The record store as proof asks for it: credentials in the log, checkpoints, evidence.

In: a read transaction. Out: the ports of `proof`, joined to rows.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.anchoring import NotAnchoredYet
from battery_passport.assembly.issuing import stored_token
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.model import SignedCheckpoint
from battery_passport.ledger.service import MerkleLog
from battery_passport.proof.ports import IssuedCredential


class SqlCredentialSource:
    """Fulfils `proof.ports.CredentialSource`."""

    def __init__(self, connection: Connection) -> None:
        self._credentials = CredentialStore(connection)
        self._facts = FactStore(connection)

    def latest(self, kind: str, battery_id: UUID) -> IssuedCredential | None:
        """Return a battery's newest credential of that kind that has a log index."""
        credential = self._credentials.latest(kind, battery_id)
        fact = None if credential is None else self._facts.by_digest(sha256(credential.record))
        if credential is None or fact is None or fact.log_index is None:
            return None
        return IssuedCredential(
            sd_jwt=stored_token(credential),
            record=credential.record,
            salt=fact.salt,
            log_index=fact.log_index,
        )


class SqlProofLog:
    """Fulfils `proof.ports.ProofLog` with what is anchored already."""

    def __init__(self, connection: Connection, log_of: Callable[[Connection], MerkleLog]) -> None:
        self._checkpoints = SqlCheckpointStore(connection)
        self._log = log_of(connection)

    def anchored_checkpoint(self, *, covering: int) -> SignedCheckpoint:
        """Return an anchored checkpoint of more than `covering` entries."""
        found = self._checkpoints.first_covering(covering)
        if found is None:
            raise NotAnchoredYet(f"Log entry {covering} is under no anchored checkpoint yet.")
        return found.checkpoint

    def prove_inclusion(self, index: int, checkpoint: SignedCheckpoint) -> bytes:
        """Return the log proof of an entry under a checkpoint."""
        return self._log.prove_inclusion(index, checkpoint)


class SqlEvidenceSource:
    """Fulfils `proof.ports.EvidenceSource`."""

    def __init__(self, connection: Connection) -> None:
        self._evidence = EvidenceStore(connection)
        self._registry = RegistryStore(connection)

    def batch(self, digest: bytes) -> bytes | None:
        """Return the verbatim bytes of a batch."""
        return self._evidence.by_digest(digest)

    def device_key(self, device_id: UUID) -> bytes | None:
        """Return a device's Ed25519 public key."""
        device = self._registry.device(device_id)
        return None if device is None else device.public_key
