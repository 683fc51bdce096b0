"""What was found about measurements and how devices do, summed up while batches are read.

In: tallies of a group of batches. Out: the same added to what earlier groups left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, case, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from battery_passport.adapters.sql.schema_quality import (
    collection_days,
    device_boots,
    device_states,
    quality_findings,
)
from battery_passport.foundation.strict_json import JsonObject

Source = tuple[UUID, UUID]
"""A device and the battery that it measured."""

Row = Mapping[str, Any]

_Insert = Callable[[Table], sqlite.Insert | postgresql.Insert]
_INSERT: dict[str, _Insert] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_ADDED = frozenset({"count", "batches", "samples", "backfilled"})
_LEAST = frozenset({"first_ms", "first_sequence", "first_received_ms"})
_MOST = frozenset({"last_ms", "received_ms", "last_sequence", "last_received_ms", "last_sample_ms"})


@dataclass(slots=True)
class QualityTally:
    """What one group of batches adds, by table and key."""

    findings: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    states: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    boots: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    days: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)


class QualityStore:
    """Sums within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def memories(self, sources: Iterable[Source]) -> dict[Source, JsonObject]:
        """Return what was remembered of devices, as far as anything was."""
        wanted = [(str(device), str(battery)) for device, battery in sources]
        where = tuple_(device_states.c.device_id, device_states.c.battery_id).in_(wanted)
        query = select(
            device_states.c.device_id, device_states.c.battery_id, device_states.c.memory
        ).where(where)
        rows = self._connection.execute(query).all() if wanted else []
        return {(UUID(row[0]), UUID(row[1])): row[2] for row in rows}

    def add(self, tally: QualityTally) -> None:
        """Add a group's tally."""
        for table, rows in (
            (quality_findings, tally.findings),
            (device_states, tally.states),
            (device_boots, tally.boots),
            (collection_days, tally.days),
        ):
            self._add(table, list(rows.values()))

    def _add(self, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        statement = _INSERT[self._connection.dialect.name](table)
        keys = [column.name for column in table.primary_key]
        renewed = {
            name: _joined(table, statement.excluded, name) for name in rows[0] if name not in keys
        }
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=renewed), rows
        )


def _joined(table: Table, excluded: Any, name: str) -> Any:
    """Return what stands in a row after another was added to it."""
    old, new = table.c[name], excluded[name]
    if name in _ADDED:
        return old + new
    if name in _LEAST:
        return case((old <= new, old), else_=new)
    if name in _MOST:
        return case((old >= new, old), else_=new)
    # Skew, lag and memory are those of the latest; a group without any leaves them.
    return new if name == "memory" else case((new.is_(None), old), else_=new)
