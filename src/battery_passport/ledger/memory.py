"""Stores and a ledger that forget everything when the process ends; for tests and trials.

In: what the ports take. Out: what the ports promise, except durability.
"""

from collections.abc import Sequence

from battery_passport.foundation.clock import Clock
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import Conflict
from battery_passport.ledger.anchoring import extends
from battery_passport.ledger.model import (
    EMPTY_TREE,
    Anchor,
    AnchorReceipt,
    OutgoingTransaction,
    SignedCheckpoint,
    TreeHead,
)


class MemoryTileStore:
    """Tiles in a dictionary."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, index: int) -> bytes | None:
        return self.tiles.get((level, index))

    def put(self, level: int, index: int, content: bytes) -> None:
        self.tiles[level, index] = content


class MemoryCheckpointStore:
    """Checkpoints in a list."""

    def __init__(self) -> None:
        self._head = EMPTY_TREE
        self._checkpoints: list[SignedCheckpoint] = []

    def tree_head(self) -> TreeHead:
        return self._head

    def record_tree_head(self, head: TreeHead) -> None:
        self._head = head

    def latest(self) -> SignedCheckpoint | None:
        return self._checkpoints[-1] if self._checkpoints else None

    def add(self, checkpoint: SignedCheckpoint) -> None:
        newest = self.latest()
        if newest is not None and checkpoint.head.size <= newest.head.size:
            raise Conflict(f"A checkpoint of {newest.head.size} entries is already kept.")
        self._checkpoints.append(checkpoint)

    def larger_than(self, size: int, *, limit: int) -> Sequence[SignedCheckpoint]:
        return [each for each in self._checkpoints if each.head.size > size][:limit]


class MemoryAnchorLedger:
    """A chain of one process: nobody else can check its anchors."""

    finality = "memory only"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._anchors: list[Anchor] = []

    def latest(self) -> Anchor | None:
        return self._anchors[-1] if self._anchors else None

    def anchors(self) -> Sequence[Anchor]:
        return list(self._anchors)

    def find(self, head: TreeHead) -> Anchor | None:
        return next((each for each in self._anchors if each.head == head), None)

    def submit(self, head: TreeHead) -> AnchorReceipt:
        anchor = self.find(head)
        if anchor is None:
            anchor = extends(self.latest(), head, self._clock.now())
            self._anchors.append(anchor)
        return self._receipt(anchor)

    def submit_many(self, heads: Sequence[TreeHead]) -> list[AnchorReceipt]:
        return [self.submit(head) for head in heads]

    def receipts(self, *, from_block: int) -> Sequence[AnchorReceipt]:
        return [self._receipt(each) for each in self._anchors if each.number + 1 >= from_block]

    def block_hash(self, number: int) -> bytes | None:
        if not 0 < number <= len(self._anchors):
            return None
        anchors = self._anchors[:number]
        return sha256(b"".join(b"%d" % each.head.size + each.head.root for each in anchors))

    def _receipt(self, anchor: Anchor) -> AnchorReceipt:
        block_number = anchor.number + 1
        return AnchorReceipt(
            anchor=anchor,
            transaction_hash=sha256(b"%d" % anchor.number + anchor.head.root),
            block_number=block_number,
            block_hash=self.block_hash(block_number) or b"",
        )


class MemoryOutgoing:
    """Signed transactions of one process: a crash forgets those still on their way."""

    def __init__(self) -> None:
        self._kept: dict[bytes, OutgoingTransaction] = {}
        self._blocks: dict[bytes, int] = {}

    def keep(self, transactions: Sequence[OutgoingTransaction]) -> None:
        self._kept |= {each.transaction_hash: each for each in transactions}

    def from_nonce(self, account: str, chain_id: int, nonce: int) -> Sequence[OutgoingTransaction]:
        newest_first = self._of(account, chain_id)[::-1]
        found = [each for each in newest_first if each.nonce >= nonce]
        return sorted(found, key=lambda each: each.nonce)

    def note_blocks(self, blocks: Sequence[tuple[bytes, int]]) -> None:
        self._blocks |= dict(blocks)

    def forget(self, account: str, chain_id: int, *, from_nonce: int) -> None:
        for each in self.from_nonce(account, chain_id, from_nonce):
            del self._kept[each.transaction_hash]

    def forget_settled(self, account: str, chain_id: int, *, below_block: int) -> None:
        for each in self._of(account, chain_id):
            if self._blocks.get(each.transaction_hash, below_block) < below_block:
                del self._kept[each.transaction_hash]

    def _of(self, account: str, chain_id: int) -> list[OutgoingTransaction]:
        owned = (account, chain_id)
        return [each for each in self._kept.values() if (each.account, each.chain_id) == owned]
