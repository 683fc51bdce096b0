"""Logs, keys and entries for tests.

In: what a test varies. Out: valid objects of the ledger stage.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from battery_passport.foundation.clock import FixedClock
from battery_passport.ledger.memory import MemoryCheckpointStore, MemoryTileStore
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.tlog_proof import LogTrust

ORIGIN = "passport.example.org/log"
SEED = bytes(range(32))
MOMENT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def make_entry(number: int) -> bytes:
    return b"\x01" + hashlib.sha256(b"entry %d" % number).digest()


def make_entries(numbers: Iterable[int]) -> list[bytes]:
    return [make_entry(number) for number in numbers]


@dataclass
class LogWorld:
    """A log in memory with everything around it in reach."""

    log: MerkleLog
    tiles: MemoryTileStore
    checkpoints: MemoryCheckpointStore
    clock: FixedClock
    signer: Ed25519NoteSigner

    @property
    def trust(self) -> LogTrust:
        return LogTrust(origin=ORIGIN, log_key=self.signer.key)

    def reopened(self) -> MerkleLog:
        """The same stores under a service of a new process."""
        return MerkleLog(self.tiles, self.checkpoints, signer=self.signer, clock=self.clock)


def make_log(*, size: int = 0, seed: bytes = SEED) -> LogWorld:
    tiles, checkpoints, clock = MemoryTileStore(), MemoryCheckpointStore(), FixedClock(MOMENT)
    signer = Ed25519NoteSigner.from_seed(ORIGIN, seed)
    log = MerkleLog(tiles, checkpoints, signer=signer, clock=clock)
    world = LogWorld(log=log, tiles=tiles, checkpoints=checkpoints, clock=clock, signer=signer)
    if size:
        log.sequence(make_entries(range(size)))
    return world
