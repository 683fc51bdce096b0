"""Brings decoded batches into the history, one battery at a time.

In: batches that wait. Out: new parts, named by the manifest in the transaction that ends the wait.
While batches keep coming, a battery's month is written anew at most once a minute.
"""

from datetime import timedelta
from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.foundation.clock import Clock
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.ports import History

GATHERING = timedelta(seconds=60)
"""How long batches may wait for others of their battery."""

_BATCHES_AT_ONCE = 2_000


class HistoryKeeper:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(self, database: Database, history: History, clock: Clock) -> None:
        self._database = database
        self._history = history
        self._clock = clock

    def run(self, *, urgent: bool) -> bool:
        """Bring one battery's batches in; return whether there were any."""
        since = self._clock.now() - (timedelta(0) if urgent else GATHERING)
        with self._database.read() as connection:
            batteries = SqlManifest(connection).waiting_batteries(since=since, limit=1)
        for battery_id in batteries:
            self._bring_in(battery_id)
        return bool(batteries)

    def _bring_in(self, battery_id: UUID) -> None:
        with self._database.read() as connection:
            waiting = SqlManifest(connection).waiting(battery_id, limit=_BATCHES_AT_ONCE)
            evidence = EvidenceStore(connection)
            batches = [_decoded(evidence.by_digest(digest)) for digest in waiting]
        parts = self._history.compact(battery_id, batches)
        with self._database.write() as connection:
            manifest = SqlManifest(connection)
            for part in parts:
                manifest.add_history_part(part)
            manifest.clear_waiting(waiting)
        self._history.remove_superseded(battery_id)


def _decoded(encoded: bytes | None) -> DecodedBatch:
    if encoded is None:
        raise LookupError("A batch that waits for the history is not stored.")
    return decode_batch(open_envelope(encoded))
