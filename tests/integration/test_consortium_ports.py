"""The suite of every anchor ledger (tests/ports), on a network of validators.

In: the session's network, a log that was never anchored for each test. Out: the same answers.
"""

from collections.abc import Callable

import pytest

from battery_passport.adapters.evm.anchors import EvmAnchorLedger
from battery_passport.ledger.model import TreeHead
from tests.factories.chain import make_head
from tests.factories.consortium import FURTHER_ORIGINS, ConsortiumWorld
from tests.ports import test_anchor_ledger as suite

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("consortium"),
    pytest.mark.timeout(600),
]

_UNUSED = iter(FURTHER_ORIGINS)


@pytest.fixture
def ledger(consortium: ConsortiumWorld) -> EvmAnchorLedger:
    return consortium.ledger(next(_UNUSED))


@pytest.mark.parametrize(
    "requirement",
    [
        suite.test_an_empty_ledger_holds_nothing,
        suite.test_anchors_are_chained_and_found,
        suite.test_the_same_head_again_gives_the_same_receipt,
    ],
)
def test_what_every_ledger_must_do(
    ledger: EvmAnchorLedger, requirement: Callable[[EvmAnchorLedger], None]
) -> None:
    requirement(ledger)


@pytest.mark.parametrize("head", [make_head(4), TreeHead(size=5, root=b"\x01" * 32)])
def test_what_every_ledger_must_refuse(ledger: EvmAnchorLedger, head: TreeHead) -> None:
    suite.test_what_does_not_follow_is_refused(ledger, head)
