"""What a home's database holds, read beside its owner with nothing but the standard library.

In: the database file. Out: what each batch has caused, and everything that is there twice or not.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_BUSY_S = 30


@dataclass(frozen=True, slots=True)
class Effects:
    """Digests of batches by what stands for them, as often as it does."""

    batches: Counter[bytes]
    facts: Counter[bytes]
    sequenced: Counter[bytes]
    contents: Counter[bytes]
    log_indices: list[int]
    log_size: int
    quarantined: int
    poisoned: int

    def missing(self, digests: Collection[bytes]) -> set[bytes]:
        """Return those that are not stored, or not with exactly one fact."""
        return {
            digest for digest in digests if (self.batches[digest], self.facts[digest]) != (1, 1)
        }

    def faults(self) -> list[str]:
        """Return what is wrong with a settled home, in words."""
        found: list[str] = []
        for name in ("facts", "sequenced", "contents"):
            counted: Counter[bytes] = getattr(self, name)
            if counted != self.batches:
                found.append(f"{name} of batches are {counted.total()}, not one for each")
        if any(count != 1 for count in self.batches.values()):
            found.append("a batch is stored twice")
        if sorted(self.log_indices) != list(range(self.log_size)):
            found.append(f"{len(self.log_indices)} log indices, a log of {self.log_size}")
        if self.poisoned:
            found.append(f"{self.poisoned} facts are poisoned")
        return found


@contextmanager
def reading(database: Path, *, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Open the database for reading; what a crash left half-done is first put right by SQLite.

    The last reader to leave tidies up, too. With mode `ro` SQLite does neither.
    """
    connection = sqlite3.connect(f"file:{database}?mode={mode}", uri=True, timeout=_BUSY_S)
    with closing(connection):
        yield connection


def effects_of(database: Path) -> Effects:
    """Return what batches have caused, in one unchanging view."""
    with reading(database) as connection:
        connection.execute("BEGIN")
        return Effects(
            batches=_digests(connection, "SELECT digest FROM batches"),
            facts=_digests(connection, "SELECT digest FROM facts WHERE kind='batch-stored'"),
            sequenced=_digests(
                connection,
                "SELECT digest FROM facts WHERE kind='batch-stored' AND log_index IS NOT NULL",
            ),
            contents=_digests(connection, "SELECT digest FROM batch_contents"),
            log_indices=[
                row[0]
                for row in connection.execute(
                    "SELECT log_index FROM facts WHERE log_index IS NOT NULL"
                )
            ],
            log_size=_number(connection, "SELECT coalesce(max(size), 0) FROM log_heads"),
            quarantined=_number(connection, "SELECT count(*) FROM quarantined_batches"),
            poisoned=_number(connection, "SELECT count(*) FROM poisoned_facts"),
        )


def stored_so_far(database: Path) -> int:
    """Return how many batches are stored, without touching a home that somebody works on."""
    try:
        with reading(database, mode="ro") as connection:
            return _number(connection, "SELECT count(*) FROM batches")
    except sqlite3.OperationalError:
        return 0  # its owner is just opening it


def anchored_size(database: Path) -> int:
    """Return the size of the greatest checkpoint that is noted as anchored."""
    with reading(database) as connection:
        query = "SELECT coalesce(max(size), 0) FROM checkpoints WHERE anchored_at_ms IS NOT NULL"
        return _number(connection, query)


def row_counts(database: Path) -> dict[str, int]:
    """Return how many rows each table has; what a refused batch must leave as it was."""
    with reading(database) as connection:
        connection.execute("BEGIN")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        return {
            name: _number(connection, f'SELECT count(*) FROM "{name}"')  # noqa: S608 - own tables
            for (name,) in tables.fetchall()
        }


def is_intact(database: Path) -> str:
    """Return SQLite's own word on the file: `ok`, or what is wrong."""
    with reading(database) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def _digests(connection: sqlite3.Connection, query: str) -> Counter[bytes]:
    return Counter(row[0] for row in connection.execute(query))


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
