"""Anchors follow one another, within a contract and across its successor.

In: roots. Out: a chain of anchors, or the contract's refusal.
"""

import hashlib

import pytest

from battery_passport.adapters.evm.artefact import CHECKPOINT_ANCHORS, CONSORTIUM
from battery_passport.ledger.onchain.decisions import RoleChange
from battery_passport.ledger.onchain.roles import anchoring_role
from tests.factories.contracts import (
    ANCHORER,
    ORIGIN_HASH,
    STRANGER,
    ContractWorld,
    Party,
    Refused,
)

NONE = bytes(32)


def root(size: int) -> bytes:
    return hashlib.sha256(b"root %d" % size).digest()


def anchor(
    world: ContractWorld,
    size: int,
    previous: bytes,
    *,
    at: str = "",
    sender: Party = ANCHORER,
    origin: bytes = ORIGIN_HASH,
) -> int:
    answer = world.call(
        CHECKPOINT_ANCHORS, "anchor", origin, size, root(size), previous, at=at, sender=sender
    )
    number: int = answer[0]
    return number


def test_anchors_are_chained(world: ContractWorld) -> None:
    assert anchor(world, 3, NONE) == 0
    assert world.events(CHECKPOINT_ANCHORS) == [
        (
            "Anchored",
            {
                "originHash": ORIGIN_HASH, "size": 3, "root": root(3), "previousRoot": NONE,
                "anchorNumber": 0,
            },
        )
    ]  # fmt: skip
    world.wait(5)
    assert anchor(world, 7, root(3)) == 1
    assert world.call(CHECKPOINT_ANCHORS, "count", ORIGIN_HASH) == (2,)
    newest = (root(7), 7, world.now_s)
    assert world.call(CHECKPOINT_ANCHORS, "latest", ORIGIN_HASH) == (1, newest)
    assert world.call(CHECKPOINT_ANCHORS, "anchorAt", ORIGIN_HASH, 1) == (newest,)
    assert world.call(CHECKPOINT_ANCHORS, "anchoringRole", ORIGIN_HASH) == (
        anchoring_role(ORIGIN_HASH),
    )


@pytest.mark.parametrize(
    ("size", "given", "previous", "error"),
    [
        (5, root(5), root(5), "CheckpointAnchorsAlreadyAnchored"),
        (5, root(6), root(5), "CheckpointAnchorsSizeNotGrowing"),
        (4, root(4), root(5), "CheckpointAnchorsSizeNotGrowing"),
        (6, root(6), NONE, "CheckpointAnchorsWrongPreviousRoot"),
        (6, NONE, root(5), "CheckpointAnchorsZeroRoot"),
    ],
)
def test_what_does_not_follow_is_refused(
    world: ContractWorld, size: int, given: bytes, previous: bytes, error: str
) -> None:
    anchor(world, 5, NONE)
    with pytest.raises(Refused, match=error):
        world.call(
            CHECKPOINT_ANCHORS, "anchor", ORIGIN_HASH, size, given, previous, sender=ANCHORER
        )
    assert world.call(CHECKPOINT_ANCHORS, "count", ORIGIN_HASH) == (1,)


def test_anchors_that_are_not_there(world: ContractWorld) -> None:
    for function, arguments in (("latest", ()), ("anchorAt", (0,))):
        with pytest.raises(Refused, match="CheckpointAnchorsNoSuchAnchor"):
            world.call(CHECKPOINT_ANCHORS, function, ORIGIN_HASH, *arguments)


def test_only_the_log_s_anchorer_anchors(world: ContractWorld) -> None:
    for sender, origin in ((STRANGER, ORIGIN_HASH), (ANCHORER, hashlib.sha256(b"x").digest())):
        with pytest.raises(Refused, match="CheckpointAnchorsNotTheAnchorer"):
            anchor(world, 1, NONE, sender=sender, origin=origin)
    take = RoleChange(
        role=anchoring_role(ORIGIN_HASH),
        account=ANCHORER.address,
        granted=False,
        nonce=0,
        deadline=world.deadline,
    )
    world.call(CONSORTIUM, "changeRole", take.values, world.approvals(world.consortium, take))
    with pytest.raises(Refused, match="CheckpointAnchorsNotTheAnchorer"):
        anchor(world, 1, NONE)


def successor(world: ContractWorld) -> str:
    return world.deploy(
        CHECKPOINT_ANCHORS,
        world.addresses[CONSORTIUM],
        world.addresses[CHECKPOINT_ANCHORS],
        remember=False,
    )


def test_a_new_contract_goes_on_with_the_anchors_of_the_one_before(world: ContractWorld) -> None:
    anchor(world, 3, NONE)
    anchor(world, 7, root(3))
    new = successor(world)
    asked = [("count", ()), ("latest", ()), ("anchorAt", (0,)), ("anchorAt", (1,))]
    for function, arguments in asked:
        assert world.call(CHECKPOINT_ANCHORS, function, ORIGIN_HASH, *arguments, at=new) == (
            world.call(CHECKPOINT_ANCHORS, function, ORIGIN_HASH, *arguments)
        )
    with pytest.raises(Refused, match="CheckpointAnchorsWrongPreviousRoot"):
        anchor(world, 9, NONE, at=new)
    with pytest.raises(Refused, match="CheckpointAnchorsAlreadyAnchored"):
        anchor(world, 7, root(7), at=new)
    assert anchor(world, 9, root(7), at=new) == 2
    assert anchor(world, 11, root(9), at=new) == 3
    assert world.call(CHECKPOINT_ANCHORS, "count", ORIGIN_HASH, at=new) == (4,)
    sizes = [
        world.call(CHECKPOINT_ANCHORS, "anchorAt", ORIGIN_HASH, n, at=new)[0][1] for n in range(4)
    ]
    assert sizes == [3, 7, 9, 11]
    with pytest.raises(Refused, match="CheckpointAnchorsNoSuchAnchor"):
        world.call(CHECKPOINT_ANCHORS, "anchorAt", ORIGIN_HASH, 4, at=new)


def test_what_is_anchored_before_after_the_change_counts_no_more(world: ContractWorld) -> None:
    anchor(world, 3, NONE)
    new = successor(world)
    anchor(world, 4, root(3), at=new)
    anchor(world, 5, root(3))
    assert world.call(CHECKPOINT_ANCHORS, "count", ORIGIN_HASH, at=new) == (2,)
    assert world.call(CHECKPOINT_ANCHORS, "latest", ORIGIN_HASH, at=new)[1][1] == 4


def test_a_log_that_is_new_begins_in_the_new_contract(world: ContractWorld) -> None:
    new = successor(world)
    assert world.call(CHECKPOINT_ANCHORS, "count", ORIGIN_HASH, at=new) == (0,)
    assert anchor(world, 1, NONE, at=new) == 0
