"""The history's manifest, and the batches that wait to enter the history.

In: parts as the history wrote them, digests of new batches. Out: the same by battery.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select

from battery_passport.adapters.sql.schema import history_parts, history_waiting
from battery_passport.adapters.sql.upserts import batched, insert_or_ignore
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import DIGEST_BYTES
from battery_passport.telemetry.history import HistoryPart

WaitingBatch = tuple[bytes, UUID, datetime]
"""A batch's digest, its battery, and since when it waits."""


class SqlManifest:
    """Fulfils `telemetry.ports.ManifestStore` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:
        """Return the parts in force, of one battery or of all."""
        query = select(history_parts)
        if battery_id is not None:
            query = query.where(history_parts.c.battery_id == str(battery_id))
        return [_part(row) for row in self._connection.execute(query).mappings()]

    def parts_before(self, moment_ms: int) -> Sequence[HistoryPart]:
        """Return the parts in force with nothing measured since a moment."""
        query = select(history_parts).where(history_parts.c.last_ms < moment_ms)
        return [_part(row) for row in self._connection.execute(query).mappings()]

    def add_history_part(self, part: HistoryPart) -> None:
        """Record a part in place of those that went into it."""
        if part.replaces:
            self._forget(part)
        if not part.rows:
            return
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
            "level": part.level,
        }
        self._connection.execute(insert(history_parts), [row])

    def add_waiting(self, waiting: Iterable[WaitingBatch]) -> None:
        """Remember that batches are not in the history yet."""
        rows = [
            {"digest": digest, "battery_id": str(battery_id), "since_ms": unix_ms(since)}
            for digest, battery_id, since in waiting
        ]
        insert_or_ignore(self._connection, history_waiting, rows)

    def waiting_batteries(self, *, since: datetime, full: int, limit: int) -> list[UUID]:
        """Return batteries with so many batches waiting, or one that waits since then or longer."""
        first, number = func.min(history_waiting.c.since_ms), func.count()
        query = (
            select(history_waiting.c.battery_id)
            .group_by(history_waiting.c.battery_id)
            .having(or_(first <= unix_ms(since), number >= full))
            .order_by(first)
        )
        return [UUID(row.battery_id) for row in self._connection.execute(query.limit(limit))]

    def numbers_waiting(self) -> dict[UUID, int]:
        """Return how many batches of each battery wait for the history."""
        query = select(history_waiting.c.battery_id, func.count()).group_by(
            history_waiting.c.battery_id
        )
        return {UUID(key): number for key, number in self._connection.execute(query)}

    def count_waiting(self) -> tuple[int, int | None]:
        """Return how many batches wait for the history, and since when the first of them does."""
        query = select(func.count(), func.min(history_waiting.c.since_ms))
        number, first_ms = self._connection.execute(query).one()
        return int(number), first_ms

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
        for page in batched(digests):
            self._connection.execute(
                delete(history_waiting).where(history_waiting.c.digest.in_(page))
            )

    def _forget(self, part: HistoryPart) -> None:
        self._connection.execute(
            delete(history_parts).where(
                history_parts.c.battery_id == str(part.battery_id),
                history_parts.c.month == part.month,
                history_parts.c.generation.in_(part.replaces),
            )
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
        level=row["level"],
    )
