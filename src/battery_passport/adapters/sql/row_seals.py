"""Seals of rows: a digest of each row that the log does not vouch for, kept by SQLite itself.

In: a connection. Out: triggers that keep a digest of every row as it was written; a check that
finds the rows that are no longer so. Seals tell of a disk that changed bytes, not of an intruder:
whoever writes to the database through SQLite moves them too. PostgreSQL has checksums of its own.
"""

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.row_digest import FUNCTION, row_digest

_PREFIX = "seal_"

VOUCHED_FOR = frozenset(
    (
        # The audit checks every value of these against signatures and the log.
        "batches",
        "facts",
        "log_tiles",
        "log_heads",
        # Lines of work: what matters of them is indexed, and they are soon empty.
        "history_waiting",
        # The seals themselves, and what only migrations write.
        "row_seals",
        "alembic_version",
    )
)
"""Tables without seals."""

_SCHEMA = "(schema)"


def ensure_seals(database: Database) -> None:
    """Seal the tables that are not sealed as they are now: new ones, and those that were changed.

    Does nothing on PostgreSQL.
    """
    if database.engine.dialect.name != "sqlite":
        return
    with database.read() as connection:
        due = [name for name in _sealed_tables(connection) if not _is_sealed(connection, name)]
        told = {row_digest(_schema(connection)): 1}
    if due or told != _kept_schema(database):
        with database.write() as connection:
            for name in due:
                _seal(connection, name)
            _keep_schema(connection)


def drop_triggers(connection: Connection) -> None:
    """Remove the triggers, which would stand in the way of a migration; `ensure_seals` is next."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.exec_driver_sql(query).all():
            if name.startswith(_PREFIX):
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def check_seals(connection: Connection) -> Iterator[str]:
    """Yield what no longer is as it was written, table by table. Nothing on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return
    if row_digest(_schema(connection)) not in _seals(connection, _SCHEMA):
        yield "The database's own description of its tables is not as it was made."
    for table in _sealed_tables(connection):
        yield from _check_table(connection, table)


def _check_table(connection: Connection, table: str) -> Iterator[str]:
    columns = _listed(connection, table)
    altered = connection.exec_driver_sql(
        f'SELECT {columns} FROM "{table}" WHERE NOT EXISTS'  # noqa: S608 - names of tables that exist
        f" (SELECT 1 FROM row_seals WHERE table_name = '{table}'"
        f" AND digest = {FUNCTION}({columns})) LIMIT 1"
    ).first()
    if altered is not None:
        yield f"The row {_name(altered[0])} of {table} is not as it was written."
    query = "SELECT coalesce(sum(row_count), 0) FROM row_seals WHERE table_name = ?"
    written = connection.exec_driver_sql(query, (table,)).scalar_one()
    present = connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()  # noqa: S608 - as above
    if present != written:
        yield f"The table {table} has {present} rows, of {written} that were written."


def _name(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)[:60]


def _listed(connection: Connection, table: str) -> str:
    return ", ".join(f'"{table}"."{name}"' for name in _columns(connection, table))


def _seals(connection: Connection, table: str) -> dict[bytes, int]:
    query = text("SELECT digest, row_count FROM row_seals WHERE table_name = :table")
    return {row.digest: row.row_count for row in connection.execute(query, {"table": table})}


def _sealed_tables(connection: Connection) -> list[str]:
    return sorted(set(inspect(connection).get_table_names()) - VOUCHED_FOR)


def _columns(connection: Connection, table: str) -> list[str]:
    found = connection.exec_driver_sql(f'PRAGMA table_info("{table}")')
    return [row.name for row in found]


def _triggers(connection: Connection, table: str) -> dict[str, str]:
    """Return the triggers of a table by name; the name changes with the columns."""
    columns = _columns(connection, table)
    mark = hashlib.sha256("\0".join(columns).encode()).hexdigest()[:8]
    old, new = (_call(row, columns) for row in ("OLD", "NEW"))
    add = (
        f"INSERT INTO row_seals (table_name, digest, row_count) VALUES ('{table}', {new}, 1)"  # noqa: S608 - names of tables that exist
        " ON CONFLICT (table_name, digest) DO UPDATE SET row_count = row_count + 1;"
    )
    which = f"WHERE table_name = '{table}' AND digest = {old}"
    drop = (
        f"UPDATE row_seals SET row_count = row_count - 1 {which};"  # noqa: S608 - as above
        f" DELETE FROM row_seals {which} AND row_count < 1;"
    )
    bodies = {"INSERT": add, "UPDATE": drop + " " + add, "DELETE": drop}
    return {
        f"{_PREFIX}{table}_{event.lower()}_{mark}": (
            f'CREATE TRIGGER "{_PREFIX}{table}_{event.lower()}_{mark}" AFTER {event} ON "{table}"'
            f" BEGIN {body} END"
        )
        for event, body in bodies.items()
    }


def _call(row: str, columns: list[str]) -> str:
    values = ", ".join(f'{row}."{name}"' for name in columns)
    return f"{FUNCTION}({values})"


def _present(connection: Connection, table: str) -> set[str]:
    query = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    found = connection.execute(query, {"table": table}).scalars()
    return {name for name in found if name.startswith(_PREFIX)}


def _is_sealed(connection: Connection, table: str) -> bool:
    return _present(connection, table) == set(_triggers(connection, table))


def _seal(connection: Connection, table: str) -> None:
    """Make the triggers of a table, and the seals of the rows that are there."""
    for name in _present(connection, table):
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    connection.execute(text("DELETE FROM row_seals WHERE table_name = :table"), {"table": table})
    columns = _listed(connection, table)
    connection.exec_driver_sql(
        "INSERT INTO row_seals (table_name, digest, row_count)"  # noqa: S608 - names of tables that exist
        f" SELECT '{table}', {FUNCTION}({columns}), count(*) FROM \"{table}\" GROUP BY 2"
    )
    for statement in _triggers(connection, table).values():
        connection.exec_driver_sql(statement)


def _schema(connection: Connection) -> str:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    return repr([tuple(row) for row in connection.exec_driver_sql(query)])


def _kept_schema(database: Database) -> dict[bytes, int]:
    with database.read() as connection:
        return _seals(connection, _SCHEMA)


def _keep_schema(connection: Connection) -> None:
    connection.execute(text("DELETE FROM row_seals WHERE table_name = :table"), {"table": _SCHEMA})
    row = {"table": _SCHEMA, "digest": row_digest(_schema(connection))}
    connection.execute(
        text("INSERT INTO row_seals (table_name, digest, row_count) VALUES (:table, :digest, 1)"),
        row,
    )
