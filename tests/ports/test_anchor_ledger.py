"""What every anchor ledger must do: each root once, in order, found again.

In: one factory for each ledger. Out: the same answers from all of them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from battery_passport.foundation.clock import FixedClock
from battery_passport.ledger.anchoring import NO_ROOT, check_anchors
from battery_passport.ledger.errors import AnchorContradictsLog
from battery_passport.ledger.memory import MemoryAnchorLedger
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.ports import AnchorLedger
from tests.factories.chain import make_chain, make_head
from tests.factories.ledger import MOMENT


@contextmanager
def memory_ledger(_folder: Path) -> Iterator[AnchorLedger]:
    yield MemoryAnchorLedger(FixedClock(MOMENT))


@contextmanager
def embedded_chain(folder: Path) -> Iterator[AnchorLedger]:
    world = make_chain(folder)
    try:
        yield world.ledger
    finally:
        world.chain.close()


FACTORIES: dict[str, Callable[[Path], AbstractContextManager[AnchorLedger]]] = {
    "memory": memory_ledger,
    "embedded_chain": embedded_chain,
}


@pytest.fixture(params=FACTORIES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnchorLedger]:
    with FACTORIES[request.param](tmp_path) as one:
        yield one


def test_an_empty_ledger_holds_nothing(ledger: AnchorLedger) -> None:
    assert ledger.latest() is None
    assert list(ledger.anchors()) == []
    assert ledger.find(make_head(1)) is None


def test_anchors_are_chained_and_found(ledger: AnchorLedger) -> None:
    heads = [make_head(size) for size in (1, 2, 300, 70_000, 70_001)]
    receipts = [ledger.submit(head) for head in heads]
    anchors = list(ledger.anchors())
    assert [each.anchor for each in receipts] == anchors
    assert [each.head for each in anchors] == heads
    assert [each.number for each in anchors] == [0, 1, 2, 3, 4]
    assert [each.previous_root for each in anchors] == [
        NO_ROOT,
        *(each.root for each in heads[:-1]),
    ]
    assert ledger.latest() == anchors[-1]
    roots = {head.size: head.root for head in heads}
    check_anchors(anchors, roots.get)
    for anchor in anchors:
        assert ledger.find(anchor.head) == anchor
    assert ledger.find(TreeHead(size=300, root=b"\x01" * 32)) is None
    assert ledger.find(make_head(299)) is None
    assert ledger.find(make_head(99_999)) is None
    blocks = [each.block_number for each in receipts]
    assert blocks == sorted(set(blocks))


def test_the_same_head_again_gives_the_same_receipt(ledger: AnchorLedger) -> None:
    receipts = [ledger.submit(make_head(size)) for size in (5, 6)]
    assert [ledger.submit(make_head(size)) for size in (5, 6)] == receipts
    assert len(ledger.anchors()) == 2


@pytest.mark.parametrize("head", [make_head(4), TreeHead(size=5, root=b"\x01" * 32)])
def test_what_does_not_follow_is_refused(ledger: AnchorLedger, head: TreeHead) -> None:
    ledger.submit(make_head(5))
    with pytest.raises(AnchorContradictsLog):
        ledger.submit(head)
    assert len(ledger.anchors()) == 1
    assert ledger.submit(make_head(6)).anchor.number == 1
