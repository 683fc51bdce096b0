"""Puts a backup's tables into an empty database, all of them in one transaction.

In: a checked backup, an empty database. Out: the records at the newest schema; what evidence gives
again (the history) stands in line to be made.
"""

from collections.abc import Iterator
from typing import IO, cast

import cbor2
import zstandard
from sqlalchemy import Connection, delete, func, insert, literal, or_, select

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.dump import DumpedTable, TableLoader, is_empty
from battery_passport.adapters.sql.migrate import refuse_unknown, upgrade, upgrade_within
from battery_passport.adapters.sql.schema import (
    batch_contents,
    batches,
    history_parts,
    history_waiting,
)
from battery_passport.assembly.backups.errors import BackupUnusable, HomeNotEmpty
from battery_passport.assembly.backups.reading import Backup
from battery_passport.assembly.backups.taking import TABLES

_DAMAGED = (cbor2.CBORDecodeError, zstandard.ZstdError, LookupError, TypeError, ValueError)


def refuse_database_in_use(database: Database) -> None:
    """Return if the database has no tables yet. Raises: HomeNotEmpty."""
    with database.read() as connection:
        if not is_empty(connection):
            raise HomeNotEmpty("The database has tables already.")


def load_records(database: Database, backup: Backup) -> int:
    """Fill an empty database and return how many rows there were.

    Raises: BackupUnusable, NewerSchema.
    """
    schema = str(backup.manifest.get("schema"))
    refuse_unknown(schema)
    try:
        with database.write() as connection:
            upgrade_within(connection, schema)
            rows = _load(connection, backup)
    except _DAMAGED as error:
        raise BackupUnusable(f"The backup's records cannot be read: {error!r}.") from error
    upgrade(database)
    with database.write() as connection:
        _await_history(connection)
    return rows


def _load(connection: Connection, backup: Backup) -> int:
    loader = TableLoader(connection)
    return sum(_load_table(loader, backup, name) for name in backup.names(TABLES))


def _load_table(loader: TableLoader, backup: Backup, name: str) -> int:
    with (
        backup.opened(name) as part,
        zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", part)) as stream,
    ):
        header = cbor2.load(stream)
        table, columns = str(header["table"]), tuple(header["columns"])
        if f"{TABLES}{table}" != name or not loader.expects(table, columns):
            raise BackupUnusable(f"The backup's part {name} is no table of its schema.")
        return loader.load(DumpedTable(name=table, columns=columns, rows=_rows(stream)))


def _rows(stream: IO[bytes]) -> Iterator[list[bool | int | float | str | bytes | None]]:
    decoder = cbor2.CBORDecoder(stream)
    while True:
        try:
            group = decoder.decode()
        except cbor2.CBORDecodeEOF:
            return
        yield from group


def _await_history(connection: Connection) -> None:
    """Forget the history's files, which are not in a backup, and put all batches in line for it."""
    connection.execute(delete(history_parts))
    connection.execute(delete(history_waiting))
    there = or_(func.length(batches.c.encoded) > 0, batches.c.segment_number.is_not(None))
    readable = (
        select(batch_contents.c.digest, batch_contents.c.battery_id, literal(0))
        .join(batches, batches.c.digest == batch_contents.c.digest)
        .where(batch_contents.c.samples > 0, there)
    )
    columns = [history_waiting.c.digest, history_waiting.c.battery_id, history_waiting.c.since_ms]
    connection.execute(insert(history_waiting).from_select(columns, readable))
