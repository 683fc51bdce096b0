"""The root of a Merkle tree that grows leaf by leaf, in memory logarithmic in its size.

In: leaf hashes in order. Out: the root over those seen so far. Source: RFC 6962 §2.1.
"""

from collections.abc import Sequence

from battery_passport.ledger.merkle import EMPTY_ROOT, node_hash


class GrowingRoot:
    """Keeps one hash for each perfect subtree on the left edge of what is still open."""

    def __init__(self, *, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        """`size` and `subtrees` are those of an earlier one, to go on from."""
        self.size = size
        self._subtrees = list(subtrees)

    @property
    def subtrees(self) -> list[bytes]:
        """The roots of the perfect subtrees that are still open, the largest first."""
        return list(self._subtrees)

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        joined = leaf
        height_bits = self.size
        while height_bits & 1:
            joined = node_hash(self._subtrees.pop(), joined)
            height_bits >>= 1
        self._subtrees.append(joined)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        *left, found = self._subtrees
        for subtree in reversed(left):
            found = node_hash(subtree, found)
        return found
