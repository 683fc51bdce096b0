"""Evidence: signed batches as the bytes that were signed, each with its pending log entry.

In: verified batches in groups. Out: an outcome for each; evidence by battery or digest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from battery_passport.adapters.sql.facts import Announcement, fact_row
from battery_passport.adapters.sql.schema import batches, facts, quarantined_batches
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import unix_ms

BATCH_STORED = "batch-stored"

_INSERT_BATCH = (
    "INSERT INTO batches (digest, device_id, boot_id, sequence, battery_id, collected_at_ms,"
    " received_at_ms, encoded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class Outcome(StrEnum):
    """What became of a batch; all three are durable answers."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedBatch:
    """A batch whose signature was checked, on its way to the disk."""

    digest: bytes
    device_id: UUID
    boot_id: bytes
    sequence: int
    battery_id: UUID
    collected_at: datetime
    received_at: datetime
    encoded: bytes


class EvidenceStore:
    """Batches within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append_group(self, group: Sequence[ReceivedBatch]) -> list[Outcome]:
        """Save a group and return what became of each batch, in order.

        The key is (device, boot, sequence): the same bytes again are a duplicate, other bytes under
        a known key are quarantined and never overwrite.
        """
        known = self._known_digests(group)
        outcomes: list[Outcome] = []
        fresh: list[ReceivedBatch] = []
        for batch in group:
            key = (str(batch.device_id), batch.boot_id, batch.sequence)
            digest = known.get(key)
            if digest is None:
                known[key] = batch.digest
                fresh.append(batch)
                outcomes.append(Outcome.STORED)
            elif digest == batch.digest:
                outcomes.append(Outcome.DUPLICATE)
            else:
                self._quarantine(batch, digest)
                outcomes.append(Outcome.QUARANTINED)
        if fresh:
            self._insert(fresh)
        return outcomes

    def of_battery(self, battery_id: UUID) -> Iterator[tuple[bytes, bytes]]:
        """Yield (digest, bytes) of a battery's batches in the order they were collected."""
        query = (
            select(batches.c.digest, batches.c.encoded)
            .where(batches.c.battery_id == str(battery_id))
            .order_by(batches.c.collected_at_ms, batches.c.digest)
        )
        for row in self._connection.execute(query):
            yield row.digest, row.encoded

    def by_digest(self, digest: bytes) -> bytes | None:
        """Return the bytes of a batch, or None."""
        query = select(batches.c.encoded).where(batches.c.digest == digest)
        return self._connection.execute(query).scalar()

    def received(self, digest: bytes) -> tuple[bytes, int] | None:
        """Return (bytes, received_at_ms) of a batch, or None."""
        query = select(batches.c.encoded, batches.c.received_at_ms)
        row = self._connection.execute(query.where(batches.c.digest == digest)).first()
        return None if row is None else (row.encoded, row.received_at_ms)

    def count(self, battery_id: UUID | None = None) -> int:
        """Return how many batches are stored, of one battery or of all."""
        query = select(func.count()).select_from(batches)
        if battery_id is not None:
            query = query.where(batches.c.battery_id == str(battery_id))
        return int(self._connection.execute(query).scalar_one())

    def count_quarantined(self) -> int:
        """Return how many batches are in quarantine."""
        query = select(func.count()).select_from(quarantined_batches)
        return int(self._connection.execute(query).scalar_one())

    def _known_digests(self, group: Sequence[ReceivedBatch]) -> dict[tuple[str, bytes, int], bytes]:
        known: dict[tuple[str, bytes, int], bytes] = {}
        query = "SELECT digest FROM batches WHERE device_id=? AND boot_id=? AND sequence=?"
        for batch in group:
            key = (str(batch.device_id), batch.boot_id, batch.sequence)
            digest = self._connection.exec_driver_sql(query, key).scalar()
            if digest is not None:
                known[key] = digest
        return known

    def _insert(self, group: Sequence[ReceivedBatch]) -> None:
        self._connection.exec_driver_sql(_INSERT_BATCH, [_row(batch) for batch in group])
        announced = [
            fact_row(
                Announcement(kind=BATCH_STORED, battery_id=batch.battery_id, digest=batch.digest),
                batch.received_at,
            )
            for batch in group
        ]
        self._connection.execute(insert(facts), announced)

    def _quarantine(self, batch: ReceivedBatch, known_digest: bytes) -> None:
        row = {
            "digest": batch.digest,
            "known_digest": known_digest,
            "device_id": str(batch.device_id),
            "boot_id": batch.boot_id,
            "sequence": batch.sequence,
            "battery_id": str(batch.battery_id),
            "received_at_ms": unix_ms(batch.received_at),
            "encoded": batch.encoded,
        }
        insert_or_ignore(self._connection, quarantined_batches, [row])


def _row(batch: ReceivedBatch) -> tuple[object, ...]:
    return (
        batch.digest,
        str(batch.device_id),
        batch.boot_id,
        batch.sequence,
        str(batch.battery_id),
        unix_ms(batch.collected_at),
        unix_ms(batch.received_at),
        batch.encoded,
    )
