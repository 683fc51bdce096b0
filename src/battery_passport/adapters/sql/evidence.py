"""Evidence: signed batches as the bytes that were signed, each with its pending log entry.

In: verified batches in groups. Out: an outcome for each; evidence by battery or digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, func, select

from battery_passport.adapters.sql.batch_rows import BATCH_ROWS, FactRow, Key, Row
from battery_passport.adapters.sql.schema import batches, quarantined_batches
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import random_salts
from battery_passport.foundation.uuid7 import uuid7_texts

BATCH_STORED = "batch-stored"


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
        self._rows = BATCH_ROWS[connection.dialect.name](connection)

    def append_group(self, group: Sequence[ReceivedBatch]) -> list[Outcome]:
        """Save a group and return what became of each batch, in order.

        The key is (device, boot, sequence): the same bytes again are a duplicate, other bytes under
        a known key are quarantined and never overwrite. Right in an `append` transaction too.
        """
        rows = [_row(batch) for batch in group]
        fresh: dict[Key, Row] = {}
        for row in rows:
            fresh.setdefault(_key(row), row)
        stored = self._insert(list(fresh.values())) if fresh else set[bytes]()
        if len(stored) == len(group):
            return [Outcome.STORED] * len(group)
        known = {key: row[0] for key, row in fresh.items() if row[0] in stored}
        known |= self._rows.known_digests([key for key in fresh if key not in known])
        return [
            self._outcome(batch, known[_key(row)], stored)
            for row, batch in zip(rows, group, strict=True)
        ]

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

    def _outcome(self, batch: ReceivedBatch, known: bytes, stored: set[bytes]) -> Outcome:
        """Return what became of a batch, given what is known under its key and was new just now."""
        if batch.digest != known:
            self._quarantine(batch, known)
            return Outcome.QUARANTINED
        if batch.digest not in stored:
            return Outcome.DUPLICATE
        stored.remove(batch.digest)  # the same bytes again in one group are a duplicate
        return Outcome.STORED

    def _insert(self, fresh: Sequence[Row]) -> set[bytes]:
        """Save batches with their facts; return the digests of those whose key was free."""
        stored = self._rows.insert(fresh)
        announced = _fact_rows([row for row in fresh if row[0] in stored])
        if announced:
            self._rows.announce(announced)
        return stored

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


def _row(batch: ReceivedBatch) -> Row:
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


def _key(row: Row) -> Key:
    return row[1:4]


def _fact_rows(rows: Sequence[Row]) -> list[FactRow]:
    fact_ids = uuid7_texts([row[6] for row in rows])
    salts = random_salts(len(rows))
    return [
        (fact_id, BATCH_STORED, row[4], row[0], salt, row[6])
        for row, fact_id, salt in zip(rows, fact_ids, salts, strict=True)
    ]
