"""Alarms raised while batches were read, and what the watch over them remembers.

In: alarms, highest insulations. Out: the same, by battery or the newest first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, func, select, update

from battery_passport.adapters.sql.schema_alarms import alarms, insulation_memories
from battery_passport.adapters.sql.upserts import batched, insert_or_ignore, insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedAlarm:
    """An alarm of a battery; `late` says that its sample was old when it was received.

    `cell` counts from 0. `event_id` names the lifecycle event that tells of it, None so far.
    """

    battery_id: UUID
    kind: str
    severity: str
    at: datetime
    cell: int | None
    signals: tuple[str, ...]
    batch_digest: bytes
    received_at: datetime
    raised_at: datetime
    late: bool
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class InsulationMemory:
    """The highest insulation of the span of time before, and of the one that began at a moment."""

    earlier_kohm: float
    highest_kohm: float
    since_ms: int


class AlarmStore:
    """Alarms within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, raised: Sequence[RaisedAlarm]) -> None:
        """Save alarms; one of the same battery, kind and sample stays as it is."""
        insert_or_ignore(self._connection, alarms, [_row(each) for each in raised])

    def times_of(self, battery_id: UUID, kind: str) -> list[datetime]:
        """Return when alarms of a kind were raised for a battery."""
        query = select(alarms.c.at_ms).where(
            alarms.c.battery_id == str(battery_id), alarms.c.kind == kind
        )
        return [from_unix_ms(at_ms) for at_ms in self._connection.execute(query).scalars()]

    def untold(self, limit: int) -> list[RaisedAlarm]:
        """Return alarms of which no lifecycle event tells yet, the oldest first."""
        query = select(alarms).where(alarms.c.event_id.is_(None))
        return self._read(query.order_by(alarms.c.raised_at_ms).limit(limit))

    def tell(self, alarm: RaisedAlarm, event_id: UUID | None) -> None:
        """Note the event that tells of an alarm; None where the history takes none."""
        statement = update(alarms).where(
            alarms.c.battery_id == str(alarm.battery_id),
            alarms.c.kind == alarm.kind,
            alarms.c.at_ms == unix_ms(alarm.at),
        )
        told = "" if event_id is None else str(event_id)
        self._connection.execute(statement.values(event_id=told))

    def count(self) -> Mapping[bool, int]:
        """Return how many alarms there are, those that came late apart."""
        query = select(alarms.c.late, func.count()).group_by(alarms.c.late)
        found = {bool(late): int(number) for late, number in self._connection.execute(query)}
        return {late: found.get(late, 0) for late in (False, True)}

    def memories(self, battery_ids: Collection[UUID]) -> dict[UUID, InsulationMemory]:
        """Return what is remembered of the insulation of batteries."""
        table = insulation_memories
        found: dict[UUID, InsulationMemory] = {}
        for some in batched([str(each) for each in battery_ids]):
            rows = self._connection.execute(select(table).where(table.c.battery_id.in_(some)))
            found |= {UUID(row[0]): InsulationMemory(row[1], row[2], row[3]) for row in rows}
        return found

    def remember(self, memories: Mapping[UUID, InsulationMemory]) -> None:
        """Save what is remembered now."""
        rows = [
            {
                "battery_id": str(battery_id),
                "earlier_kohm": each.earlier_kohm,
                "highest_kohm": each.highest_kohm,
                "since_ms": each.since_ms,
            }
            for battery_id, each in memories.items()
        ]
        insert_or_update(self._connection, insulation_memories, rows, {"battery_id"})

    def _read(self, query: Select[Any]) -> list[RaisedAlarm]:
        return [_alarm(row) for row in self._connection.execute(query).mappings()]


def _row(alarm: RaisedAlarm) -> dict[str, object]:
    return {
        "battery_id": str(alarm.battery_id),
        "kind": alarm.kind,
        "at_ms": unix_ms(alarm.at),
        "severity": alarm.severity,
        "cell": alarm.cell,
        "signals": list(alarm.signals),
        "batch_digest": alarm.batch_digest,
        "received_at_ms": unix_ms(alarm.received_at),
        "raised_at_ms": unix_ms(alarm.raised_at),
        "late": alarm.late,
        "event_id": None if alarm.event_id is None else str(alarm.event_id),
    }


def _alarm(row: RowMapping) -> RaisedAlarm:
    return RaisedAlarm(
        battery_id=UUID(row["battery_id"]),
        kind=row["kind"],
        severity=row["severity"],
        at=from_unix_ms(row["at_ms"]),
        cell=row["cell"],
        signals=tuple(row["signals"]),
        batch_digest=row["batch_digest"],
        received_at=from_unix_ms(row["received_at_ms"]),
        raised_at=from_unix_ms(row["raised_at_ms"]),
        late=row["late"],
        event_id=UUID(row["event_id"]) if row["event_id"] else None,
    )
