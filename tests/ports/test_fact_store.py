"""What every outbox must do: no fact is skipped, whatever order their writers commit in."""

from uuid import UUID

import pytest
from sqlalchemy import text

from battery_passport.adapters.sql.archive import Archive
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.facts import Announcement, FactStore
from tests.factories.ledger import MOMENT

BATTERY = UUID("01890000-0000-7000-8000-000000000002")
RECORD = UUID("01890000-0000-7000-8000-000000000003")
LOOKED_UP = "SELECT digest FROM facts WHERE record_id = :record"
EXPLAINED = {
    "sqlite": f"EXPLAIN QUERY PLAN {LOOKED_UP}",
    "postgresql": f"EXPLAIN {LOOKED_UP}",
}


def announcement(number: int) -> Announcement:
    return Announcement(kind="tested", battery_id=BATTERY, digest=bytes([number]) * 32)


def announce(database: Database, *numbers: int) -> None:
    with database.write() as connection:
        for number in numbers:
            FactStore(connection).announce(announcement(number), MOMENT)


def sequence(database: Database) -> list[int]:
    """Give what is pending its log indices, as the sequencer does; return the whole log."""
    with database.write() as connection:
        store = FactStore(connection)
        pending = store.pending(100)
        start = len(store.from_index(0, 100))
        store.number(start, [fact.position for fact in pending])
        return [fact.digest[0] for fact in store.from_index(0, 100)]


def test_facts_are_numbered_densely_in_the_order_they_were_announced(
    record_store: Database,
) -> None:
    assert sequence(record_store) == []
    announce(record_store, 1, 2, 3)
    assert sequence(record_store) == [1, 2, 3]
    announce(record_store, 4)
    with record_store.read() as connection:
        assert FactStore(connection).count_pending() == 1
    assert sequence(record_store) == [1, 2, 3, 4]
    with record_store.read() as connection:
        store = FactStore(connection)
        assert [fact.log_index for fact in store.from_index(2, 10)] == [2, 3]
        assert len(store.from_index(0, 3)) == 3
        found = store.by_digest(bytes([2]) * 32)
        assert found is not None
        assert (found.log_index, found.recorded_at, found.record_id) == (1, MOMENT, None)
        assert store.by_digest(bytes(32)) is None
        assert [*Archive(connection).unannounced()] == []


def test_a_writer_that_commits_late_is_sequenced_late_and_handled_all_the_same(
    postgresql: Database,
) -> None:
    with postgresql.append() as late:
        FactStore(late).announce(announcement(1), MOMENT)  # takes the earlier position
        with postgresql.append() as early:
            FactStore(early).announce(announcement(2), MOMENT)
        assert sequence(postgresql) == [2]
        with postgresql.write() as connection:
            FactStore(connection).move_cursor("handler", 1)
    assert sequence(postgresql) == [2, 1]
    with postgresql.read() as connection:
        store = FactStore(connection)
        behind = store.from_index(store.cursor("handler"), 10)
        positions = [fact.position for fact in store.from_index(0, 10)]
    assert [fact.digest[0] for fact in behind] == [1]
    assert positions == sorted(positions, reverse=True)


def test_cursors_and_poisoned_facts_are_remembered_once(record_store: Database) -> None:
    announce(record_store, 1)
    with record_store.write() as connection:
        store = FactStore(connection)
        [fact] = store.pending(1)
        assert store.cursor("handler") == 0
        store.move_cursor("handler", 5)
        store.move_cursor("handler", 6)
        for error in ("first", "second"):
            store.poison(fact, handler="handler", error=error, moment=MOMENT)
    with record_store.read() as connection:
        store = FactStore(connection)
        assert store.cursor("handler") == 6
        assert store.poisoned() == [(str(fact.fact_id), "handler", "first")]


def test_a_fact_is_found_by_its_record_without_looking_at_the_others(
    record_store: Database,
) -> None:
    announce(record_store, 1, 2)
    named = Announcement(
        kind="tested", battery_id=BATTERY, digest=bytes([9]) * 32, record_id=RECORD
    )
    with record_store.write() as connection:
        FactStore(connection).announce(named, MOMENT)
    with record_store.read() as connection:
        store = FactStore(connection)
        assert store.by_record(RECORD).digest == named.digest
        with pytest.raises(LookupError, match=str(BATTERY)):
            store.by_record(BATTERY)
    dialect = record_store.engine.dialect.name
    with record_store.write() as connection:
        if dialect == "postgresql":  # it reads a small table whole if it may
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explained = text(EXPLAINED[dialect])
        plan = str(connection.execute(explained, {"record": str(RECORD)}).all())
    assert "ix_facts_record" in plan
