"""Every proof the log makes holds, none holds for anything else, and a peer agrees on the roots.

In: trees of random sizes. Out: proofs from tiles against the definitions of RFC 6962.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from battery_passport.ledger.errors import NotConsistent, NotIncluded
from battery_passport.ledger.memory import MemoryTileStore
from battery_passport.ledger.merkle import (
    leaf_hash,
    node_hash,
    split_point,
    tree_root,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
)
from battery_passport.ledger.tiles import append_entries
from battery_passport.ledger.tree import TiledTree
from tests.factories.ledger import make_entries

LARGEST = 70_000
ENTRIES = make_entries(range(LARGEST))
HASHES = [leaf_hash(entry) for entry in ENTRIES]
STORE = MemoryTileStore()
append_entries(STORE, 0, ENTRIES)

sizes = st.one_of(st.integers(1, 40), st.integers(200, 800), st.integers(65_000, LARGEST))


def _defined_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """The audit path word for word as the RFC defines it."""
    if len(hashes) == 1:
        return []
    middle = split_point(len(hashes))
    if index < middle:
        return [*_defined_path(index, hashes[:middle]), tree_root(hashes[middle:])]
    return [*_defined_path(index - middle, hashes[middle:]), tree_root(hashes[:middle])]


@given(size=st.integers(1, 600), data=st.data())
def test_inclusion_path_is_the_defined_one(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    assert TiledTree(STORE, size).inclusion_path(index) == _defined_path(index, HASHES[:size])


@given(size=sizes, data=st.data())
def test_inclusion_proof_holds_for_its_entry_alone(size: int, data: st.DataObject) -> None:
    tree = TiledTree(STORE, size)
    index = data.draw(st.integers(0, size - 1))
    path, root = tree.inclusion_path(index), tree.root()
    assert tree.leaf_hash(index) == HASHES[index]
    verify_inclusion(leaf=HASHES[index], index=index, size=size, path=path, root=root)
    other = data.draw(st.integers(0, size).filter(lambda number: number != index))
    with pytest.raises(NotIncluded):
        verify_inclusion(leaf=HASHES[index], index=other, size=size, path=path, root=root)
    with pytest.raises(NotIncluded):
        verify_inclusion(leaf=leaf_hash(b"other"), index=index, size=size, path=path, root=root)


@given(old_size=sizes, new_size=sizes, data=st.data())
def test_consistency_proof_holds_for_its_roots_alone(
    old_size: int, new_size: int, data: st.DataObject
) -> None:
    old_size, new_size = sorted((old_size, new_size))
    old_root, new_root = TiledTree(STORE, old_size).root(), TiledTree(STORE, new_size).root()
    path = TiledTree(STORE, new_size).consistency_path(old_size)
    proof: dict[str, Any] = {"old_size": old_size, "new_size": new_size, "path": path}
    verify_consistency(**proof, old_root=old_root, new_root=new_root)
    for wrong in ({"old_root": bytes(32)}, {"new_root": bytes(32)}, {"path": [*path, bytes(32)]}):
        with pytest.raises(NotConsistent):
            verify_consistency(**{**proof, "old_root": old_root, "new_root": new_root, **wrong})
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        shorter = path[:place] + path[place + 1 :]
        with pytest.raises(NotConsistent):
            verify_consistency(**{**proof, "path": shorter}, old_root=old_root, new_root=new_root)


@given(size=st.integers(1, 300))
def test_root_is_that_of_the_definition_and_of_a_peer(size: int) -> None:
    peer = InmemoryTree(algorithm="sha256", disable_security=False)
    for entry in ENTRIES[:size]:
        peer.append_entry(entry)
    root = TiledTree(STORE, size).root()
    assert root == tree_root(HASHES[:size])
    assert root == peer.get_root(size)


@given(left=st.integers(1, 200), right=st.integers(1, 200))
def test_a_leaf_never_passes_for_a_node(left: int, right: int) -> None:
    node = node_hash(HASHES[left], HASHES[right])
    assert leaf_hash(HASHES[left] + HASHES[right]) != node


@given(size=st.integers(2, 600), height=st.integers(0, 8), data=st.data())
def test_subtree_in_the_middle_is_part_of_the_tree(
    size: int, height: int, data: st.DataObject
) -> None:
    """A full subtree's consistency path is the audit path from its own height upwards."""
    width = 1 << height
    number = data.draw(st.integers(0, max(0, size // width - 1)))
    start, end = number * width, (number + 1) * width
    if end > size:
        return
    path = TiledTree(STORE, size).inclusion_path(start)[height:]
    root = TiledTree(STORE, size).root()
    subtree_root = tree_root(HASHES[start:end])
    verify_subtree_consistency(
        span=(start, end), subtree_root=subtree_root, size=size, root=root, path=path
    )
    with pytest.raises(NotConsistent):
        verify_subtree_consistency(
            span=(start, end), subtree_root=bytes(32), size=size, root=root, path=path
        )
