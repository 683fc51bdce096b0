"""Proofs that a passport version is the latest of its battery as of one epoch.

In: a leaf and its proof. Out: nothing; a proof that does not hold raises. No other leaf with the
same key can be proven under the same root, because each step's separator decides which way a key
goes.
"""

from dataclasses import dataclass

from battery_passport.ledger.errors import NotInState
from battery_passport.ledger.merkle import HASH_BYTES, split_point
from battery_passport.ledger.state_tree import (
    KEY_BYTES,
    MOST,
    StateEpoch,
    StateLeaf,
    state_node_hash,
)

STEP_BYTES = KEY_BYTES + HASH_BYTES
"""One step of a path: the separator of the node above, then the hash of the other side."""


@dataclass(frozen=True, slots=True)
class StateProof:
    """The place of a leaf in an epoch's tree, and the steps that lead from it to the root.

    Each step of `path` has 48 bytes; the one beside the leaf comes first.
    """

    epoch: StateEpoch
    index: int
    path: tuple[bytes, ...]


def verify_state_proof(leaf: StateLeaf, proof: StateProof) -> None:
    """Return if the leaf is at its place in the epoch's tree, and the only one with its key.

    Raises: NotInState.
    """
    found = leaf.hash()
    ways = _ways(proof.index, proof.epoch.size)
    if len(ways) != len(proof.path):
        raise NotInState(f"The state proof has {len(proof.path)} steps, expected {len(ways)}.")
    for step, is_right in zip(proof.path, ways, strict=True):
        if len(step) != STEP_BYTES:
            raise NotInState(f"A step of the state proof has {len(step)} bytes, not {STEP_BYTES}.")
        separator, other = step[:KEY_BYTES], step[KEY_BYTES:]
        if is_right != (leaf.key >= separator):
            raise NotInState("The state proof leads to a place where the key does not belong.")
        pair = (other, found) if is_right else (found, other)
        found = state_node_hash(separator, *pair)
    if found != proof.epoch.root:
        raise NotInState(
            f"The state proof leads to root {found.hex()}, expected {proof.epoch.root.hex()}."
        )


def _ways(index: int, size: int) -> list[bool]:
    """Return for each step from the leaf up whether the leaf's side is the right one."""
    if not 0 <= index < size <= MOST:
        raise NotInState(f"Place {index} is not in a state tree of {size} leaves.")
    ways: list[bool] = []
    while size > 1:
        middle = split_point(size)
        is_right = index >= middle
        ways.append(is_right)
        index, size = (index - middle, size - middle) if is_right else (index, middle)
    return ways[::-1]
