"""The audit of the database itself: its structure, and the rows that no log vouches for.

In: a database. Out: nothing, or the first thing that is not as it was written.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.row_seals import check_seals
from battery_passport.proof.errors import StoredRecordAltered

_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What reading a value that is not as it was written can end in."""


def check_rows(connection: Connection) -> None:
    """Return if every sealed row is as it was written. Raises: StoredRecordAltered."""
    finding = next(check_seals(connection), None)
    if finding is not None:
        raise StoredRecordAltered(finding)


@contextmanager
def checked_beside(database: Database) -> Iterator[None]:
    """Check the database's structure, in a thread of its own, while the block runs.

    What the block finds is told first, because it names a record.
    Raises: StoredRecordAltered; also for what the database itself cannot read.
    """
    checking = _Structure(database)
    checking.start()
    try:
        with checked_reading():
            yield
    finally:
        checking.join()
    if checking.finding is not None:
        raise StoredRecordAltered(checking.finding)


@contextmanager
def checked_reading() -> Iterator[None]:
    """Turn what reading damaged values ends in into a finding. Raises: StoredRecordAltered."""
    try:
        yield
    except DatabaseError as error:
        raise StoredRecordAltered(f"The database cannot be read: {error.orig}.") from error
    except _UNREADABLE as error:
        raise StoredRecordAltered(f"A stored value cannot be read: {error!r}.") from error


class _Structure(threading.Thread):
    """Lets SQLite go through its pages and indexes; it gives way to Python meanwhile."""

    def __init__(self, database: Database) -> None:
        super().__init__(name="database-structure")
        self.finding: str | None = None
        self._database = database

    def run(self) -> None:
        """Check, and note the first finding."""
        try:
            self.finding = self._database.structure_finding()
        except DatabaseError as error:
            self.finding = f"The database cannot be read: {error.orig}."
