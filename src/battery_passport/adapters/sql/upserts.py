"""Inserts that meet rows already there, in the words of whichever database is connected.

In: a table and rows. Out: rows inserted, kept as they were, or brought up to date.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]

T = TypeVar("T")
_NAMED_AT_ONCE = 500


def batched(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items in pieces that one statement can name."""
    for start in range(0, len(items), _NAMED_AT_ONCE):
        yield items[start : start + _NAMED_AT_ONCE]


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
