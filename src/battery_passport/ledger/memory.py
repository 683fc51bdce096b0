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
        return AnchorReceipt(
            anchor=anchor,
            transaction_hash=sha256(b"%d" % anchor.number + head.root),
            block_number=anchor.number + 1,
        )
