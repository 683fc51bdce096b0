"""Merkle checks at their edges: sizes, lengths, and ranges that are no subtree.

In: small trees written out by hand. Out: accepted, or refused by name.
"""

import pytest

from battery_passport.ledger.errors import NotConsistent, NotIncluded
from battery_passport.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    is_subtree,
    leaf_hash,
    node_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(bytes([number])) for number in range(4)]
LEFT = node_hash(LEAVES[0], LEAVES[1])
ROOT_3 = node_hash(LEFT, LEAVES[2])
ROOT_4 = node_hash(LEFT, node_hash(LEAVES[2], LEAVES[3]))


def test_roots_by_hand() -> None:
    assert tree_root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")
    assert tree_root(LEAVES[:1]) == LEAVES[0]
    assert tree_root(LEAVES[:3]) == ROOT_3
    assert tree_root(LEAVES) == ROOT_4


def test_a_proof_by_hand() -> None:
    verify_inclusion(leaf=LEAVES[2], index=2, size=3, path=[LEFT], root=ROOT_3)
    path = [LEAVES[2], LEAVES[3], LEFT]
    verify_consistency(old_size=3, old_root=ROOT_3, new_size=4, new_root=ROOT_4, path=path)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, MAX_SIZE + 1)])
def test_entries_outside_the_log_are_not_included(index: int, size: int) -> None:
    with pytest.raises(NotIncluded):
        verify_inclusion(leaf=LEAVES[2], index=index, size=size, path=[LEFT], root=ROOT_3)


def test_hashes_of_another_length_are_refused() -> None:
    """Two hashes joined are the same bytes wherever the border lies."""
    shifted = [LEAVES[2] + LEAVES[3][:1], LEAVES[3][1:], LEFT]
    with pytest.raises(NotConsistent, match="32 bytes"):
        verify_consistency(old_size=3, old_root=ROOT_3, new_size=4, new_root=ROOT_4, path=shifted)
    with pytest.raises(NotIncluded, match="32 bytes"):
        verify_inclusion(
            leaf=LEAVES[0] + LEAVES[1][:1],
            index=0,
            size=2,
            path=[LEAVES[1][1:]],
            root=LEFT,
        )


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 1, True),
        (0, 7, True),
        (4, 6, True),
        (4, 8, True),
        (2, 6, False),
        (3, 3, False),
        (5, 4, False),
        (-1, 1, False),
        (0, MAX_SIZE + 1, False),
    ],
)
def test_ranges_that_are_one_subtree(start: int, end: int, *, expected: bool) -> None:
    assert is_subtree(start, end) is expected
