"""One database: its connections, its durability and its transactions.

In: an engine. Out: `read()`, `write()` and `append()` transactions that end with their block; what
they committed survives a power failure. Here SQLite (WAL, synchronous=FULL), beside it PostgreSQL.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from battery_passport.adapters.sql.row_digest import register
from battery_passport.adapters.sql.turnstile import Turnstile
from battery_passport.foundation.errors import TemporarilyUnavailable

BUSY_TIMEOUT_S = 30
"""How long a writer waits for another process before it gives up."""

_TURN_S = 5.0
"""How long it waits for its turn among the processes of a home, before it tries without one."""

_FULL_WAIT_S = 60.0
"""When to come back to a full disk: somebody has to make room first."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}",
    "PRAGMA temp_store=MEMORY",
    # Pages are copied from the write-ahead log to the file every 16 MiB, not every 4.
    "PRAGMA wal_autocheckpoint=4000",
)


class DatabaseBusy(TemporarilyUnavailable):
    """Another process held the database for too long."""

    code = "database-busy"


class NoRoomLeft(TemporarilyUnavailable):
    """The disk of the database is full; nothing of this was kept, and nothing kept is lost."""

    code = "no-room-left"
    remedy = "Make room on the disk of the database, then try again; devices do so by themselves."

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after_s=_FULL_WAIT_S)


class Database(ABC):
    """Opens transactions; a process writes one at a time, because what it read must stay true."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = threading.Lock()
        self._generation = 0

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations and backups."""
        return self._engine

    @property
    def generation(self) -> int:
        """How often this process has committed a `write`; whoever kept something looks here."""
        return self._generation

    def note_written(self) -> None:
        """Count a `write` that has just been committed."""
        self._generation += 1

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """Open a read transaction: one unchanging view until the block ends."""

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """Open a write transaction; it is durable once the block has ended without error.

        No other `write` of any process goes on beside it, so that what it read stays true.
        Raises: DatabaseBusy after 30 s of waiting for another process.
        """

    @abstractmethod
    def append(self) -> AbstractContextManager[Connection]:
        """Open a write transaction that may go on beside others, where the database can do so.

        Only for statements that are right whatever others commit meanwhile: evidence.
        Raises: DatabaseBusy as `write` does.
        """

    def structure_finding(self) -> str | None:
        """Return what is wrong with the database's pages and indexes, or None.

        PostgreSQL checks its pages itself, whenever it reads one.
        """
        return None

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


class SqliteDatabase(Database):
    """One file, one writer; the processes of a home take turns."""

    def __init__(self, engine: Engine, turnstile: Turnstile) -> None:
        super().__init__(engine)
        self._turnstile = turnstile

    def close(self) -> None:
        """Close every connection."""
        super().close()
        self._turnstile.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open the write transaction. Raises: DatabaseBusy."""
        with self.append() as connection:
            yield connection
        self.note_written()

    def structure_finding(self) -> str | None:
        """Return what is wrong with the database's pages and indexes, or None."""
        with self.read() as connection:
            told = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        return None if told == "ok" else f"The database's structure is damaged: {told}."

    @contextmanager
    def append(self) -> Iterator[Connection]:
        """Open the write transaction: SQLite has only one. Raises: DatabaseBusy."""
        with self._writer, self._turnstile.turn(patience_s=_TURN_S), self._engine.connect() as raw:
            connection = raw.execution_options(writes=True)
            try:
                with connection.begin():
                    yield connection
            except OperationalError as error:
                told = str(error.orig)
                if "locked" in told or "busy" in told:
                    raise DatabaseBusy("Another process is writing to the database.") from error
                if "disk is full" in told:
                    raise NoRoomLeft("The disk of the database is full.") from error
                raise


def open_sqlite(path: Path) -> Database:
    """Return the database in that file, which is created if absent."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"isolation_level": None, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return SqliteDatabase(engine, Turnstile(path.with_name(f"{path.name}-turn")))


def _configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
    register(connection)


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: a read lock raised later can fail without waiting.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


__all__ = [
    "BUSY_TIMEOUT_S",
    "Database",
    "DatabaseBusy",
    "DatabaseError",
    "NoRoomLeft",
    "SqliteDatabase",
    "open_sqlite",
]
