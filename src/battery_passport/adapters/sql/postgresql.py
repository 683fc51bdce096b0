"""Records and evidence in a PostgreSQL server, with the same transactions as the embedded file.

In: a database address. Out: a `Database`; the address and its password are never told to anybody.

Reads see one snapshot (REPEATABLE READ). `write` takes one advisory lock for the whole database, so
that what it reads stays true, as in SQLite; `append` takes none, so that evidence from several
processes commits side by side. What a server acknowledged is on its disk (synchronous_commit).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg.errors
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from battery_passport.adapters.sql.database import (
    BUSY_TIMEOUT_S,
    Database,
    DatabaseBusy,
    NoRoomLeft,
)
from battery_passport.foundation.errors import Misconfigured, TemporarilyUnavailable

LOCK_SPACE = 0x4250
"""The first number of every advisory lock of this platform; others use other numbers."""

WRITER_LOCK = 0
"""The second number of the lock that `write` takes; leases use those from 1."""

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_CONNECT_TIMEOUT_S = 10
_POOL = {"pool_size": 8, "max_overflow": 40, "pool_pre_ping": True}
_SESSION = (
    "SET synchronous_commit TO on",
    f"SET lock_timeout TO '{BUSY_TIMEOUT_S}s'",
    "SET TIME ZONE 'UTC'",
)
_WAITED_TOO_LONG = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


class MalformedDatabaseUrl(Misconfigured):
    """The database address cannot be read; it is not repeated, since it may hold a password."""

    code = "malformed-database-url"
    remedy = "Write it as postgresql://user:password@host:port/name."


class DatabaseUnreachable(TemporarilyUnavailable):
    """The database server does not answer or refuses."""

    code = "database-unreachable"
    remedy = "Start the database server, and check its name, port, user and password."


class PostgresqlDatabase(Database):
    """One database of a server; many writers, of which `write` is one at a time."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction. Raises: DatabaseUnreachable."""
        with connect(self._engine) as raw, _told_apart():
            connection = raw.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open the one exclusive write transaction. Raises: DatabaseBusy, DatabaseUnreachable."""
        with self._writer, self.append() as connection:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:space, :lock)"),
                {"space": LOCK_SPACE, "lock": WRITER_LOCK},
            )
            yield connection
        self.note_written()

    @contextmanager
    def append(self) -> Iterator[Connection]:
        """Open a write transaction. Raises: DatabaseBusy, DatabaseUnreachable."""
        with connect(self._engine) as connection, _told_apart(), connection.begin():
            yield connection


def connect(engine: Engine) -> Connection:
    """Return a connection to the server. Raises: DatabaseUnreachable."""
    try:
        return engine.connect()
    except OperationalError as error:
        raise DatabaseUnreachable(
            f"The database server at {engine.url.host or 'its socket'} does not let us in."
        ) from error


@contextmanager
def _told_apart() -> Iterator[None]:
    """Give the errors that pass by themselves a name of ours."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, _WAITED_TOO_LONG):
            raise DatabaseBusy("Another process is writing to the database.") from error
        if isinstance(error.orig, psycopg.errors.DiskFull):
            raise NoRoomLeft("The disk of the database server is full.") from error
        if error.connection_invalidated:
            raise DatabaseUnreachable("The database server ended our connection.") from error
        raise


def open_postgresql(url: str) -> Database:
    """Return the database at that address; nothing is asked of the server yet.

    Raises: MalformedDatabaseUrl.
    """
    engine = create_engine(
        _address(url),
        connect_args={"connect_timeout": _CONNECT_TIMEOUT_S},
        hide_parameters=True,
        **_POOL,
    )
    event.listen(engine, "connect", _configure)
    return PostgresqlDatabase(engine)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise MalformedDatabaseUrl("The database address cannot be read.") from None
    if address.drivername not in _SCHEMES or not address.database:
        raise MalformedDatabaseUrl("The database address names no PostgreSQL database.")
    return address.set(drivername="postgresql+psycopg")


def _configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
    with connection.cursor() as cursor:
        for statement in _SESSION:
            cursor.execute(statement)
    connection.commit()
