"""The history's manifest outside any transaction of the caller.

In: the database. Out: `telemetry.ports.ManifestStore`, each call a transaction of its own.
"""

from collections.abc import Sequence
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.telemetry.history import HistoryPart


class CommittedManifest:
    """Shows what was committed; a new part is committed at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:
        """Return the newest part of each month."""
        with self._database.read() as connection:
            return SqlManifest(connection).history_parts(battery_id)

    def add_history_part(self, part: HistoryPart) -> None:
        """Record a part."""
        with self._database.write() as connection:
            SqlManifest(connection).add_history_part(part)
