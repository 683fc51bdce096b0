"""Every row of a database, apart from the database it lies in.

In: a transaction. Out: tables as columns and rows of plain values, and the same rows put back, in
SQLite or PostgreSQL alike: what one wrote, the other can take in.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    MetaData,
    Table,
    Text,
    cast,
    delete,
    func,
    inspect,
    select,
    text,
    type_coerce,
)

Row = Sequence[bool | int | float | str | bytes | None]

_BOOKKEEPING = frozenset(("alembic_version", "row_seals"))
"""What each database keeps of itself: rows that are put in are sealed by it as any others."""

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpedTable:
    """One table; `rows` can be gone through once."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Row]


def dump_tables(connection: Connection, *, without: Collection[str] = ()) -> Iterator[DumpedTable]:
    """Yield every table with its rows as this transaction sees them; those referred to come first.

    JSON is given as the text that is stored.
    """
    for table in (each for each in _tables(connection) if each.name not in without):
        yield DumpedTable(
            name=table.name,
            columns=tuple(table.columns.keys()),
            rows=_rows(connection, table),
        )


def is_empty(connection: Connection) -> bool:
    """Return whether the database has no table at all."""
    return not inspect(connection).get_table_names()


class TableLoader:
    """Puts dumped rows into the tables of a database whose migrations were applied."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in _tables(connection)}
        for table in reversed(self._tables.values()):  # rows that migrations themselves put in
            connection.execute(delete(table))

    def expects(self, name: str, columns: Sequence[str]) -> bool:
        """Return whether there is a table of that name with exactly those columns."""
        table = self._tables.get(name)
        return table is not None and set(table.columns.keys()) == set(columns)

    def load(self, dumped: DumpedTable) -> int:
        """Put the rows in; return how many there were."""
        loaded = 0
        following = iter(dumped.rows)
        while rows := list(islice(following, _ROWS_AT_ONCE)):
            _INSERT[self._connection.dialect.name](self._connection, dumped, rows)
            loaded += len(rows)
        if self._connection.dialect.name == "postgresql":
            _move_sequences(self._connection, self._tables[dumped.name])
        return loaded


def _tables(connection: Connection) -> list[Table]:
    known = MetaData()
    known.reflect(connection)
    return [table for table in known.sorted_tables if table.name not in _BOOKKEEPING]


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    as_text = cast if connection.dialect.name == "postgresql" else type_coerce
    columns = [
        as_text(column, Text) if isinstance(column.type, JSON) else column
        for column in table.columns
    ]
    query = select(*columns).order_by(*table.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
        yield tuple(row)


def _insert_sqlite(connection: Connection, dumped: DumpedTable, rows: Sequence[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in dumped.columns)
    places = ", ".join("?" * len(dumped.columns))
    statement = f'INSERT INTO "{dumped.name}" ({names}) VALUES ({places})'  # noqa: S608 - names of tables that exist
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _insert_postgresql(connection: Connection, dumped: DumpedTable, rows: Sequence[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in dumped.columns)
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{dumped.name}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


_INSERT = {"sqlite": _insert_sqlite, "postgresql": _insert_postgresql}


def _move_sequences(connection: Connection, table: Table) -> None:
    """Let a column that counts by itself go on behind the rows that were put in."""
    for column in table.primary_key.columns:
        names = {"table": table.name, "column": column.name}
        query = text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = connection.execute(query, names).scalar()
        largest = connection.execute(select(func.max(column))).scalar() if sequence else None
        if largest is not None:
            move = text("SELECT setval(CAST(:sequence AS regclass), :largest)")
            connection.execute(move, {"sequence": sequence, "largest": largest})
