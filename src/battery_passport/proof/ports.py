"""What proof asks of the outside: issued credentials, the log, evidence, and stored records.

In: nothing. Out: the Protocols that adapters and assembly fulfil.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from battery_passport.credentials.sd_jwt import SdJwt
from battery_passport.credentials.status_list import StatusPlace
from battery_passport.ledger.audit import TileWalk
from battery_passport.ledger.finality.model import FinalityProof
from battery_passport.ledger.model import Anchor, AnchorReceipt, SignedCheckpoint, TreeHead
from battery_passport.ledger.state_proof import StateProof
from battery_passport.ledger.state_tree import StateLeaf


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCredential:
    """A signed credential with the record, salt and place of its log entry."""

    sd_jwt: SdJwt
    record: bytes
    salt: bytes
    log_index: int


class CredentialSource(Protocol):
    """Gives back credentials that are in the log."""

    def latest(self, kind: str, battery_id: UUID) -> IssuedCredential | None:
        """Return a battery's newest credential of that kind that has a log index.

        Of measurements it is the newest that its inspection body has not taken back.
        """
        ...


class ProofLog(Protocol):
    """The log as far as proofs need it."""

    def anchored_checkpoint(self, *, covering: int) -> SignedCheckpoint:
        """Return an anchored checkpoint of more than `covering` entries.

        Raises: TemporarilyUnavailable if there is none within the time a caller waits.
        """
        ...

    def prove_inclusion(self, index: int, checkpoint: SignedCheckpoint) -> bytes:
        """Return the log proof of an entry under a checkpoint."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenState:
    """The latest version of a passport as of an epoch, and where the epoch is in the log."""

    leaf: StateLeaf
    proof: StateProof
    salt: bytes
    log_index: int


class FurtherProofs(Protocol):
    """What a bundle can show beyond the log: None where there is nothing of the kind."""

    def state(self, key: bytes, *, under_size: int) -> ProvenState | None:
        """Return a battery's latest version as of an epoch in a log of that size."""
        ...

    def status(self, place: StatusPlace) -> str | None:
        """Return the token of the status list that holds a place, as of now."""
        ...

    def finality(self, checkpoint: SignedCheckpoint) -> FinalityProof | None:
        """Return what validators agreed on about a checkpoint; None on the development ledger.

        Raises: TemporarilyUnavailable if the network does not answer.
        """
        ...


class NothingFurther:
    """Fulfils `FurtherProofs` where there is no state, no status list and no network."""

    def state(self, _key: bytes, *, under_size: int) -> ProvenState | None:
        """Return None, whatever the size."""
        del under_size
        return None

    def status(self, _place: StatusPlace) -> str | None:
        """Return None."""
        return None

    def finality(self, _checkpoint: SignedCheckpoint) -> FinalityProof | None:
        """Return None."""
        return None


class EvidenceSource(Protocol):
    """Gives back evidence and the keys that signed it."""

    def batch(self, digest: bytes) -> bytes | None:
        """Return the verbatim bytes of a batch; None if it was erased."""
        ...

    def device_keys(self, device_id: UUID) -> Sequence[bytes]:
        """Return every Ed25519 public key that a device ever had."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One outbox row and the record it stands for, as they are stored.

    `name` is what a person looks the record up by. `record` is None if the bytes are gone and
    `erased` says that this was meant. A credential also has its JWT and disclosures by name. Where
    digest and salt were erased too, `buried_leaf` is the entry hash that a signed tombstone names.
    """

    kind: str
    name: str
    digest: bytes
    salt: bytes
    log_index: int | None
    record: bytes | None
    issuer_jwt: str | None = None
    disclosures: Mapping[str, str] | None = None
    erased: bool = False
    buried_leaf: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedAnchor:
    """Where the store says that a checkpoint is anchored; None what it does not know."""

    head: TreeHead
    number: int
    block_number: int | None
    block_hash: bytes | None
    transaction_hash: bytes | None
    anchored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCosignature:
    """A witness's signature line under the checkpoint of a size, as it is stored."""

    size: int
    witness: str
    line: str


class StoredRecords(Protocol):
    """Every record that was ever announced."""

    def in_log_order(self, following: int = 0) -> Iterator[StoredRecord]:
        """Yield the records that have a log index, in its order, from one on."""
        ...

    def pending(self) -> Iterator[StoredRecord]:
        """Yield the records that wait for a log index."""
        ...

    def unannounced(self) -> Iterator[str]:
        """Yield the names of stored records that no outbox row stands for."""
        ...


class StoredLog(Protocol):
    """The log as it is stored."""

    def head(self) -> TreeHead:
        """Return the recorded size and root."""
        ...

    def tiles(self, following: int, open_hashes: list[list[bytes]]) -> TileWalk:
        """Return a walk over the tiles from one on, each checked against entries and above."""
        ...

    def checkpoints(self, *, beyond_size: int) -> Iterator[SignedCheckpoint]:
        """Yield every checkpoint of a greater size, the smallest first."""
        ...

    def remembered_anchors(self, *, beyond_size: int) -> Iterator[RememberedAnchor]:
        """Yield what the store remembers of anchors of greater sizes, the smallest first."""
        ...

    def cosignatures(self, *, beyond_size: int) -> Iterator[StoredCosignature]:
        """Yield the cosignatures of checkpoints of greater sizes, the smallest first."""
        ...


class AnchoredRoots(Protocol):
    """The chain's own account of what was anchored."""

    def latest(self) -> Anchor | None:
        """Return the newest anchor. Raises: ChainUnavailable."""
        ...

    def receipts(self, *, from_block: int) -> Iterable[AnchorReceipt]:
        """Return every anchor of this log made in that block or later, the oldest first.

        Raises: ChainUnavailable.
        """
        ...
