"""Brings batches into the history, one battery at a time, and merges its parts.

In: batches that wait. Out: new parts, named by the manifest in the transaction that ends the wait.
A battery's batches enter together; until then whoever reads its history has them from the evidence.
"""

from uuid import UUID

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.assembly.handlers.decoded_shelf import DecodedShelf
from battery_passport.assembly.handlers.history_line import HistoryLine
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.ports import HistoryParts


class HistoryKeeper:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(
        self,
        database: Database,
        history: HistoryParts,
        *,
        line: HistoryLine,
        evidence: EvidenceDoor,
        shelf: DecodedShelf,
    ) -> None:
        self._database = database
        self._history = history
        self._line = line
        self._evidence = evidence
        self._shelf = shelf

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - what waits is read all the same
        """Bring one battery's batches in; return whether there were enough of any."""
        battery_id = self._line.next_due()
        if battery_id is None:
            return False
        if self._bring_in(battery_id) < self._line.full:
            self._line.done(battery_id)
        while self._merge(battery_id):
            pass
        self._history.remove_superseded(battery_id)
        return True

    def _bring_in(self, battery_id: UUID) -> int:
        with self._database.read() as connection:
            waiting = SqlManifest(connection).waiting(battery_id, limit=self._line.full)
            missing = self._shelf.missing(waiting)
            self._shelf.decoder.prepare_for(len(missing))
            encoded = self._evidence.of(connection).by_digests(missing)
        batches = [self._decoded(digest, encoded) for digest in waiting]
        parts = self._history.compact(battery_id, batches)
        with self._database.write() as connection:
            manifest = SqlManifest(connection)
            for part in parts:
                manifest.add_history_part(part)
            manifest.clear_waiting(waiting)
        return len(waiting)

    def _decoded(self, digest: bytes, encoded: dict[bytes, bytes]) -> DecodedBatch:
        return self._shelf.take(digest, encoded.get(digest))

    def _merge(self, battery_id: UUID) -> bool:
        parts = self._history.merge(battery_id)
        if parts:
            with self._database.write() as connection:
                for part in parts:
                    SqlManifest(connection).add_history_part(part)
        return bool(parts)
