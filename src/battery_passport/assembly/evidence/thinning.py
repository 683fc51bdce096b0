"""Takes out of the history what was derived from evidence that was let go.

In: parts that lie before the time kept. Out: parts without the rows of erased batches.
"""

from datetime import datetime, timedelta
from typing import Final

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence_places import EvidencePlaces
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.foundation.clock import Clock, unix_ms
from battery_passport.telemetry.history import HistoryPart
from battery_passport.telemetry.ports import HistoryParts

_LOOKED_EVERY: Final = timedelta(hours=6)


class HistoryThinner:
    """Fulfils `pipeline.Housekeeping`. A part goes when all of its time is over."""

    def __init__(
        self,
        database: Database,
        history: HistoryParts,
        clock: Clock,
        *,
        retention: timedelta | None,
    ) -> None:
        self._database = database
        self._history = history
        self._clock = clock
        self._retention = retention
        self._looked_at: datetime | None = None

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - whose time is over need not hurry
        """Thin what is due, a few times a day; return whether anything was."""
        now = self._clock.now()
        if self._retention is None:
            return False
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOKED_EVERY:
            return False
        self._looked_at = now
        return self.thin(now - self._retention) > 0

    def thin(self, before: datetime) -> int:
        """Take erased batches out of parts with nothing measured since; return how many parts."""
        with self._database.read() as connection:
            parts = SqlManifest(connection).parts_before(unix_ms(before))
        return sum(self._thin(part) for part in parts)

    def _thin(self, part: HistoryPart) -> bool:
        with self._database.read() as connection:
            places = EvidencePlaces(connection).by_digests(part.evidence)
        gone = [each.digest for each in places.values() if not each.encoded and each.file is None]
        parts = self._history.forget(part.battery_id, gone) if gone else []
        if parts:
            with self._database.write() as connection:
                for each in parts:
                    SqlManifest(connection).add_history_part(each)
            self._history.remove_superseded(part.battery_id)
        return bool(parts)
