"""The ledger page by page: checkpoints with their anchors, and where one record stands.

In: a read transaction. Out: rows as people page through them, the newest first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, select

from battery_passport.adapters.sql.facts import Fact, FactStore
from battery_passport.adapters.sql.log import NotedAnchor, SqlCheckpointStore
from battery_passport.adapters.sql.schema import batches, checkpoints
from battery_passport.adapters.sql.schema_onchain import issued_batches, issued_leaves
from battery_passport.adapters.sql.schema_states import cosignatures
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.ledger.model import SignedCheckpoint, TreeHead


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRow:
    """A checkpoint, how many cosigned it, and its anchor if it has one."""

    checkpoint: SignedCheckpoint
    cosignatures: int
    anchor: NotedAnchor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch of a battery with its place in the outbox."""

    digest: bytes
    collected_at: datetime
    received_at: datetime
    device_id: UUID
    octets: int
    fact: Fact | None


class LedgerPages:
    """Reads within one transaction."""

    def __init__(self, connection: Connection, *, witnesses: Collection[str] = ()) -> None:
        """`witnesses` are those whose cosignatures count."""
        self._connection = connection
        self._witnesses = list(witnesses)
        self._store = SqlCheckpointStore(connection)

    def checkpoints(self, *, below: int | None, limit: int) -> list[CheckpointRow]:
        """Return up to `limit` checkpoints of sizes below one, the greatest first."""
        query = select(checkpoints).order_by(checkpoints.c.size.desc()).limit(limit)
        if below is not None:
            query = query.where(checkpoints.c.size < below)
        return [self._row(row) for row in self._connection.execute(query).mappings().fetchall()]

    def checkpoint(self, size: int) -> CheckpointRow | None:
        """Return the checkpoint of a size."""
        query = select(checkpoints).where(checkpoints.c.size == size)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else self._row(row)

    def covering(self, log_index: int) -> CheckpointRow | None:
        """Return the smallest anchored checkpoint with an entry, else the smallest signed one."""
        anchored = self._store.first_covering(log_index)
        if anchored is not None:
            return self.checkpoint(anchored.checkpoint.head.size)
        later = self._store.larger_than(log_index, limit=1)
        return self.checkpoint(later[0].head.size) if later else None

    def neighbours(self, size: int) -> tuple[int | None, int | None]:
        """Return the sizes of the checkpoints before and after one."""
        before = select(func.max(checkpoints.c.size)).where(checkpoints.c.size < size)
        after = select(func.min(checkpoints.c.size)).where(checkpoints.c.size > size)
        return self._connection.execute(before).scalar(), self._connection.execute(after).scalar()

    def count(self) -> tuple[int, int]:
        """Return how many checkpoints there are, and how many of them are anchored."""
        query = select(func.count(), func.count(checkpoints.c.anchored_at_ms))
        signed, anchored = self._connection.execute(query.select_from(checkpoints)).one()
        return int(signed), int(anchored)

    def registry_batch(self, credential_id: UUID) -> tuple[int | None, int] | None:
        """Return the number and size of the registry's batch with a passport version.

        The number is None until the chain has the batch. None while the version waits for one.
        """
        query = (
            select(issued_batches.c.batch_number, issued_batches.c.size)
            .join(issued_leaves, issued_leaves.c.root == issued_batches.c.root)
            .where(issued_leaves.c.credential_id == str(credential_id))
        )
        row = self._connection.execute(query).first()
        return None if row is None else (row.batch_number, row.size)

    def batches_of(self, battery_id: UUID, *, limit: int, offset: int = 0) -> list[BatchRow]:
        """Return a battery's batches, the one collected last first, without the first few."""
        query = _BATCHES.where(batches.c.battery_id == str(battery_id))
        query = query.order_by(batches.c.collected_at_ms.desc(), batches.c.digest)
        query = query.limit(limit).offset(offset)
        rows = self._connection.execute(query).mappings().fetchall()
        known = FactStore(self._connection).of_batches([row["digest"] for row in rows])
        return [_batch(row, known) for row in rows]

    def batch(self, battery_id: UUID, digest: bytes) -> BatchRow | None:
        """Return one batch of a battery; None if it has none of that digest."""
        query = _BATCHES.where(batches.c.digest == digest, batches.c.battery_id == str(battery_id))
        row = self._connection.execute(query).mappings().first()
        known = FactStore(self._connection).of_batches([digest])
        return None if row is None else _batch(row, known)

    def _row(self, row: RowMapping) -> CheckpointRow:
        size = row["size"]
        found = self._store.anchored_beyond(size - 1, limit=1) if row["anchored_at_ms"] else []
        query = select(func.count()).where(
            cosignatures.c.size == size, cosignatures.c.witness.in_(self._witnesses)
        )
        return CheckpointRow(
            checkpoint=SignedCheckpoint(
                head=TreeHead(size=size, root=row["root"]),
                note=row["note"].encode("utf-8"),
                signed_at=from_unix_ms(row["made_at_ms"]),
            ),
            cosignatures=int(self._connection.execute(query).scalar_one()),
            anchor=found[0] if found else None,
        )


_BATCHES = select(
    batches.c.digest,
    batches.c.device_id,
    batches.c.collected_at_ms,
    batches.c.received_at_ms,
    func.coalesce(batches.c.segment_octets, func.length(batches.c.encoded)).label("octets"),
)


def _batch(row: RowMapping, known: Mapping[bytes, Fact]) -> BatchRow:
    return BatchRow(
        digest=row["digest"],
        collected_at=from_unix_ms(row["collected_at_ms"]),
        received_at=from_unix_ms(row["received_at_ms"]),
        device_id=UUID(row["device_id"]),
        octets=row["octets"],
        fact=known.get(row["digest"]),
    )
