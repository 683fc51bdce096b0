"""What every record store must do with its transactions, whatever keeps the rows."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, insert, select

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.postgresql import PostgresqlDatabase
from battery_passport.adapters.sql.schema import handler_cursors
from battery_passport.adapters.sql.upserts import insert_or_ignore, insert_or_update


def put(connection: Connection, handler: str, index: int) -> None:
    row = {"handler": handler, "next_log_index": index}
    insert_or_update(connection, handler_cursors, [row], keys=["handler"])


def cursors(database: Database) -> dict[str, int]:
    with database.read() as connection:
        rows = connection.execute(select(handler_cursors)).all()
    return {row.handler: row.next_log_index for row in rows}


def test_what_a_block_wrote_is_there_once_it_ended(record_store: Database) -> None:
    with record_store.write() as connection:
        put(connection, "first", 1)
    with record_store.append() as connection:
        put(connection, "second", 2)
    assert cursors(record_store) == {"first": 1, "second": 2}


@pytest.mark.parametrize("kind", ["write", "append"])
def test_nothing_of_a_block_that_failed_is_there(record_store: Database, kind: str) -> None:
    class Failed(Exception):
        pass

    def fail_after_writing() -> None:
        with getattr(record_store, kind)() as connection:
            put(connection, "first", 1)
            raise Failed

    with pytest.raises(Failed):
        fail_after_writing()
    assert cursors(record_store) == {}


def test_a_reader_sees_one_state_until_its_block_ends(record_store: Database) -> None:
    count = select(func.count()).select_from(handler_cursors)
    with record_store.read() as reader:
        assert reader.execute(count).scalar_one() == 0
        with record_store.write() as writer:
            put(writer, "later", 1)
        assert reader.execute(count).scalar_one() == 0
    assert cursors(record_store) == {"later": 1}


def test_writers_wait_for_one_another_so_that_what_they_read_stays_true(
    record_store: Database,
) -> None:
    def count_up(_turn: int) -> None:
        with record_store.write() as connection:
            known = connection.execute(select(handler_cursors.c.next_log_index)).scalar()
            put(connection, "counter", (known or 0) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(40)))
    assert cursors(record_store) == {"counter": 40}


def test_writers_of_two_processes_wait_for_one_another(postgresql: Database) -> None:
    # Two `Database`s share no lock of this process, as two processes would not.
    neighbour = PostgresqlDatabase(postgresql.engine)
    inside, order = threading.Event(), []

    def second() -> None:
        inside.wait(5)
        with neighbour.write() as connection:
            order.append("second")
            put(connection, "counter", 2)

    thread = threading.Thread(target=second)
    thread.start()
    with postgresql.write() as connection:
        inside.set()
        thread.join(0.3)
        put(connection, "counter", 1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert cursors(postgresql) == {"counter": 2}


def test_rows_already_there_are_kept_or_brought_up_to_date(record_store: Database) -> None:
    rows = [{"handler": name, "next_log_index": 1} for name in ("a", "b")]
    newer = [{"handler": name, "next_log_index": 7} for name in ("b", "c")]
    with record_store.write() as connection:
        connection.execute(insert(handler_cursors), rows)
        insert_or_ignore(connection, handler_cursors, newer)
    assert cursors(record_store) == {"a": 1, "b": 1, "c": 7}
    with record_store.write() as connection:
        insert_or_update(connection, handler_cursors, newer, keys=["handler"])
        insert_or_update(connection, handler_cursors, [], keys=["handler"])
    assert cursors(record_store) == {"a": 1, "b": 7, "c": 7}
