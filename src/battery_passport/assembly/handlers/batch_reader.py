"""Reads batches after they are durable: decodes, flags, puts them in line for the history.

In: `batch-stored` facts. Out: `batch_contents` rows and waiting batches. A batch that cannot be
decoded is kept and marked so: it was acknowledged.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection

from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.evidence import BATCH_STORED, EvidenceStore
from battery_passport.adapters.sql.facts import Fact
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.adapters.sql.projections import BatchContent, ProjectionStore
from battery_passport.assembly.pipeline import Effect
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.quality import flag_batch


class BatchReader:
    """Fulfils `pipeline.Handler`."""

    name = "batch-reader"
    kinds = frozenset({BATCH_STORED})

    def __init__(self, database: Database) -> None:
        self._database = database

    def prepare(self, facts: Sequence[Fact]) -> Effect:
        """Decode the batches of the facts."""
        with self._database.read() as connection:
            evidence = EvidenceStore(connection)
            contents = [read_content(fact, evidence.received(fact.digest)) for fact in facts]

        def write(connection: Connection) -> None:
            store, manifest = ProjectionStore(connection), SqlManifest(connection)
            for fact, content in zip(facts, contents, strict=True):
                store.put_content(content)
                if content.samples:
                    manifest.add_waiting(fact.battery_id, [fact.digest], fact.recorded_at)

        return write


def read_content(fact: Fact, received: tuple[bytes, int] | None) -> BatchContent:
    """Return what a batch holds, or why it cannot be read."""
    if received is None:
        raise LookupError(f"The batch {fact.digest.hex()} of fact {fact.fact_id} is not stored.")
    encoded, received_at_ms = received
    try:
        batch = decode_batch(open_envelope(encoded))
    except BatteryPassportError as error:
        return _unreadable(fact, str(error))
    return _content(fact, flag_batch(batch, received_at=from_unix_ms(received_at_ms)))


def _content(fact: Fact, batch: DecodedBatch) -> BatchContent:
    times = batch.sampled_at_ms
    return BatchContent(
        digest=fact.digest,
        battery_id=fact.battery_id,
        samples=len(times),
        first_ms=int(times.min()) if len(times) else None,
        last_ms=int(times.max()) if len(times) else None,
        flags=[asdict(flag) for flag in batch.flags],
        assumptions=list(batch.assumptions),
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
