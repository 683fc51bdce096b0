"""The log service: dense indices, one history, and tiles that are not believed unchecked.

In: a log in memory, whole or spoilt. Out: indices, checkpoints and proofs, or named failures.
"""

from datetime import timedelta

import pytest

from battery_passport.foundation.errors import Misconfigured
from battery_passport.ledger.audit import check_log
from battery_passport.ledger.errors import (
    EmptyLog,
    EntryTooLong,
    LogRolledBack,
    NoSuchEntry,
    TilesContradict,
)
from battery_passport.ledger.merkle import leaf_hash, verify_consistency
from battery_passport.ledger.model import EMPTY_TREE, TreeHead
from battery_passport.ledger.service import refuse_bad_origin
from battery_passport.ledger.tiles import ENTRIES_LEVEL, read_bundle, serve_tile, tile_path
from battery_passport.ledger.tlog_proof import verify_tlog_proof
from tests.factories.ledger import ORIGIN, make_entries, make_entry, make_log


def test_indices_are_dense_and_in_the_order_handed_in() -> None:
    world = make_log()
    assert world.log.head() == EMPTY_TREE
    assert world.log.sequence(make_entries(range(3))).indices == range(3)
    assert world.log.sequence([]).indices == range(3, 3)
    assert world.log.sequence(make_entries(range(3, 600))).indices == range(3, 600)
    assert world.log.head().size == 600
    assert read_bundle(world.tiles, 1, width=2) == make_entries((256, 257))
    assert world.log.leaf_hash(599) == leaf_hash(make_entry(599))


def test_a_checkpoint_is_signed_once_for_each_tree() -> None:
    world = make_log(size=10)
    first = world.log.make_checkpoint()
    world.clock.moment += timedelta(seconds=60)
    assert world.log.make_checkpoint() is first
    world.log.sequence([make_entry(10)])
    second = world.log.make_checkpoint()
    assert (second.head.size, second.signed_at) == (11, world.clock.moment)
    path = world.log.prove_consistency(10, 11)
    verify_consistency(
        old_size=10,
        old_root=first.head.root,
        new_size=11,
        new_root=second.head.root,
        path=path,
    )


def test_an_older_checkpoint_still_proves_its_entries() -> None:
    world = make_log(size=300)
    old = world.log.make_checkpoint()
    world.log.sequence(make_entries(range(300, 900)))
    proof = world.reopened().prove_inclusion(299, old)
    assert verify_tlog_proof(proof, entry=make_entry(299), trust=world.trust).index == 299


def test_an_empty_log_signs_nothing() -> None:
    with pytest.raises(EmptyLog):
        make_log().log.make_checkpoint()


def test_roots_and_entries_beyond_the_end_do_not_exist() -> None:
    world = make_log(size=5)
    assert world.log.root_at(6) is None
    assert world.log.root_at(-1) is None
    assert world.log.root_at(0) == EMPTY_TREE.root
    assert world.log.root_at(5) == world.log.head().root
    for call in (
        lambda: world.log.leaf_hash(5),
        lambda: world.log.prove_consistency(5, 6),
        lambda: world.log.prove_consistency(0, 5),
    ):
        with pytest.raises(NoSuchEntry):
            call()


@pytest.mark.parametrize(
    ("level", "index"), [(0, 0), (0, 1), (1, 0), (ENTRIES_LEVEL, 0), (ENTRIES_LEVEL, 1)]
)
def test_a_changed_tile_is_found(level: int, index: int) -> None:
    world = make_log(size=300)
    content = bytearray(world.tiles.tiles[level, index])
    content[20] ^= 1
    world.tiles.put(level, index, bytes(content))
    with pytest.raises(TilesContradict):
        world.log.check()


@pytest.mark.parametrize(("level", "index"), [(0, 1), (1, 0)])
def test_tiles_that_contradict_the_recorded_size_stop_the_sequencer(level: int, index: int) -> None:
    world = make_log(size=300)
    kept = world.tiles.tiles[level, index]
    for spoilt in (kept[:-32], kept[:-1] + bytes([kept[-1] ^ 1]), b""):
        world.tiles.put(level, index, spoilt)
        with pytest.raises(TilesContradict):
            world.reopened().sequence([make_entry(300)])
        with pytest.raises(TilesContradict):
            world.log.make_checkpoint()
    assert world.log.head().size == 300


def test_a_lost_transaction_is_noticed_by_the_same_service() -> None:
    """The database rolled back behind the service's back: the next entries take those places."""
    world = make_log(size=300)
    before, tiles = world.log.head(), dict(world.tiles.tiles)
    world.log.sequence(make_entries(range(900, 1200)))
    world.checkpoints.record_tree_head(before)
    world.tiles.tiles = tiles
    assert world.log.sequence([make_entry(300)]).indices == range(300, 301)
    world.log.check()


def test_leftover_tiles_beyond_the_recorded_size_are_no_contradiction() -> None:
    world = make_log(size=300)
    before = world.log.head()
    world.log.sequence(make_entries(range(900, 1200)))
    world.checkpoints.record_tree_head(before)
    assert world.reopened().sequence([make_entry(300)]).indices == range(300, 301)
    world.log.check()


def test_a_restored_older_log_signs_no_second_history() -> None:
    world = make_log(size=300)
    world.log.make_checkpoint()
    shorter = make_log(size=200)
    shorter.log._checkpoints.add(world.checkpoints.larger_than(0, limit=1)[0])
    with pytest.raises(LogRolledBack, match="300"):
        shorter.log.make_checkpoint()
    shorter.log.sequence(make_entries(range(500, 700)))
    with pytest.raises(LogRolledBack, match="differ"):
        shorter.log.make_checkpoint()


def test_a_wrong_recorded_root_is_found() -> None:
    world = make_log(size=300)
    with pytest.raises(TilesContradict):
        check_log(world.tiles, TreeHead(size=300, root=bytes(32)))


def test_long_entries_are_refused_whole() -> None:
    world = make_log(size=2)
    with pytest.raises(EntryTooLong):
        world.log.sequence([make_entry(2), bytes(70_000)])
    assert world.log.sequence([make_entry(2)]).indices == range(2, 3)


def test_tiles_are_served_under_the_specification_s_paths() -> None:
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path(2, 5, 17) == "tile/2/005.p/17"
    assert tile_path(ENTRIES_LEVEL, 999, 1) == "tile/entries/999.p/1"
    assert tile_path(1, 1000) == "tile/1/x001/000"
    world = make_log(size=300)
    bundle = serve_tile(world.tiles, ENTRIES_LEVEL, 1, width=44)
    assert bundle[:2] == b"\x00\x21"
    assert len(bundle) == 44 * 35
    assert len(serve_tile(world.tiles, 0, 0, width=256)) == 8_192


@pytest.mark.parametrize("origin", ["", "example.org", "exa mple.org/log", "a+b/log"])
def test_origins_end_in_log_and_hold_no_spaces(origin: str) -> None:
    refuse_bad_origin(ORIGIN)
    with pytest.raises(Misconfigured):
        refuse_bad_origin(origin)
