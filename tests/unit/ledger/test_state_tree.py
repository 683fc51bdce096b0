"""The state tree: one form, proofs of the latest version, and no second version under one root."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.errors import MalformedState, NotInState, StateContradicts
from battery_passport.ledger.memory import MemoryTileStore
from battery_passport.ledger.state_proof import STEP_BYTES, StateProof, verify_state_proof
from battery_passport.ledger.state_recount import StateRecount
from battery_passport.ledger.state_tiles import EMPTY_STATE_ROOT, StateTree, write_leaves
from battery_passport.ledger.state_tree import (
    KEY_BYTES,
    StateEpoch,
    StateLeaf,
    StateNode,
    fold_nodes,
    parse_state_record,
    separator_between,
    state_leaf_hash,
    state_node_hash,
)

AT = datetime(2026, 11, 23, 7, 30, 0, 125_000, tzinfo=UTC)
SIZES = (1, 2, 3, 5, 255, 256, 257, 511, 512, 513, 1_000)


def leaf_of(number: int, *, seq: int = 1) -> StateLeaf:
    key = hashlib.sha256(b"key %d" % number).digest()[:KEY_BYTES]
    return StateLeaf(key=key, seq=seq, cred=hashlib.sha256(b"%d of %d" % (seq, number)).digest())


def built(leaves: list[StateLeaf]) -> tuple[MemoryTileStore, StateEpoch]:
    tiles = MemoryTileStore()
    size = write_leaves(tiles, 0, leaves)
    return tiles, StateEpoch(number=1, as_of=AT, size=size, root=StateTree(tiles, size).root())


def proof_of(tiles: MemoryTileStore, epoch: StateEpoch, index: int) -> StateProof:
    path = StateTree(tiles, epoch.size).path(index)
    return StateProof(epoch=epoch, index=index, path=path)


def node_of(leaf: StateLeaf) -> StateNode:
    return StateNode(first=leaf.key, last=leaf.key, hash=leaf.hash())


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proven_and_the_root_is_that_of_the_definition(size: int) -> None:
    leaves = [leaf_of(number) for number in range(size)]
    tiles, epoch = built(leaves)
    assert epoch.root == fold_nodes([node_of(leaf) for leaf in sorted(leaves)]).hash
    tree = StateTree(tiles, size)
    for leaf in leaves[:: max(1, size // 40)]:
        index = tree.find(leaf.key)
        assert index is not None
        assert tree.leaf(index) == leaf
        verify_state_proof(leaf, proof_of(tiles, epoch, index))


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 9)), max_size=300), max_size=6)
)
def test_what_is_updated_bit_by_bit_is_what_is_built_at_once(
    portions: list[list[tuple[int, int]]],
) -> None:
    tiles, size, latest = MemoryTileStore(), 0, dict[int, int]()
    for portion in portions:
        leaves = [leaf_of(number, seq=seq) for number, seq in portion]
        size = write_leaves(tiles, size, leaves)
        for number, seq in portion:
            latest[number] = max(seq, latest.get(number, 0))
    expected, epoch = built([leaf_of(number, seq=seq) for number, seq in latest.items()])
    assert size == epoch.size
    assert StateTree(tiles, size).root() == epoch.root
    assert tiles.tiles == expected.tiles


def test_only_tiles_that_changed_are_written() -> None:
    tiles, epoch = built([leaf_of(number) for number in range(1_000)])
    before = dict(tiles.tiles)
    write_leaves(tiles, epoch.size, [leaf_of(500, seq=2)])
    changed = {place for place, content in tiles.tiles.items() if before[place] != content}
    assert len(changed) <= 2


def test_an_absent_key_is_not_found() -> None:
    tiles, epoch = built([leaf_of(number) for number in range(100)])
    assert StateTree(tiles, epoch.size).find(leaf_of(100).key) is None
    assert StateTree(MemoryTileStore(), 0).root() == EMPTY_STATE_ROOT


def test_nothing_in_a_proof_can_be_changed() -> None:
    tiles, epoch = built([leaf_of(number) for number in range(300)])
    tree = StateTree(tiles, epoch.size)
    leaf = tree.leaf(257)
    proof = proof_of(tiles, epoch, 257)
    verify_state_proof(leaf, proof)
    others = [replace(proof, index=index) for index in range(-1, 302) if index != 257]
    others += [replace(proof, path=proof.path[:-1]), replace(proof, path=(*proof.path, b"\0" * 48))]
    others += [replace(proof, epoch=replace(epoch, size=size)) for size in (256, 258, 299, 301)]
    others += [replace(proof, epoch=replace(epoch, root=bytes(32)))]
    for place, step in enumerate(proof.path):
        for bit in range(0, 8 * STEP_BYTES, 29):
            flipped = bytearray(step)
            flipped[bit // 8] ^= 1 << bit % 8
            path = (*proof.path[:place], bytes(flipped), *proof.path[place + 1 :])
            others.append(replace(proof, path=path))
    accepted = [other for other in others if _holds(leaf, other)]
    # Another size of which the place has the very same way to the root says nothing else; the
    # record that names the size is signed for by the log.
    assert all(replace(other, epoch=epoch) == proof for other in accepted)
    for changed in (
        replace(leaf, seq=leaf.seq + 1),
        replace(leaf, cred=bytes(32)),
        replace(leaf, key=bytes(16)),
    ):
        assert not _holds(changed, proof)


def _holds(leaf: StateLeaf, proof: StateProof) -> bool:
    try:
        verify_state_proof(leaf, proof)
    except NotInState:
        return False
    return True


@pytest.mark.parametrize("beside", [True, False])
def test_a_dishonest_tree_cannot_show_two_versions_of_one_passport(beside: bool) -> None:
    """Whatever separators a forger writes, at most one of two leaves with one key is proven."""
    old, new = leaf_of(7, seq=1), leaf_of(7, seq=2)
    others = [leaf_of(number) for number in range(6)]
    leaves = [old, new, *others] if beside else [old, *others, new]
    for separator in (bytes(16), old.key, b"\xff" * 16, others[0].key, new.key[:1] + bytes(15)):
        shown = sum(_provable(leaves, index, separator) for index in (0, leaves.index(new)))
        assert shown <= 1


def _provable(leaves: list[StateLeaf], index: int, separator: bytes) -> bool:
    """Tell whether a leaf can be shown under a tree whose every separator the forger chose."""

    def fold(part: list[StateLeaf]) -> bytes:
        if len(part) == 1:
            return part[0].hash()
        half = len(part) // 2
        return state_node_hash(separator, fold(part[:half]), fold(part[half:]))

    path, part, place = list[bytes](), leaves, index
    while len(part) > 1:
        half = len(part) // 2
        left, right = part[:half], part[half:]
        path.insert(0, separator + fold(right if place < half else left))
        part, place = (left, place) if place < half else (right, place - half)
    epoch = StateEpoch(number=1, as_of=AT, size=len(leaves), root=fold(leaves))
    return _holds(leaves[index], StateProof(epoch=epoch, index=index, path=tuple(path)))


def test_a_separator_tells_as_little_of_a_key_as_suffices() -> None:
    assert separator_between(b"\x01" * 16, b"\x02" * 16) == b"\x02" + bytes(15)
    assert separator_between(b"\x01" * 16, b"\x01" * 15 + b"\x02") == b"\x01" * 15 + b"\x02"
    for left, right in ((b"\x01" * 16, b"\x01" * 16), (b"\x02" * 16, b"\x01" * 16)):
        with pytest.raises(MalformedState):
            separator_between(left, right)


def test_leaves_and_nodes_are_hashed_apart() -> None:
    leaf = leaf_of(1)
    assert leaf.hash() == hashlib.sha256(b"\x00" + leaf.encode()).digest()
    assert state_leaf_hash(leaf.encode()) == leaf.hash()
    assert StateLeaf.decode(leaf.encode()) == leaf
    assert len(leaf.encode()) != KEY_BYTES + 64


def test_a_record_has_one_form() -> None:
    epoch = StateEpoch(number=3, as_of=AT, size=12, root=b"\xab" * 32)
    assert epoch.encode() == (
        b'{"asOf":"2026-11-23T07:30:00.125Z","epoch":3,"root":"' + b"ab" * 32 + b'",'
        b'"size":12,"type":"state","v":1}'
    )
    assert parse_state_record(epoch.encode()) == epoch
    for old, new in (
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v":true'),
        (b'"size":12', b'"size":0'),
        (b'"size":12', b'"size":"12"'),
        (b'"epoch":3', b'"epoch":-3'),
        (b'"type":"state"', b'"type":"passport"'),
        (b'"size":12', b'"size":12,"more":1'),
        (b".125Z", b".125000Z"),
        (b"2026", b"twenty"),
        (b"abab", b"ABAB"),
        (b'{"', b'{ "'),
    ):
        with pytest.raises(MalformedState):
            parse_state_record(epoch.encode().replace(old, new, 1))


def test_leaves_out_of_bounds_are_refused() -> None:
    leaf = leaf_of(1)
    for wrong in ({"key": b"short"}, {"cred": b""}, {"seq": 0}, {"seq": 1 << 53}):
        with pytest.raises(BatteryPassportError):
            replace(leaf, **wrong)


def test_a_recount_finds_the_first_epoch_that_is_wrong() -> None:
    recount = StateRecount()
    versions = [leaf_of(1), leaf_of(2), leaf_of(1, seq=2)]
    for number, leaf in enumerate(versions, start=1):
        recount.take(leaf)
        _tiles, epoch = built(versions[:number])
        recount.check(replace(epoch, number=number))
    _tiles, epoch = built(versions)
    recount.check(replace(epoch, number=4))
    _tiles, stale = built(versions[:2])
    for wrong in (replace(stale, number=5), replace(epoch, number=7), replace(epoch, number=4)):
        with pytest.raises(StateContradicts):
            recount.check(wrong)
