"""What every tile store and checkpoint store must do, whatever keeps the bytes.

In: one factory for each store. Out: the same answers from all of them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.log import SqlCheckpointStore, SqlTileStore
from battery_passport.foundation.clock import FixedClock
from battery_passport.ledger.memory import MemoryCheckpointStore, MemoryTileStore
from battery_passport.ledger.model import EMPTY_TREE, SignedCheckpoint, TreeHead
from battery_passport.ledger.note_keys import Ed25519NoteSigner
from battery_passport.ledger.ports import CheckpointStore, TileStore
from battery_passport.ledger.service import MerkleLog
from battery_passport.ledger.tiles import ENTRIES_LEVEL
from battery_passport.ledger.tlog_proof import LogTrust, verify_tlog_proof
from tests.factories.databases import RECORD_STORES
from tests.factories.ledger import MOMENT, ORIGIN, SEED, make_entries, make_entry, make_log

Stores = tuple[TileStore, CheckpointStore]


@contextmanager
def memory_stores(_folder: Path) -> Iterator[Stores]:
    yield MemoryTileStore(), MemoryCheckpointStore()


def sql_stores(
    opened: Callable[[Path], AbstractContextManager[Database]],
) -> Callable[[Path], AbstractContextManager[Stores]]:
    @contextmanager
    def stores(folder: Path) -> Iterator[Stores]:
        with opened(folder) as database, database.write() as connection:
            yield SqlTileStore(connection), SqlCheckpointStore(connection)

    return stores


FACTORIES: dict[str, Callable[[Path], AbstractContextManager[Stores]]] = {
    "memory": memory_stores,
    **{name: sql_stores(opened) for name, opened in RECORD_STORES.items()},
}


@pytest.fixture(params=FACTORIES)
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    with FACTORIES[request.param](tmp_path) as pair:
        yield pair


def checkpoint(size: int) -> SignedCheckpoint:
    return SignedCheckpoint(
        head=TreeHead(size=size, root=bytes([size]) * 32),
        note=f"note of {size} ‖\n".encode(),
        signed_at=MOMENT + timedelta(seconds=size, milliseconds=250),
    )


def test_a_tile_is_what_was_last_put(stores: Stores) -> None:
    tiles, _ = stores
    assert tiles.get(0, 0) is None
    tiles.put(0, 0, b"\x00narrow")
    tiles.put(0, 0, b"\x00wider\xff")
    tiles.put(ENTRIES_LEVEL, 0, b"entries")
    tiles.put(1, 0, b"above")
    tiles.put(0, 1, b"")
    assert tiles.get(0, 0) == b"\x00wider\xff"
    assert tiles.get(ENTRIES_LEVEL, 0) == b"entries"
    assert tiles.get(1, 0) == b"above"
    assert tiles.get(0, 1) == b""
    assert tiles.get(1, 1) is None


def test_the_tree_head_is_the_last_recorded(stores: Stores) -> None:
    _, checkpoints = stores
    assert checkpoints.tree_head() == EMPTY_TREE
    for size in (1, 500, 499):
        head = TreeHead(size=size, root=b"\x05" * 32)
        checkpoints.record_tree_head(head)
        assert checkpoints.tree_head() == head


def test_checkpoints_come_back_in_order_of_size(stores: Stores) -> None:
    _, checkpoints = stores
    assert checkpoints.latest() is None
    assert list(checkpoints.larger_than(0, limit=5)) == []
    kept = [checkpoint(size) for size in (3, 7, 9, 200)]
    for each in kept:
        checkpoints.add(each)
    assert checkpoints.latest() == kept[-1]
    assert list(checkpoints.larger_than(0, limit=2)) == kept[:2]
    assert list(checkpoints.larger_than(3, limit=10)) == kept[1:]
    assert list(checkpoints.larger_than(8, limit=1)) == [kept[2]]
    assert list(checkpoints.larger_than(200, limit=10)) == []


def test_a_log_over_the_store_is_that_over_any_other(stores: Stores) -> None:
    tiles, checkpoints = stores
    signer = Ed25519NoteSigner.from_seed(ORIGIN, SEED)
    log = MerkleLog(tiles, checkpoints, signer=signer, clock=FixedClock(MOMENT))
    for start, end in ((0, 1), (1, 255), (255, 257), (257, 1_100)):
        log.sequence(make_entries(range(start, end)))
    log.check()
    assert log.head() == make_log(size=1_100).log.head()
    signed = log.make_checkpoint()
    trust = LogTrust(origin=ORIGIN, log_key=signer.key)
    for index in (0, 256, 1_099):
        proof = log.prove_inclusion(index, signed)
        assert verify_tlog_proof(proof, entry=make_entry(index), trust=trust).index == index
