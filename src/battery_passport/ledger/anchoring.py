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
from battery_passport.ledger.ports import AnchorLedger, CheckpointStore

_BATCH = 256
"""Checkpoints read at once; after a long outage there may be thousands."""

NO_ROOT = bytes(32)
"""What the first anchor names as the root before it."""


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


def next_to_anchor(
    waiting: Sequence[SignedCheckpoint], newest: Anchor | None
) -> SignedCheckpoint | None:
    """Return the smallest checkpoint larger than the newest anchor, or None."""
    anchored_size = newest.head.size if newest else 0
    larger = (each for each in waiting if each.head.size > anchored_size)
    return min(larger, key=lambda each: each.head.size, default=None)


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

    def __init__(self, checkpoints: CheckpointStore, chain: AnchorLedger, clock: Clock) -> None:
        self._checkpoints = checkpoints
        self._chain = chain
        self._clock = clock

    def anchor_waiting(self, *, limit: int = _BATCH) -> list[AnchorReceipt]:
        """Anchor up to `limit` checkpoints that wait, and return their receipts.

        A failure leaves the rest for the next call.
        Raises: ChainUnavailable, AnchorContradictsLog.
        """
        newest = self._chain.latest()
        self._refuse_unknown(newest)
        receipts: list[AnchorReceipt] = []
        waiting = self._waiting(newest, limit=limit)
        while checkpoint := next_to_anchor(waiting, newest):
            receipts.append(self._chain.submit(checkpoint.head))
            newest = receipts[-1].anchor
        return receipts

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
