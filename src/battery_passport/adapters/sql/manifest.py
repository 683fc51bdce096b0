"""The history's manifest, and the batches that wait to enter the history.

In: parts as the history wrote them, digests of new batches. Out: the same by battery.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from battery_passport.adapters.sql.schema import history_parts, history_waiting
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import DIGEST_BYTES
from battery_passport.telemetry.history import HistoryPart


class SqlManifest:
    """Fulfils `telemetry.ports.ManifestStore` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:
        """Return the newest part of each month, of one battery or of all."""
        newest = (
            select(
                history_parts.c.battery_id,
                history_parts.c.month,
                func.max(history_parts.c.generation).label("generation"),
            )
            .group_by(history_parts.c.battery_id, history_parts.c.month)
            .subquery()
        )
        query = select(history_parts).join(
            newest,
            (history_parts.c.battery_id == newest.c.battery_id)
            & (history_parts.c.month == newest.c.month)
            & (history_parts.c.generation == newest.c.generation),
        )
        if battery_id is not None:
            query = query.where(history_parts.c.battery_id == str(battery_id))
        return [_part(row) for row in self._connection.execute(query).mappings()]

    def add_history_part(self, part: HistoryPart) -> None:
        """Record a part; it replaces the earlier generations of its battery and month."""
        row = {
            "battery_id": str(part.battery_id),
            "month": part.month,
            "generation": part.generation,
            "file": part.file,
            "sha256": part.sha256,
            "row_count": part.rows,
            "first_ms": part.first_ms,
            "last_ms": part.last_ms,
            "evidence": b"".join(part.evidence),
        }
        self._connection.execute(insert(history_parts), [row])

    def add_waiting(self, battery_id: UUID, digests: Iterable[bytes], moment: datetime) -> None:
        """Remember that batches are not in the history yet."""
        waiting = {"battery_id": str(battery_id), "since_ms": unix_ms(moment)}
        rows = [{"digest": digest, **waiting} for digest in digests]
        insert_or_ignore(self._connection, history_waiting, rows)

    def waiting_batteries(self, *, since: datetime, limit: int) -> list[UUID]:
        """Return batteries with a batch that has waited since then or longer."""
        query = (
            select(history_waiting.c.battery_id)
            .group_by(history_waiting.c.battery_id)
            .having(func.min(history_waiting.c.since_ms) <= unix_ms(since))
            .order_by(func.min(history_waiting.c.since_ms))
        )
        return [UUID(row.battery_id) for row in self._connection.execute(query.limit(limit))]

    def waiting(self, battery_id: UUID, *, limit: int) -> list[bytes]:
        """Return a battery's batches that are not in the history yet, the longest waiting first."""
        query = (
            select(history_waiting.c.digest)
            .where(history_waiting.c.battery_id == str(battery_id))
            .order_by(history_waiting.c.since_ms, history_waiting.c.digest)
        )
        return [row.digest for row in self._connection.execute(query.limit(limit))]

    def clear_waiting(self, digests: Sequence[bytes]) -> None:
        """Remember that batches are in the history."""
        self._connection.execute(
            delete(history_waiting).where(history_waiting.c.digest.in_(digests))
        )


def _part(row: RowMapping) -> HistoryPart:
    joined: bytes = row["evidence"]
    digests = (
        joined[start : start + DIGEST_BYTES] for start in range(0, len(joined), DIGEST_BYTES)
    )
    return HistoryPart(
        battery_id=UUID(row["battery_id"]),
        month=row["month"],
        generation=row["generation"],
        file=row["file"],
        sha256=row["sha256"],
        rows=row["row_count"],
        first_ms=row["first_ms"],
        last_ms=row["last_ms"],
        evidence=tuple(digests),
    )
