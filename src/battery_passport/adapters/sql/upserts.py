"""Inserts that meet rows already there, in the words of whichever database is connected.

In: a table and rows. Out: rows inserted, kept as they were, or brought up to date.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]

_Insert = Callable[[Table], sqlite.Insert | postgresql.Insert]
_INSERT: dict[str, _Insert] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_or_ignore(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; one whose key is taken leaves what is there as it is."""
    if rows:
        statement = _INSERT[connection.dialect.name](table).on_conflict_do_nothing()
        connection.execute(statement, rows)


def insert_or_update(
    connection: Connection, table: Table, rows: Sequence[Row], keys: Collection[str]
) -> None:
    """Insert rows; one whose `keys` are taken replaces the other columns that it names."""
    if not rows:
        return
    statement = _INSERT[connection.dialect.name](table)
    renewed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(
        statement.on_conflict_do_update(index_elements=sorted(keys), set_=renewed), rows
    )
