"""Merkle tree hashing, and the checking of inclusion and consistency proofs.

In: leaf hashes, proofs, roots. Out: hashes; a proof that does not hold raises.
Source: RFC 6962 §2.1; RFC 9162 §2.1.3.2, §2.1.4.2; draft-ietf-plants-merkle-tree-certs-02 §4.
"""

import hashlib
from collections.abc import Sequence

from battery_passport.ledger.errors import NotConsistent, NotIncluded

HASH_BYTES = 32
MAX_SIZE = (1 << 63) - 1
"""Sizes and indices beyond this are refused: other implementations keep them in 64 bits."""

_sha256 = hashlib.sha256
EMPTY_ROOT = _sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one log entry."""
    return _sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of log entries."""
    return [_sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return _sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes whose number is a power of two."""
    level = hashes
    while len(level) > 1:
        level = parents(level)
    return level[0]


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the nodes above neighbouring hashes; an odd last one has none."""
    return [
        _sha256(b"\x01" + left + right).digest()
        for left, right in zip(hashes[::2], hashes[1::2], strict=False)
    ]


def split_point(size: int) -> int:
    """Return the largest power of two that is smaller than `size`, which is above 1."""
    return 1 << ((size - 1).bit_length() - 1)


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over any number of leaf hashes, by the definition in the RFC."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    middle = split_point(len(hashes))
    return node_hash(tree_root(hashes[:middle]), tree_root(hashes[middle:]))


def is_subtree(start: int, end: int) -> bool:
    """Tell whether the leaves from `start` up to `end` lie under one node of some tree."""
    if not 0 <= start < end <= MAX_SIZE:
        return False
    return start % (1 << (end - start - 1).bit_length()) == 0


def root_from_path(*, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion path leads to.

    Raises: NotIncluded if the path's length or its hashes' lengths do not fit.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise NotIncluded(f"Entry {index} is not in a log of {size} entries.")
    if any(len(step) != HASH_BYTES for step in [leaf, *path]):
        raise NotIncluded("A hash of the inclusion proof does not have 32 bytes.")
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise NotIncluded(f"The inclusion proof has {len(path)} hashes, which is too many.")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise NotIncluded(f"The inclusion proof has {len(path)} hashes, which is too few.")
    return found


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Return if the leaf hash is at `index` of the tree with that size and root.

    Raises: NotIncluded.
    """
    found = root_from_path(leaf=leaf, index=index, size=size, path=path)
    if found != root:
        raise NotIncluded(
            f"The inclusion proof of entry {index} leads to root {found.hex()}, "
            f"expected {root.hex()}."
        )


def verify_subtree_inclusion(
    *, leaf: bytes, index: int, span: tuple[int, int], path: Sequence[bytes], root: bytes
) -> None:
    """Return if the leaf hash is at `index` of the subtree over `span` = (start, end).

    Raises: NotIncluded.
    """
    start, end = span
    if not is_subtree(start, end):
        raise NotIncluded(f"Entries {start} to {end} are not one subtree.")
    verify_inclusion(leaf=leaf, index=index - start, size=end - start, path=path, root=root)


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Return if the newer tree begins with all entries of the older one, which is not empty.

    Raises: NotConsistent.
    """
    if old_size < 1:
        raise NotConsistent("An empty log is the beginning of every log, which proves nothing.")
    verify_subtree_consistency(
        span=(0, old_size), subtree_root=old_root, size=new_size, root=new_root, path=path
    )


def verify_subtree_consistency(
    *, span: tuple[int, int], subtree_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> None:
    """Return if the subtree over `span` = (start, end) is part of the tree.

    An empty subtree is part of every tree that reaches it.
    Raises: NotConsistent.
    """
    start, end = span
    if 0 <= start == end <= size and subtree_root == EMPTY_ROOT and not path:
        return
    if not is_subtree(start, end) or end > size or size > MAX_SIZE:
        raise NotConsistent(f"Entries {start} to {end} are no subtree of a log of {size}.")
    if any(len(step) != HASH_BYTES for step in path):
        raise NotConsistent("A hash of the consistency proof does not have 32 bytes.")
    found_subtree, found = _roots_from_path((start, end - 1, size - 1), subtree_root, list(path))
    if found_subtree != subtree_root:
        raise NotConsistent(f"The consistency proof does not lead to root {subtree_root.hex()}.")
    if found != root:
        raise NotConsistent(
            f"The consistency proof leads to root {found.hex()}, expected {root.hex()}."
        )


def _roots_from_path(
    places: tuple[int, int, int], seed: bytes, path: list[bytes]
) -> tuple[bytes, bytes]:
    """Return the subtree's root and the tree's root that a consistency path leads to.

    `places` are first and last leaf of the subtree and last leaf of the tree; all three climb
    the tree together.
    """
    first, middle, last = _climb_to_first_step(*places)
    if first != middle:
        if not path:
            raise NotConsistent("The consistency proof has no hashes, which is too few.")
        seed = path.pop(0)
    below = whole = seed
    for step in path:
        if last == 0:
            raise NotConsistent("The consistency proof has too many hashes.")
        if middle & 1 or middle == last:
            below = node_hash(step, below) if first < middle else below
            whole = node_hash(step, whole)
            while not middle & 1 and middle:
                first, middle, last = first >> 1, middle >> 1, last >> 1
        else:
            whole = node_hash(whole, step)
        first, middle, last = first >> 1, middle >> 1, last >> 1
    if last != 0:
        raise NotConsistent("The consistency proof has too few hashes.")
    return below, whole


def _climb_to_first_step(first: int, middle: int, last: int) -> tuple[int, int, int]:
    """Return the three places at the height of the proof's first hash."""
    at_the_edge = middle == last
    while first != middle and (at_the_edge or middle & 1):
        first, middle, last = first >> 1, middle >> 1, last >> 1
    return first, middle, last
