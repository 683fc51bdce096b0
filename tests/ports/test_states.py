"""State epochs and cosignatures, over every record store."""

import hashlib
from datetime import UTC, datetime, timedelta

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.states import EPOCHS_KEPT, LoggedState, StateStore
from battery_passport.adapters.sql.witnesses import WitnessContact, WitnessStore
from battery_passport.ledger.model import SignedCheckpoint, TreeHead
from battery_passport.ledger.state_proof import verify_state_proof
from battery_passport.ledger.state_tree import StateLeaf, parse_state_record

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def leaf_of(number: int, *, seq: int = 1) -> StateLeaf:
    digest = hashlib.sha256(b"%d" % number).digest()
    return StateLeaf(key=digest[:16], seq=seq, cred=hashlib.sha256(digest).digest())


def open_and_log(store: Database, leaves: list[StateLeaf], *, index: int | None) -> None:
    """Open an epoch, and give its fact a log index if there is one."""
    with store.write() as connection:
        StateStore(connection).open_epoch(leaves, through_position=0, moment=NOW)
        if index is not None:
            facts = FactStore(connection)
            facts.number(index, [fact.position for fact in facts.pending(10)])


def latest(store: Database, number: int, *, under_size: int | None = None) -> LoggedState | None:
    with store.read() as connection:
        found = StateStore(connection).latest_state(leaf_of(number).key, under_size=under_size)
    if found is not None:
        verify_state_proof(found.leaf, found.proof)
    return found


def test_the_latest_version_is_proven_under_the_newest_logged_epoch(record_store: Database) -> None:
    open_and_log(record_store, [leaf_of(number) for number in range(300)], index=5)
    open_and_log(record_store, [leaf_of(7, seq=2), leaf_of(300)], index=9)
    open_and_log(record_store, [leaf_of(7, seq=3)], index=None)
    found = latest(record_store, 7)
    assert found is not None
    assert (found.leaf.seq, found.log_index, found.proof.epoch.size) == (2, 9, 301)
    assert len(found.salt) == 16
    older = latest(record_store, 7, under_size=9)
    assert older is not None
    assert (older.leaf.seq, older.log_index, older.proof.epoch.number) == (1, 5, 1)
    assert latest(record_store, 300, under_size=9) is None
    assert latest(record_store, 301) is None
    assert latest(record_store, 7, under_size=5) is None


def test_records_are_kept_and_old_trees_are_not(record_store: Database) -> None:
    for number in range(EPOCHS_KEPT + 3):
        open_and_log(record_store, [leaf_of(1, seq=number + 1)], index=number)
    found = latest(record_store, 1)
    assert found is not None
    assert found.leaf.seq == EPOCHS_KEPT + 3
    oldest = latest(record_store, 1, under_size=4)
    assert oldest is not None
    assert oldest.leaf.seq == 4
    assert latest(record_store, 1, under_size=3) is None
    with record_store.read() as connection:
        store = StateStore(connection)
        logged = list(store.logged(limit=1_000))
        assert [each.epoch.number for each in logged] == list(range(EPOCHS_KEPT + 3, 0, -1))
        newest = store.newest()
        assert newest is not None
        assert parse_state_record(newest.record) == newest.epoch
        assert store.by_id(newest.epoch_id) == newest
        assert [each.epoch.number for each in store.logged(limit=2, before=5)] == [4, 3]


def test_cosignatures_are_kept_and_counted(record_store: Database) -> None:
    with record_store.write() as connection:
        checkpoints, store = SqlCheckpointStore(connection), WitnessStore(connection)
        for size in (3, 5, 8):
            head = TreeHead(size=size, root=bytes(32))
            checkpoints.add(SignedCheckpoint(head=head, note=b"%d" % size, signed_at=NOW))
        for size in (3, 5):
            checkpoints.mark_anchored(size, anchor={"number": size}, moment=NOW)
        for size, witness in ((3, "a"), (3, "b"), (5, "a"), (8, "a"), (8, "b")):
            store.add(size, witness, line=f"{witness} under {size}", moment=NOW)
        store.add(3, "a", line="another", moment=NOW)
    with record_store.read() as connection:
        store = WitnessStore(connection)
        assert store.lines(3, ["a", "b"]) == ["a under 3", "b under 3"]
        assert store.lines(3, ["b"]) == ["b under 3"]
        assert store.lines(3, []) == []
        assert store.greatest_anchored(["a", "b"], required=2) == 3
        assert store.greatest_anchored(["a", "b"], required=1) == 5
        assert store.greatest_anchored(["b"], required=2) is None


def test_a_witness_that_fails_is_remembered_since_the_first_time(record_store: Database) -> None:
    later = NOW + timedelta(minutes=5)
    with record_store.write() as connection:
        store = WitnessStore(connection)
        assert store.contact("a") == WitnessContact()
        store.answered("a", size=7, moment=NOW)
        store.failed("a", error="silence", moment=NOW)
        store.failed("a", error="more silence", moment=later)
        assert store.contact("a") == WitnessContact(
            size=7, answered_at=NOW, failing_since=NOW, error="more silence"
        )
        store.answered("a", size=9, moment=later)
        assert store.contact("a") == WitnessContact(size=9, answered_at=later)
