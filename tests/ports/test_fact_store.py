"""What every outbox must do: no fact is skipped, whatever order their writers commit in."""

from uuid import UUID

from battery_passport.adapters.sql.archive import Archive
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.facts import Announcement, FactStore
from tests.factories.ledger import MOMENT

BATTERY = UUID("01890000-0000-7000-8000-000000000002")


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
