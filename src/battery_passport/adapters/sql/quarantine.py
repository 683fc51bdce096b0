"""Batches put aside because their number was known with other bytes, for people to look into.

In: a connection. Out: what was put aside beside what it contradicts; what people judged of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, func, select

from battery_passport.access.acts import RecordedAct, parse_act_record
from battery_passport.adapters.sql.schema import batches, quarantined_batches
from battery_passport.adapters.sql.schema_sharing import audit_records
from battery_passport.foundation.clock import from_unix_ms

BATCH_JUDGED = "batch-judged"
"""The act by which somebody says what came of a batch in quarantine."""

_ASIDE = quarantined_batches.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A batch that was put aside, and when the one was received that had its number before."""

    digest: bytes
    known_digest: bytes
    device_id: UUID
    boot_id: bytes
    sequence: int
    battery_id: UUID
    received_at: datetime
    known_received_at: datetime | None
    encoded: bytes


class QuarantineStore:
    """Batches in quarantine within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, most: int) -> list[Quarantined]:
        """Return the batches that were put aside last."""
        query = _query().order_by(_ASIDE.received_at_ms.desc(), _ASIDE.digest).limit(most)
        return [_read(row) for row in self._connection.execute(query).mappings()]

    def beginning_with(self, digest: bytes) -> list[Quarantined]:
        """Return the batches whose digest begins so."""
        rows = self._connection.execute(
            _query().where(func.substr(_ASIDE.digest, 1, len(digest)) == digest).limit(2)
        )
        return [_read(row) for row in rows.mappings()]

    def judgements(self) -> dict[str, RecordedAct]:
        """Return the last judgement of each batch by its digest in hexadecimal."""
        query = (
            select(audit_records.c.record)
            .where(audit_records.c.act == BATCH_JUDGED, audit_records.c.record.is_not(None))
            .order_by(audit_records.c.at_ms)
        )
        acts = [parse_act_record(row.record) for row in self._connection.execute(query)]
        return {str(act.details["batch"]): act for act in acts}


def _query() -> Select[Any]:
    return select(quarantined_batches, batches.c.received_at_ms.label("known_ms")).select_from(
        quarantined_batches.outerjoin(batches, batches.c.digest == _ASIDE.known_digest)
    )


def _read(row: RowMapping) -> Quarantined:
    known_ms = row["known_ms"]
    return Quarantined(
        digest=row["digest"],
        known_digest=row["known_digest"],
        device_id=UUID(row["device_id"]),
        boot_id=row["boot_id"],
        sequence=row["sequence"],
        battery_id=UUID(row["battery_id"]),
        received_at=from_unix_ms(row["received_at_ms"]),
        known_received_at=None if known_ms is None else from_unix_ms(known_ms),
        encoded=row["encoded"],
    )
