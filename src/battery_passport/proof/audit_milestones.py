"""The roots that somebody committed to: checkpoints and anchors, each checked by itself.

In: checkpoints, anchors on the chain and what the store remembers of them, each by size. Out: one
stream of committed roots by size; the first that contradicts the others raises.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import NamedTuple

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.model import Anchor, AnchorReceipt, SignedCheckpoint, TreeHead
from battery_passport.ledger.tlog_proof import LogTrust, open_log_checkpoint
from battery_passport.proof.audit_cosignatures import check_cosignature
from battery_passport.proof.audit_state import AuditState
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.ports import (
    AnchoredRoots,
    RememberedAnchor,
    StoredCosignature,
    StoredLog,
)

_ANCHOR, _REMEMBERED, _CHECKPOINT, _COSIGNATURE = range(4)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A root that somebody committed to; `receipt` if it is an anchor."""

    name: str
    head: TreeHead
    receipt: AnchorReceipt | None = None

    def note_in(self, state: AuditState) -> None:
        """Count the milestone in a state, once it has held."""
        if self.receipt is None:
            state.checkpoints += 1
            return
        anchor = self.receipt.anchor
        state.anchors, state.anchor_root = anchor.number + 1, anchor.head.root
        state.anchor_block = self.receipt.block_number


class _Found(NamedTuple):
    """Something of a size; at one size anchors come first, then what is remembered of them,
    then the checkpoint and last who cosigned it.
    """

    size: int
    rank: int
    value: AnchorReceipt | RememberedAnchor | SignedCheckpoint | StoredCosignature


class Milestones:
    """The committed roots of a log from where an audit goes on."""

    def __init__(
        self, log: StoredLog, chain: AnchoredRoots, trust: LogTrust, state: AuditState
    ) -> None:
        self._log = log
        self._chain = chain
        self._trust = trust
        self._state = state
        self._number = state.anchors
        self._root = state.anchor_root
        self._newest: Anchor | None = chain.latest()
        self._last: AnchorReceipt | None = None
        self._signed: SignedCheckpoint | None = None

    def __iter__(self) -> Iterator[Milestone]:
        """Yield committed roots by size. Raises: StoredRecordAltered, ChainUnavailable."""
        size = self._state.size
        streams = (
            (
                _Found(each.anchor.head.size, _ANCHOR, each)
                for each in self._chain.receipts(from_block=self._state.anchor_block)
                if each.anchor.number >= self._state.anchors
            ),
            (
                _Found(each.head.size, _REMEMBERED, each)
                for each in self._log.remembered_anchors(beyond_size=size)
            ),
            (
                _Found(each.head.size, _CHECKPOINT, each)
                for each in self._log.checkpoints(beyond_size=size)
            ),
            (
                _Found(each.size, _COSIGNATURE, each)
                for each in self._log.cosignatures(beyond_size=size)
            ),
        )
        for found in merge(*streams, key=lambda each: each[:2]):
            if isinstance(found.value, AnchorReceipt):
                yield self._anchor(found.value)
            elif isinstance(found.value, RememberedAnchor):
                self._compare_memory(found.value)
            elif isinstance(found.value, StoredCosignature):
                counts = check_cosignature(found.value, self._signed, self._trust)
                self._state.cosignatures += counts
            else:
                yield self._checkpoint(found.value)
        self._check_newest()

    def _anchor(self, receipt: AnchorReceipt) -> Milestone:
        anchor = receipt.anchor
        name = f"Anchor {anchor.number} on the chain, in block {receipt.block_number}"
        if (anchor.number, anchor.previous_root) != (self._number, self._root):
            raise StoredRecordAltered(f"{name}, does not follow the one before.")
        self._number, self._root = anchor.number + 1, anchor.head.root
        self._last = receipt
        return Milestone(name, anchor.head, receipt)

    def _compare_memory(self, remembered: RememberedAnchor) -> None:
        size = remembered.head.size
        found = self._anchored(remembered.head)
        if found is None:
            raise StoredRecordAltered(
                f"The checkpoint of {size} entries was anchored in block "
                f"{remembered.block_number}, but the chain does not hold it."
            )
        said = (remembered.number, remembered.anchored_at)
        differs = said != (found.anchor.number, found.anchor.anchored_at) or any(
            noted is not None and noted != there
            for noted, there in (
                (remembered.block_number, found.block_number),
                (remembered.block_hash, found.block_hash),
                (remembered.transaction_hash, found.transaction_hash),
            )
        )
        if differs:
            raise StoredRecordAltered(
                f"The checkpoint of {size} entries is noted under another anchor than that of "
                f"block {found.block_number}."
            )

    def _checkpoint(self, checkpoint: SignedCheckpoint) -> Milestone:
        head, self._signed = checkpoint.head, checkpoint
        name = f"The checkpoint of {head.size} entries"
        self._check_signature(name, checkpoint)
        overtaken = self._newest is not None and head.size < self._newest.head.size
        if overtaken and self._anchored(head) is None:
            raise StoredRecordAltered(f"{name} was anchored, but the chain does not hold it.")
        return Milestone(name, head)

    def _check_signature(self, name: str, checkpoint: SignedCheckpoint) -> None:
        try:
            signed = open_log_checkpoint(checkpoint.note, self._trust)
        except BatteryPassportError as error:
            raise StoredRecordAltered(f"{name} does not hold: {error.message}") from error
        if signed.head != checkpoint.head:
            raise StoredRecordAltered(f"{name} is stored with another size or root than it signs.")

    def _anchored(self, head: TreeHead) -> AnchorReceipt | None:
        """Return the anchor of that very root, if the chain has just told of it."""
        return self._last if self._last is not None and self._last.anchor.head == head else None

    def _check_newest(self) -> None:
        """Compare the contract's events with the newest anchor that it keeps itself."""
        newest = -1 if self._newest is None else self._newest.number
        if self._number <= newest:
            raise StoredRecordAltered(
                f"The contract holds {newest + 1} anchors, but tells of {self._number}."
            )
