"""The keepers of evidence joined: sealing, letting go, thinning, and what waits for room.

In: settings, the database, the folders. Out: housekeeping for the pipeline, and the same at hand
for the verbs.
"""

from datetime import timedelta

from battery_passport.adapters.segments.folder import SegmentFolder
from battery_passport.adapters.sql.database import Database
from battery_passport.assembly.evidence.expiring import EvidenceExpirer
from battery_passport.assembly.evidence.sealing import EvidenceSealer
from battery_passport.assembly.evidence.storage_watch import StorageWatch, Task, WaitingForRoom
from battery_passport.assembly.evidence.thinning import HistoryThinner
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.ledger.note import NoteSigner
from battery_passport.telemetry.ports import HistoryParts


class EvidenceStorage:
    """Everything that moves evidence, of one installation."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        *,
        segments: SegmentFolder,
        files: HistoryParts,
        signer: NoteSigner,
    ) -> None:
        self._clock = clock
        retention = _days(settings.evidence_retention_days)
        after = _days(settings.evidence_seal_after_days)
        self.watch = StorageWatch()
        self.sealer = EvidenceSealer(database, segments, clock, after=after)
        self.expirer = EvidenceExpirer(
            database, segments, clock, signer=signer, retention=retention
        )
        self.thinner = HistoryThinner(database, files, clock, retention=retention)

    @property
    def housekeeping(self) -> tuple[WaitingForRoom, ...]:
        """Return what the pipeline runs, in its order."""
        return (
            self.waiting_for_room("segments", self.sealer),
            self.waiting_for_room("retention", self.expirer),
            self.waiting_for_room("thinning of the history", self.thinner),
        )

    def waiting_for_room(self, name: str, task: Task) -> WaitingForRoom:
        """Return housekeeping that waits while there is no room on the disk."""
        return WaitingForRoom(name, task, watch=self.watch, clock=self._clock)


def _days(number: int) -> timedelta | None:
    return timedelta(days=number) if number else None
