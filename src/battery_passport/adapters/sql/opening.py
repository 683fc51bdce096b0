"""Chooses the database of an installation.

In: a database address, or none, and a file. Out: an open `Database`, and the locks it offers.
"""

from pathlib import Path

from battery_passport.adapters.sql.advisory import AdvisoryLocks
from battery_passport.adapters.sql.database import Database, open_sqlite
from battery_passport.adapters.sql.postgresql import PostgresqlDatabase, open_postgresql


def open_database(url: str, file: Path) -> Database:
    """Return the database at that address, or the embedded one in the file if there is none.

    Raises: MalformedDatabaseUrl.
    """
    return open_postgresql(url) if url else open_sqlite(file)


def locks_of(database: Database) -> AdvisoryLocks | None:
    """Return the locks that the database's server keeps; an embedded database has no server."""
    return AdvisoryLocks(database.engine) if isinstance(database, PostgresqlDatabase) else None
