"""The anchoring loop: every checkpoint once, in order, whatever the chain does meanwhile.

In: checkpoints, a ledger in memory and one that fails at will. Out: anchors and lag figures.
"""

from datetime import datetime, timedelta

import pytest

from battery_passport.ledger.anchoring import (
    NO_ROOT,
    Anchorer,
    anchor_lag,
    check_anchors,
)
from battery_passport.ledger.errors import AnchorContradictsLog, ChainUnavailable
from battery_passport.ledger.memory import MemoryAnchorLedger
from battery_passport.ledger.model import Anchor, AnchorReceipt, TreeHead
from tests.factories.ledger import MOMENT, LogWorld, make_entry, make_log


def make_checkpoints(world: LogWorld, number: int, *, apart_s: int = 60) -> None:
    for _ in range(number):
        world.log.sequence([make_entry(world.log.head().size)])
        world.log.make_checkpoint()
        world.clock.moment += timedelta(seconds=apart_s)


class FailingLedger(MemoryAnchorLedger):
    """Loses the answer of, or refuses, the submissions it is told to."""

    def __init__(self, world: LogWorld) -> None:
        super().__init__(world.clock)
        self.lose_answer_of: set[int] = set()
        self.down = False

    def submit(self, head: TreeHead) -> AnchorReceipt:
        if self.down:
            raise ChainUnavailable("The chain is away.")
        receipt = super().submit(head)
        if head.size in self.lose_answer_of:
            self.lose_answer_of.discard(head.size)
            raise ChainUnavailable("The answer was lost.")
        return receipt


def test_every_checkpoint_is_anchored_once_and_chained() -> None:
    world = make_log()
    ledger = MemoryAnchorLedger(world.clock)
    anchorer = Anchorer(world.checkpoints, ledger, world.clock)
    assert anchorer.anchor_waiting() == []
    make_checkpoints(world, 3)
    assert [each.anchor.head.size for each in anchorer.anchor_waiting()] == [1, 2, 3]
    assert anchorer.anchor_waiting() == []
    anchors = ledger.anchors()
    assert anchors[0].previous_root == NO_ROOT
    assert [each.previous_root for each in anchors[1:]] == [each.head.root for each in anchors[:-1]]
    check_anchors(anchors, world.log.root_at)


def test_an_outage_is_caught_up_without_duplicates() -> None:
    world = make_log()
    ledger = FailingLedger(world)
    anchorer = Anchorer(world.checkpoints, ledger, world.clock)
    make_checkpoints(world, 2)
    anchorer.anchor_waiting()
    ledger.down = True
    make_checkpoints(world, 5)
    with pytest.raises(ChainUnavailable):
        anchorer.anchor_waiting()
    lag = anchorer.lag(ledger.latest())
    assert (lag.waiting, lag.oldest_age_s) == (5, 300.0)
    ledger.down = False
    ledger.lose_answer_of = {4, 6}
    for _ in range(2):
        with pytest.raises(ChainUnavailable):
            anchorer.anchor_waiting()
    anchorer.anchor_waiting()
    assert [each.head.size for each in ledger.anchors()] == list(range(1, 8))
    assert anchorer.lag(ledger.latest()).waiting == 0


def test_a_long_backlog_is_taken_in_portions() -> None:
    world = make_log()
    anchorer = Anchorer(world.checkpoints, MemoryAnchorLedger(world.clock), world.clock)
    make_checkpoints(world, 5)
    assert len(anchorer.anchor_waiting(limit=2)) == 2
    assert len(anchorer.anchor_waiting(limit=2)) == 2
    assert len(anchorer.anchor_waiting(limit=2)) == 1


def test_a_chain_with_another_history_stops_the_loop() -> None:
    world, other = make_log(), make_log()
    ledger = MemoryAnchorLedger(world.clock)
    make_checkpoints(other, 3)
    ledger.submit(TreeHead(size=2, root=b"\x09" * 32))
    with pytest.raises(AnchorContradictsLog):
        Anchorer(other.checkpoints, ledger, other.clock).anchor_waiting()
    with pytest.raises(AnchorContradictsLog):
        Anchorer(world.checkpoints, ledger, world.clock).anchor_waiting()


def test_lag_counts_only_what_waits() -> None:
    world = make_log()
    make_checkpoints(world, 3)
    waiting = world.checkpoints.larger_than(0, limit=10)
    newest = Anchor(0, waiting[1].head, NO_ROOT, MOMENT)
    now = waiting[2].signed_at + timedelta(seconds=7)
    assert anchor_lag(waiting, newest, now=now).waiting == 1
    assert anchor_lag(waiting, newest, now=now).oldest_age_s == 7.0
    assert anchor_lag(waiting, None, now=now).waiting == 3
    assert anchor_lag([], None, now=now).oldest_age_s == 0.0


def _anchor(number: int, size: int, previous: bytes, at: datetime = MOMENT) -> Anchor:
    return Anchor(number, TreeHead(size=size, root=bytes([size]) * 32), previous, at)


@pytest.mark.parametrize(
    "anchors",
    [
        [_anchor(1, 1, NO_ROOT)],
        [_anchor(0, 1, b"\x01" * 32)],
        [_anchor(0, 1, NO_ROOT), _anchor(1, 1, b"\x01" * 32)],
        [_anchor(0, 2, NO_ROOT), _anchor(1, 1, b"\x02" * 32)],
        [_anchor(0, 1, NO_ROOT), _anchor(1, 2, NO_ROOT)],
        [_anchor(0, 9, NO_ROOT)],
    ],
)
def test_anchors_out_of_order_or_of_another_log_are_named(anchors: list[Anchor]) -> None:
    with pytest.raises(AnchorContradictsLog):
        check_anchors(anchors, lambda size: bytes([size]) * 32 if size < 9 else None)
