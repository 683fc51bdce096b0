"""Which checkpoint goes to the chain next, and how far the chain lags behind the log.

In: signed checkpoints and the chain's newest anchor. Out: anchors made once each, in order.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from battery_passport.foundation.clock import Clock
from battery_passport.ledger.errors import AnchorContradictsLog
from battery_passport.ledger.model import (
    Anchor,
    AnchorLag,
    AnchorReceipt,
    SignedCheckpoint,
    TreeHead,
)
from battery_passport.ledger.ports import AnchorLedger, CheckpointReader

BATCH = 100
"""Checkpoints anchored at once; after a long outage there may be thousands."""

DEVELOPMENT_LEDGER = "development ledger"
CONSORTIUM_NETWORK = "consortium network"
_FINAL_IN_A_BLOCK = frozenset({CONSORTIUM_NETWORK})

NO_ROOT = bytes(32)
"""What the first anchor names as the root before it."""


def is_final(finality: str) -> bool:
    """Tell whether an anchor in a block of such a ledger stays there for good.

    On the consortium's network a block is final as soon as it exists: more than two thirds of its
    validators signed it. A ledger that one organisation runs can be rolled back at any time, so
    there nothing ever is.
    """
    return finality in _FINAL_IN_A_BLOCK


def count_unmoved(noted: Sequence[AnchorReceipt], chain: AnchorLedger) -> int:
    """Return how many of the noted anchors, the oldest first, are still in the block noted.

    A block's hash names every block before it, so that all before an unmoved anchor are unmoved.
    Raises: ChainUnavailable.
    """
    low, high = 0, len(noted)
    while low < high:
        middle = (low + high) // 2
        if chain.block_hash(noted[middle].block_number) == noted[middle].block_hash:
            low = middle + 1
        else:
            high = middle
    return low


def extends(newest: Anchor | None, head: TreeHead, anchored_at: datetime) -> Anchor:
    """Return the anchor that a tree head becomes behind the newest one.

    Raises: AnchorContradictsLog if it is not larger.
    """
    if head.size <= (newest.head.size if newest else 0):
        raise AnchorContradictsLog(
            f"The chain's newest anchor has {newest.head.size if newest else 0} entries; "
            f"a checkpoint of {head.size} cannot follow it."
        )
    return Anchor(
        number=newest.number + 1 if newest else 0,
        head=head,
        previous_root=newest.head.root if newest else NO_ROOT,
        anchored_at=anchored_at,
    )


def anchor_lag(
    waiting: Sequence[SignedCheckpoint], newest: Anchor | None, *, now: datetime
) -> AnchorLag:
    """Return how many checkpoints wait and how long the oldest has waited."""
    anchored_size = newest.head.size if newest else 0
    signed = [each.signed_at for each in waiting if each.head.size > anchored_size]
    oldest_age_s = max(0.0, (now - min(signed)).total_seconds()) if signed else 0.0
    return AnchorLag(waiting=len(signed), oldest_age_s=oldest_age_s)


def check_anchors(anchors: Sequence[Anchor], root_at: Callable[[int], bytes | None]) -> None:
    """Return if every anchor is chained to the one before and is a root of this log.

    `root_at` gives the log's root at a size, or None beyond its end.
    Raises: AnchorContradictsLog, naming the first that is not.
    """
    size, root = 0, NO_ROOT
    for number, anchor in enumerate(anchors):
        if (anchor.number, anchor.previous_root) != (number, root) or anchor.head.size <= size:
            raise AnchorContradictsLog(f"Anchor {anchor.number} does not follow the one before.")
        size, root = anchor.head.size, anchor.head.root
        expected = root_at(size)
        if expected != root:
            found = expected.hex() if expected else "shorter than that"
            raise AnchorContradictsLog(
                f"Anchor {number} has root {root.hex()} at {size} entries; the log is {found}."
            )


class Anchorer:
    """Carries checkpoints to the chain, oldest first; what is there already is not sent again."""

    def __init__(self, checkpoints: CheckpointReader, chain: AnchorLedger, clock: Clock) -> None:
        self._checkpoints = checkpoints
        self._chain = chain
        self._clock = clock

    def anchor_waiting(self, *, limit: int = BATCH) -> list[AnchorReceipt]:
        """Anchor up to `limit` checkpoints that wait, and return their receipts.

        A failure leaves the rest for the next call.
        Raises: ChainUnavailable, AnchorContradictsLog.
        """
        newest = self._chain.latest()
        self._refuse_unknown(newest)
        waiting = self._waiting(newest, limit=limit)
        return self._chain.submit_many([each.head for each in waiting]) if waiting else []

    def lag(self, newest: Anchor | None, *, limit: int = 10_000) -> AnchorLag:
        """Return how far the chain lags, counting up to `limit` checkpoints.

        `newest` is the newest anchor last heard of, so that the figure lives through an outage.
        """
        waiting = self._waiting(newest, limit=limit)
        return anchor_lag(waiting, newest, now=self._clock.now())

    def _waiting(self, newest: Anchor | None, *, limit: int) -> Sequence[SignedCheckpoint]:
        return self._checkpoints.larger_than(newest.head.size if newest else 0, limit=limit)

    def _refuse_unknown(self, newest: Anchor | None) -> None:
        """Stop if the newest anchor is not of a checkpoint that this log signed."""
        if newest is None:
            return
        ours = self._checkpoints.larger_than(newest.head.size - 1, limit=1)
        if not ours or ours[0].head != newest.head:
            raise AnchorContradictsLog(
                f"The chain's newest anchor, {newest.head.size} entries with root "
                f"{newest.head.root.hex()}, is of no checkpoint of this log."
            )
