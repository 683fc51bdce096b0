"""Everything that keeps evidence and its history, joined.

In: settings, the home, the database. Out: the reader of batches, the history, and housekeeping.
"""

from dataclasses import dataclass

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.adapters.segments.folder import SegmentFolder
from battery_passport.adapters.sql.database import Database
from battery_passport.assembly.evidence.live_history import LiveHistory
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.assembly.evidence.storage import EvidenceStorage
from battery_passport.assembly.handlers.alarm_watcher import AlarmWatcher
from battery_passport.assembly.handlers.batch_reader import BatchReader
from battery_passport.assembly.handlers.decoded_shelf import DecodedShelf
from battery_passport.assembly.handlers.history_keeper import HistoryKeeper
from battery_passport.assembly.handlers.history_line import HistoryLine
from battery_passport.assembly.home import Home
from battery_passport.assembly.manifest import CommittedManifest
from battery_passport.assembly.pipeline import Housekeeping
from battery_passport.assembly.settings import Settings
from battery_passport.foundation.clock import Clock
from battery_passport.ledger.note import NoteSigner


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What reads evidence, what keeps it, and the history that comes of it."""

    evidence: EvidenceDoor
    reader: BatchReader
    history: LiveHistory
    history_keeper: Housekeeping
    storage: EvidenceStorage


def join_keeping(
    settings: Settings, home: Home, database: Database, *, clock: Clock, signer: NoteSigner
) -> Keeping:
    """Return the keepers of one installation."""
    evidence = EvidenceDoor(SegmentFolder(home.segments))
    files = ParquetHistory(home.history, CommittedManifest(database))
    shelf, line = DecodedShelf(), HistoryLine(database, clock, full=settings.history_gather_batches)
    storage = EvidenceStorage(
        settings, database, clock, segments=evidence.segments, files=files, signer=signer
    )
    keeper = HistoryKeeper(database, files, line=line, evidence=evidence, shelf=shelf)
    history = LiveHistory(database, files, evidence)
    alarms = AlarmWatcher(history, clock)
    return Keeping(
        evidence=evidence,
        reader=BatchReader(database, evidence, shelf=shelf, line=line, alarms=alarms),
        history=history,
        history_keeper=storage.waiting_for_room("history", keeper),
        storage=storage,
    )
