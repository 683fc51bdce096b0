"""The tree of a batch: one root on the chain for many passports, and each one's way to it.

In: leaves. Out: the root, and for each leaf the siblings that the contract is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_utils.crypto import keccak

from battery_passport.ledger.onchain.statuses import StatusCode

NO_DIGEST = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportLeaf:
    """One passport under a batch's root."""

    key: bytes
    status: StatusCode
    commitment: bytes
    predecessors: tuple[bytes, ...] = ()
    evidence: bytes = NO_DIGEST

    @property
    def values(self) -> tuple[bytes, int, bytes, tuple[bytes, ...], bytes]:
        """The members in the order that the contract's ABI takes."""
        return (self.key, int(self.status), self.commitment, self.predecessors, self.evidence)

    @property
    def leaf_hash(self) -> bytes:
        """The hash in the tree, hashed twice so that no inner node can pass for a leaf."""
        status = int(self.status).to_bytes(32, "big")
        predecessors = keccak(b"".join(self.predecessors))
        encoded = self.key + status + self.commitment + predecessors + self.evidence
        return keccak(keccak(encoded))


@dataclass(frozen=True, slots=True)
class BatchTree:
    """The tree over some leaf hashes: `levels[0]` are the hashes, the last level is the root."""

    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        return self.levels[-1][0]

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Return the siblings from a leaf to the root. Raises: IndexError."""
        if not 0 <= index < len(self.levels[0]):
            raise IndexError(f"The batch has no leaf {index}.")
        siblings: list[bytes] = []
        for level in self.levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                siblings.append(level[sibling])
            index //= 2
        return tuple(siblings)


def batch_tree(leaf_hashes: Sequence[bytes]) -> BatchTree:
    """Return the tree over leaf hashes in their order; an odd one out goes up as it is."""
    if not leaf_hashes:
        raise ValueError("A batch holds at least one passport.")
    levels = [tuple(leaf_hashes)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        levels.append(tuple(pair[0] if len(pair) == 1 else _parent(*pair) for pair in pairs))
    return BatchTree(tuple(levels))


def root_of(leaf_hash: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf and its siblings lead to."""
    for sibling in proof:
        leaf_hash = _parent(leaf_hash, sibling)
    return leaf_hash


def _parent(left: bytes, right: bytes) -> bytes:
    # In order of value, so that the proof need not say which side a sibling is on.
    return keccak(left + right if left < right else right + left)
