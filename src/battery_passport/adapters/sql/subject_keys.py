"""The wrapped keys of all people and organisations at once, for a change of the wrap.

In: a connection within a transaction. Out: keys, and their new wraps.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from battery_passport.access.records.people import SubjectKey
from battery_passport.adapters.sql.schema_access import subject_keys

_WRAP_ANEW = (
    update(subject_keys)
    .where(subject_keys.c.subject_id == bindparam("subject"))
    .values(wrapped=bindparam("wrapped_anew"))
)


class WrappedKeys:
    """Every subject's key within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[SubjectKey]:
        """Return the key of every subject."""
        query = select(subject_keys.c.subject_id, subject_keys.c.wrapped)
        return [
            SubjectKey(subject_id=UUID(row.subject_id), wrapped=row.wrapped)
            for row in self._connection.execute(query)
        ]

    def replace(self, keys: Sequence[SubjectKey]) -> None:
        """Save keys that were wrapped anew."""
        rows = [{"subject": str(key.subject_id), "wrapped_anew": key.wrapped} for key in keys]
        if rows:
            self._connection.execute(_WRAP_ANEW, rows)
