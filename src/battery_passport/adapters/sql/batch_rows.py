"""The shortest road of batch rows to and from the disk, in each database's own words.

In: rows as tuples in the order of their columns. Out: digests now stored, digests known under keys.
Nearly every batch is new: rows are inserted where their keys are free, and only what was left out
is looked up. So it is right on PostgreSQL too, whatever other processes store meanwhile.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection

Key = tuple[str, bytes, int]
"""Device id, boot id, sequence number."""

Row = tuple[bytes, str, bytes, int, str, int, int, bytes]

COLUMNS = (
    "digest",
    "device_id",
    "boot_id",
    "sequence",
    "battery_id",
    "collected_at_ms",
    "received_at_ms",
    "encoded",
)

FactRow = tuple[str, str, str, bytes, bytes, int]

FACT_COLUMNS = ("fact_id", "kind", "battery_id", "digest", "salt", "recorded_at_ms")
"""The columns of a fact that announces a batch; the database gives it its position."""

_TYPES = ("bytea", "text", "bytea", "bigint", "text", "bigint", "bigint", "bytea")
_FACT_TYPES = ("text", "text", "text", "bytea", "bytea", "bigint")
_NAMES = ", ".join(COLUMNS)
_FACT_NAMES = ", ".join(FACT_COLUMNS)

_SQLITE_INSERT = (
    f"INSERT INTO batches ({_NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - names of ours
    " ON CONFLICT DO NOTHING"
)
_SQLITE_LAST = "SELECT coalesce(max(rowid), 0) FROM batches"
_SQLITE_STORED = "SELECT digest FROM batches WHERE rowid > ?"
_SQLITE_INSERT_FACT = (
    f"INSERT INTO facts ({_FACT_NAMES}) VALUES ({', '.join('?' * len(FACT_COLUMNS))})"  # noqa: S608 - names of ours
)
_SQLITE_KEYS_AT_ONCE = 256

# One round trip a group: every column travels as one binary array. Rows go in the order of their
# keys, so that two writers with the same keys wait for one another and never in a circle.
_ARRAYS = ", ".join(f"%b::{name}[]" for name in _TYPES)
_POSTGRESQL_INSERT = (
    f"INSERT INTO batches ({_NAMES})"  # noqa: S608 - names of ours
    f" SELECT * FROM unnest({_ARRAYS}) AS given ({_NAMES})"
    " ORDER BY device_id, boot_id, sequence ON CONFLICT DO NOTHING RETURNING digest"
)
_FACT_ARRAYS = ", ".join(f"%b::{name}[]" for name in _FACT_TYPES)
_POSTGRESQL_INSERT_FACTS = (
    f"INSERT INTO facts ({_FACT_NAMES})"  # noqa: S608 - names of ours
    f" SELECT {_FACT_NAMES} FROM unnest({_FACT_ARRAYS})"
    f" WITH ORDINALITY AS given ({_FACT_NAMES}, place) ORDER BY place"
)
_POSTGRESQL_KNOWN = (
    "SELECT device_id, boot_id, sequence, digest"
    " FROM unnest(%b::text[], %b::bytea[], %b::bigint[]) AS given (device_id, boot_id, sequence)"
    " JOIN batches USING (device_id, boot_id, sequence)"
)


class SqliteBatchRows:
    """One statement for many keys, one prepared statement that runs once a row."""

    def __init__(self, connection: Connection) -> None:
        # Straight to the driver: this is on the way of every batch that is acknowledged.
        self._cursor = connection.connection.cursor()

    def known_digests(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Return the digest stored under each key that is taken."""
        known: dict[Key, bytes] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _SQLITE_KEYS_AT_ONCE):
            piece = wanted[start : start + _SQLITE_KEYS_AT_ONCE]
            rows = self._cursor.execute(
                _sqlite_known(len(piece)), tuple(chain.from_iterable(piece))
            )
            known |= {
                (device_id, boot, sequence): digest for device_id, boot, sequence, digest in rows
            }
        return known

    def insert(self, rows: Sequence[Row]) -> set[bytes]:
        """Store the rows whose keys are free and return their digests."""
        # Within one write transaction, what is new has a higher row number than all there was.
        (last,) = self._cursor.execute(_SQLITE_LAST).fetchone()
        self._cursor.executemany(_SQLITE_INSERT, rows)
        if self._cursor.rowcount == len(rows):
            return {row[0] for row in rows}
        return {digest for (digest,) in self._cursor.execute(_SQLITE_STORED, (last,))}

    def announce(self, rows: Sequence[FactRow]) -> None:
        """Store facts."""
        self._cursor.executemany(_SQLITE_INSERT_FACT, rows)


class PostgresqlBatchRows:
    """One statement a group."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known_digests(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Return the digest stored under each key that is taken."""
        columns = _columns(keys)
        if not columns:
            return {}
        rows = self._connection.exec_driver_sql(_POSTGRESQL_KNOWN, columns)
        return {(row.device_id, row.boot_id, row.sequence): row.digest for row in rows}

    def insert(self, rows: Sequence[Row]) -> set[bytes]:
        """Store the rows whose keys are free and return their digests."""
        inserted = self._connection.exec_driver_sql(_POSTGRESQL_INSERT, _columns(rows))
        return {row.digest for row in inserted}

    def announce(self, rows: Sequence[FactRow]) -> None:
        """Store facts."""
        self._connection.exec_driver_sql(_POSTGRESQL_INSERT_FACTS, _columns(rows))


BATCH_ROWS: dict[str, type[SqliteBatchRows] | type[PostgresqlBatchRows]] = {
    "sqlite": SqliteBatchRows,
    "postgresql": PostgresqlBatchRows,
}


def _sqlite_known(count: int) -> str:
    # CROSS JOIN keeps the keys outside, so that each is looked up in the index.
    given = ", ".join(["(?, ?, ?)"] * count)
    return (
        f"WITH given (device_id, boot_id, sequence) AS (VALUES {given})"  # noqa: S608 - marks only
        " SELECT device_id, boot_id, sequence, digest"
        " FROM given CROSS JOIN batches USING (device_id, boot_id, sequence)"
    )


def _columns(rows: Iterable[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))
