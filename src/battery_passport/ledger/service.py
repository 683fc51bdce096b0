"""The log's use cases: put records in order, sign checkpoints, prove entries.

In: entries in outbox order, through ports. Out: indices, signed checkpoints, proofs.
The edge commits: each method's writes belong to one transaction of the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import Misconfigured
from battery_passport.ledger.audit import check_log, check_root
from battery_passport.ledger.checkpoint import Checkpoint, sign_checkpoint
from battery_passport.ledger.errors import EmptyLog, LogRolledBack, NoSuchEntry
from battery_passport.ledger.hashing import BulkHashes, PlainHashes
from battery_passport.ledger.merkle import EMPTY_ROOT
from battery_passport.ledger.model import SignedCheckpoint, TreeHead
from battery_passport.ledger.note import NoteSigner
from battery_passport.ledger.ports import CheckpointStore, TileStore
from battery_passport.ledger.tiles import append_entries
from battery_passport.ledger.tlog_proof import build_tlog_proof
from battery_passport.ledger.tree import TiledTree


@dataclass(frozen=True, slots=True)
class Sequenced:
    """The log indices that entries were given, in the order they were handed in."""

    indices: range
    head: TreeHead


class MerkleLog:
    """One append-only log; only the holder of the sequencer's lease may sequence and sign."""

    def __init__(
        self,
        tiles: TileStore,
        checkpoints: CheckpointStore,
        *,
        signer: NoteSigner,
        clock: Clock,
        hashes: BulkHashes | None = None,
    ) -> None:
        """`signer` is named as the log's origin; `hashes` is for those who append much."""
        self.origin = signer.name
        self._tiles = tiles
        self._checkpoints = checkpoints
        self._signer = signer
        self._clock = clock
        self._hashes = hashes or PlainHashes()
        self._checked: TreeHead | None = None

    def head(self) -> TreeHead:
        """Return the recorded size and root."""
        return self._checkpoints.tree_head()

    def sequence(self, entries: Sequence[bytes]) -> Sequenced:
        """Append entries in the order given and return their dense indices.

        Raises: TilesContradict if the tiles do not give the recorded tree; EntryTooLong.
        """
        before = self._checked_head()
        size = append_entries(self._tiles, before.size, entries, hashes=self._hashes)
        head = TreeHead(size=size, root=TiledTree(self._tiles, size).root())
        self._checkpoints.record_tree_head(head)
        self._checked = head
        return Sequenced(indices=range(before.size, size), head=head)

    def make_checkpoint(self) -> SignedCheckpoint:
        """Sign the recorded tree, or return the checkpoint that already covers it.

        Raises: EmptyLog; TilesContradict; LogRolledBack if an earlier checkpoint is not a part
        of the recorded tree.
        """
        head = self._checkpoints.tree_head()
        if head.size == 0:
            raise EmptyLog("An empty log has no checkpoint.")
        check_root(self._tiles, head)
        newest = self._checkpoints.latest()
        if newest is not None:
            self._refuse_second_history(newest.head, head)
            if newest.head == head:
                return newest
        note = sign_checkpoint(Checkpoint(origin=self.origin, head=head), [self._signer])
        checkpoint = SignedCheckpoint(head=head, note=note, signed_at=self._clock.now())
        self._checkpoints.add(checkpoint)
        return checkpoint

    def prove_inclusion(self, index: int, checkpoint: SignedCheckpoint) -> bytes:
        """Return the log proof of an entry under a checkpoint.

        Raises: NoSuchEntry if the checkpoint does not reach the entry; TilesContradict.
        """
        path = TiledTree(self._tiles, checkpoint.head.size).inclusion_path(index)
        return build_tlog_proof(index=index, path=path, checkpoint_note=checkpoint.note)

    def prove_consistency(self, old_size: int, new_size: int) -> list[bytes]:
        """Return the hashes that join an older tree of this log to a newer one.

        Raises: NoSuchEntry unless 0 < old <= new <= recorded size; TilesContradict.
        """
        if new_size > self.head().size:
            raise NoSuchEntry(f"The log has {self.head().size} entries, not {new_size}.")
        return TiledTree(self._tiles, new_size).consistency_path(old_size)

    def leaf_hash(self, index: int) -> bytes:
        """Return the logged hash of an entry. Raises: NoSuchEntry, TilesContradict."""
        return TiledTree(self._tiles, self.head().size).leaf_hash(index)

    def root_at(self, size: int) -> bytes | None:
        """Return the root over the first `size` entries; None beyond the end."""
        if not 0 <= size <= self.head().size:
            return None
        return TiledTree(self._tiles, size).root() if size else EMPTY_ROOT

    def check(self) -> None:
        """Return if every entry and tile gives the recorded tree. Raises: TilesContradict."""
        check_log(self._tiles, self.head())

    def _checked_head(self) -> TreeHead:
        """Return the recorded head after making sure that the tiles give it."""
        head = self._checkpoints.tree_head()
        if head != self._checked:
            check_root(self._tiles, head)
            self._checked = head
        return head

    def _refuse_second_history(self, signed: TreeHead, head: TreeHead) -> None:
        if signed.size > head.size:
            raise LogRolledBack(
                f"The log has {head.size} entries, but a checkpoint of {signed.size} was signed."
            )
        if TiledTree(self._tiles, signed.size).root() != signed.root:
            raise LogRolledBack(
                f"The first {signed.size} entries differ from those of a checkpoint signed earlier."
            )


def refuse_bad_origin(origin: str) -> None:
    """Return if the text can be a log's origin, as in `example.org/log`. Raises: Misconfigured."""
    if not origin.endswith("/log") or any(c.isspace() or c == "+" for c in origin):
        raise Misconfigured(
            f"{origin!r} cannot be a log origin.", remedy="Set it as in example.org/log."
        )
