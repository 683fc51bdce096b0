"""What the log asks of the outside: places for tiles and checkpoints, and a chain.

In: nothing. Out: the Protocols that adapters fulfil; tests/ports holds the suites they must pass.
"""

from collections.abc import Sequence
from typing import Protocol

from battery_passport.ledger.model import (
    Anchor,
    AnchorReceipt,
    OutgoingTransaction,
    SignedCheckpoint,
    TreeHead,
)


class TileReader(Protocol):
    """Gives back stored tiles."""

    def get(self, level: int, index: int) -> bytes | None:
        """Return the widest content stored for a tile, or None.

        Level 0 and above are hash tiles; `tiles.ENTRIES_LEVEL` holds the entry bundles.
        """
        ...


class TileStore(TileReader, Protocol):
    """Keeps one content for each tile, the widest."""

    def put(self, level: int, index: int, content: bytes) -> None:
        """Store a tile's content in place of what was there."""
        ...


class CheckpointReader(Protocol):
    """Gives back the checkpoints that were signed."""

    def larger_than(self, size: int, *, limit: int) -> Sequence[SignedCheckpoint]:
        """Return up to `limit` checkpoints of a greater size, the smallest first."""
        ...


class CheckpointStore(CheckpointReader, Protocol):
    """Keeps the size and root of the tree, and every checkpoint ever signed.

    Its writes belong to the same transaction as those to the tiles.
    """

    def tree_head(self) -> TreeHead:
        """Return the recorded tree head; `EMPTY_TREE` before the first."""
        ...

    def record_tree_head(self, head: TreeHead) -> None: ...

    def latest(self) -> SignedCheckpoint | None:
        """Return the checkpoint of the greatest size."""
        ...

    def add(self, checkpoint: SignedCheckpoint) -> None:
        """Keep a checkpoint; its size is greater than that of every other."""
        ...


class AnchorLedger(Protocol):
    """A chain that keeps roots in order, each naming the one before."""

    @property
    def finality(self) -> str:
        """What an anchor here is worth: `development ledger`, or how blocks become final."""
        ...

    def latest(self) -> Anchor | None:
        """Return the newest anchor. Raises: ChainUnavailable."""
        ...

    def anchors(self) -> Sequence[Anchor]:
        """Return every anchor of this log's origin, the oldest first. Raises: ChainUnavailable."""
        ...

    def find(self, head: TreeHead) -> Anchor | None:
        """Return the anchor of that size and root. Raises: ChainUnavailable."""
        ...

    def submit(self, head: TreeHead) -> AnchorReceipt:
        """Anchor a tree head, or return the receipt of the anchor that is already there.

        Returns once the anchor is durable. A head that is not larger than the newest anchor and
        is not itself anchored is refused.
        Raises: ChainUnavailable, AnchorContradictsLog.
        """
        ...

    def submit_many(self, heads: Sequence[TreeHead]) -> list[AnchorReceipt]:
        """Anchor tree heads, the smallest first, as `submit` does, in as few blocks as it takes.

        Raises: ChainUnavailable, after which some are anchored and the others are not.
        """
        ...

    def receipts(self, *, from_block: int) -> Sequence[AnchorReceipt]:
        """Return the anchors made in that block or later, the oldest first.

        Raises: ChainUnavailable.
        """
        ...

    def block_hash(self, number: int) -> bytes | None:
        """Return a block's hash, or None if there is no such block. Raises: ChainUnavailable."""
        ...


class OutgoingTransactions(Protocol):
    """Keeps signed transactions, because one that was sent may still be carried out."""

    def keep(self, transactions: Sequence[OutgoingTransaction]) -> None:
        """Keep transactions; they are durable on return."""
        ...

    def from_nonce(self, account: str, chain_id: int, nonce: int) -> Sequence[OutgoingTransaction]:
        """Return what an account signed from a nonce on, by nonce, the newest first in each."""
        ...

    def note_blocks(self, blocks: Sequence[tuple[bytes, int]]) -> None:
        """Remember which block each transaction is in, by its hash."""
        ...

    def forget(self, account: str, chain_id: int, *, from_nonce: int) -> None:
        """Forget what the chain will never take."""
        ...

    def forget_settled(self, account: str, chain_id: int, *, below_block: int) -> None:
        """Forget transactions in blocks below a number."""
        ...
