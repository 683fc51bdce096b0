"""Reads batches after they are durable: decodes, checks, puts them in line for the history.

In: `batch-stored` facts. Out: `batch_contents` rows, waiting batches, alarms. A batch that cannot
be decoded is kept and marked so: it was acknowledged.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import BATCH_STORED
from battery_passport.adapters.sql.facts import Fact
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.adapters.sql.projections import BatchContent, ProjectionStore
from battery_passport.adapters.sql.quality import QualityStore
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.assembly.handlers.alarm_watcher import AlarmWatcher, save_alarms
from battery_passport.assembly.handlers.decoded_shelf import DecodedShelf
from battery_passport.assembly.handlers.history_line import HistoryLine
from battery_passport.assembly.handlers.quality_keeper import Findings, QualityKeeper
from battery_passport.assembly.handlers.quality_tally import Reading
from battery_passport.assembly.pipeline import Effect
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.telemetry.envelope import open_envelope


class BatchReader:
    """Fulfils `pipeline.Handler`."""

    name = "batch-reader"
    kinds = frozenset({BATCH_STORED})

    def __init__(
        self,
        database: Database,
        evidence: EvidenceDoor,
        *,
        shelf: DecodedShelf,
        line: HistoryLine,
        alarms: AlarmWatcher,
    ) -> None:
        self._database = database
        self._evidence = evidence
        self._shelf = shelf
        self._line = line
        self._quality = QualityKeeper()
        self._alarms = alarms

    def prepare(self, facts: Sequence[Fact]) -> Effect:
        """Decode and check the batches of the facts."""
        self._shelf.begin_group(len(facts))
        with self._database.read() as connection:
            received = self._evidence.of(connection).received([fact.digest for fact in facts])
            read = [self._read(fact, received.get(fact.digest)) for fact in facts]
            readings = [reading for reading, _ in read]
            found, tally = self._quality.check(connection, readings)
            watched = self._alarms.screen(connection, readings)
        raised = self._alarms.judge(watched)
        contents = [
            read_content(fact, reading, error, findings)
            for fact, (reading, error), findings in zip(facts, read, found, strict=True)
        ]

        def write(connection: Connection) -> None:
            store, manifest = ProjectionStore(connection), SqlManifest(connection)
            store.put_contents(contents)
            manifest.add_waiting(
                (fact.digest, fact.battery_id, fact.recorded_at)
                for fact, content in zip(facts, contents, strict=True)
                if content.samples
            )
            self._line.note(fact.battery_id for fact in facts)
            QualityStore(connection).add(tally)
            save_alarms(connection, watched, raised)

        return write

    def _read(self, fact: Fact, received: tuple[bytes, int] | None) -> tuple[Reading, str]:
        """Return what a batch holds, or why it cannot be read."""
        if received is None:
            raise LookupError(
                f"The batch {fact.digest.hex()} of fact {fact.fact_id} is not stored."
            )
        encoded, received_ms = received
        envelope = open_envelope(encoded)
        try:
            batch = self._shelf.decoder.decode(envelope)
        except BatteryPassportError as error:
            return Reading(fact.battery_id, received_ms, envelope.claims, None), str(error)
        self._shelf.put(batch)
        return Reading(fact.battery_id, received_ms, envelope.claims, batch), ""


def read_content(fact: Fact, reading: Reading, error: str, findings: Findings) -> BatchContent:
    """Return a batch's content as it is kept."""
    if reading.batch is None:
        return _unreadable(fact, error)
    times = reading.batch.sampled_at_ms
    return BatchContent(
        digest=fact.digest,
        battery_id=fact.battery_id,
        samples=len(times),
        first_ms=int(times.min()) if len(times) else None,
        last_ms=int(times.max()) if len(times) else None,
        flags=[finding.as_flag() for finding in findings],
        assumptions=list(reading.batch.assumptions),
    )


def _unreadable(fact: Fact, error: str) -> BatchContent:
    return BatchContent(
        digest=fact.digest,
        battery_id=fact.battery_id,
        samples=0,
        first_ms=None,
        last_ms=None,
        flags=[],
        assumptions=[],
        error=error,
    )
