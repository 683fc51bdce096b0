"""The transparency log's tree against pymerkle: appending, proving, verifying.

In: entries as the log has them. Out: rates per CPU-second, and their ratios.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pymerkle

from battery_passport.foundation.clock import SystemClock
from battery_passport.foundation.digests import sha256
from battery_passport.ledger.memory import MemoryCheckpointStore, MemoryTileStore
from battery_passport.ledger.merkle import leaf_hash, verify_inclusion
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.ports import CheckpointStore, TileStore
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.tree import TiledTree
from battery_passport.ledger.vector_hashing import VectorHashes
from benchmarks.figures import Figure
from benchmarks.timing import rate_per_cpu_s

ENTRIES = 100_000
PROOFS = 2_000
_AT_ONCE = 2_000


def measure(_folder: Path) -> list[Figure]:
    """Return the figures of both trees."""
    entries = [b"%c" % 1 + sha256(b"entry %d" % number) for number in range(ENTRIES)]
    tiles = MemoryTileStore()
    log = _log(tiles, MemoryCheckpointStore())
    peer = pymerkle.InmemoryTree(algorithm="sha256")
    chosen = random.Random(1).sample(range(ENTRIES), PROOFS)
    # What is compiled once a machine is no part of a rate.
    _append(_log(MemoryTileStore(), MemoryCheckpointStore()), entries[:_AT_ONCE])
    own_appends = _rate(lambda: _append(log, entries), ENTRIES)
    peer_appends = _rate(lambda: peer.append_entries(entries), ENTRIES)
    single = pymerkle.InmemoryTree(algorithm="sha256")
    peer_single = _rate(lambda: [single.append_entry(each) for each in entries], ENTRIES)
    assert log.head().root == peer.get_state()
    tree = TiledTree(tiles, ENTRIES)
    own_proofs = rate_per_cpu_s(tree.inclusion_path, chosen)
    peer_proofs = rate_per_cpu_s(lambda at: peer.prove_inclusion(at + 1), chosen[:100])
    return [
        *_compared("appends", own_appends, peer_single, goal=10.0),
        Figure(
            name="log: appends, times pymerkle's bulk", value=own_appends / peer_appends, unit="x"
        ),
        Figure(name="log: inclusion proofs made", value=own_proofs, unit="/s/core", goal=50_000.0),
        Figure(
            name="log: inclusion proofs made, times pymerkle",
            value=own_proofs / peer_proofs,
            unit="x",
        ),
        *_compared("inclusion proofs verified", *_verifications(tree, peer, entries, chosen)),
    ]


def _log(tiles: TileStore, checkpoints: CheckpointStore) -> MerkleLog:
    signer = Ed25519NoteSigner.from_seed("bench.example/log", bytes(32))
    return MerkleLog(tiles, checkpoints, signer=signer, clock=SystemClock(), hashes=VectorHashes())


def _append(log: MerkleLog, entries: list[bytes]) -> None:
    for start in range(0, len(entries), _AT_ONCE):
        log.sequence(entries[start : start + _AT_ONCE])


def _rate(work: Callable[[], object], entries: int) -> float:
    begun = time.process_time()
    work()
    return entries / (time.process_time() - begun)


def _verifications(
    tree: TiledTree, peer: pymerkle.InmemoryTree, entries: list[bytes], chosen: list[int]
) -> tuple[float, float]:
    root = tree.root()
    own = [(at, leaf_hash(entries[at]), tree.inclusion_path(at)) for at in chosen]
    theirs = [(peer.get_leaf(at + 1), peer.prove_inclusion(at + 1)) for at in chosen[:100]]
    return (
        rate_per_cpu_s(
            lambda one: verify_inclusion(
                leaf=one[1], index=one[0], size=ENTRIES, path=one[2], root=root
            ),
            own,
        ),
        rate_per_cpu_s(lambda one: pymerkle.verify_inclusion(one[0], root, one[1]), theirs),
    )


def _compared(
    name: str, own: float, peer: float, *, goal: float | None = None
) -> tuple[Figure, ...]:
    return (
        Figure(name=f"log: {name}", value=own, unit="/s/core"),
        Figure(name=f"log: {name}, times pymerkle", value=own / peer, unit="x", goal=goal),
    )
