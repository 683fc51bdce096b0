"""Which batteries have enough batches waiting for the history, or one that waited long enough.

In: batches as they are read. Out: the next battery that is due. Numbers are kept in memory, because
counting hundreds of thousands of waiting rows for every group would cost more than the groups.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.foundation.clock import Clock

GATHERING: Final = timedelta(hours=24)
"""How long batches may wait for others of their battery."""

_COUNTED_EVERY: Final = timedelta(minutes=10)
_AT_ONCE: Final = 1_000


class HistoryLine:
    """Of one process. What others put in line or took out is seen within ten minutes."""

    def __init__(self, database: Database, clock: Clock, *, full: int) -> None:
        """So many batches of a battery enter the history together."""
        self.full = full
        self._database = database
        self._clock = clock
        self._numbers: Counter[UUID] = Counter()
        self._due: dict[UUID, None] = {}
        self._counted_at: datetime | None = None

    def note(self, batteries: Iterable[UUID]) -> None:
        """Remember that a batch of each of these has come into line."""
        for battery_id in batteries:
            self._numbers[battery_id] += 1
            if self._numbers[battery_id] >= self.full:
                self._due[battery_id] = None

    def next_due(self) -> UUID | None:
        """Return a battery whose batches are to enter the history now."""
        now = self._clock.now()
        if self._counted_at is None or not now - _COUNTED_EVERY < self._counted_at <= now:
            self._count(now)
            self._counted_at = now
        return next(iter(self._due), None)

    def done(self, battery_id: UUID) -> None:
        """Remember that a battery's batches have entered the history."""
        self._numbers.pop(battery_id, None)
        self._due.pop(battery_id, None)

    def _count(self, now: datetime) -> None:
        with self._database.read() as connection:
            manifest = SqlManifest(connection)
            self._numbers = Counter(manifest.numbers_waiting())
            due = manifest.waiting_batteries(since=now - GATHERING, full=self.full, limit=_AT_ONCE)
        self._due = dict.fromkeys(due)
