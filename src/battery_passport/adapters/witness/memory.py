"""A witness's memory in one SQLite file: what it signed survives every death of the process.

In: trees it is about to answer for. Out: the tree cosigned last, compared and replaced in one step.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from battery_passport.ledger.model import EMPTY_TREE, TreeHead
from battery_passport.ledger.witnessing import OtherSizeSeen

_TABLE = (
    "CREATE TABLE IF NOT EXISTS cosigned"
    " (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL)"
)
_BUSY_S = 10.0


class SqliteWitnessMemory:
    """Fulfils `ledger.witnessing.WitnessMemory`; several threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        # With a rollback journal, EXTRA also forces the folder to disk once the journal is gone.
        self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.execute("PRAGMA synchronous=EXTRA")
        self._connection.execute(_TABLE)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def seen(self, origin: str) -> TreeHead:
        """Return the tree cosigned last; the empty tree before the first."""
        with self._lock:
            return self._seen(origin)

    def cosigned(self, origin: str) -> bytes | None:
        """Return the note cosigned last."""
        with self._lock:
            query = "SELECT note FROM cosigned WHERE origin = ?"
            row = self._connection.execute(query, (origin,)).fetchone()
        return None if row is None else bytes(row[0])

    def advance(self, origin: str, *, before: TreeHead, after: TreeHead, note: bytes) -> None:
        """Put a tree in place of the one seen before; it is durable on return.

        Raises: OtherSizeSeen.
        """
        with self._lock, self._transaction():
            found = self._seen(origin)
            if found != before:
                raise OtherSizeSeen(found.size)
            self._connection.execute(
                "INSERT INTO cosigned VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE"
                " SET size = excluded.size, root = excluded.root, note = excluded.note",
                (origin, after.size, after.root, note),
            )

    def _seen(self, origin: str) -> TreeHead:
        query = "SELECT size, root FROM cosigned WHERE origin = ?"
        row = self._connection.execute(query, (origin,)).fetchone()
        return EMPTY_TREE if row is None else TreeHead(size=row[0], root=bytes(row[1]))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
