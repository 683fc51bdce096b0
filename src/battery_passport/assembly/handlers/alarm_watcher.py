"""Watches batches while they are read: a thermal event is known as soon as its batch is durable.

In: batches in the order of the log. Out: alarms, saved in the transaction of their reader; then
`AlarmKeeper` writes them into the batteries' histories.
Every batch is screened, which takes microseconds. The few that can raise an alarm are looked at by
the rule itself, together with what came before them: the memory of the rule is the evidence.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from sqlalchemy import Connection

from battery_passport.adapters.sql.alarms import AlarmStore, InsulationMemory, RaisedAlarm
from battery_passport.assembly.handlers.quality_tally import Reading
from battery_passport.foundation.clock import DAY_MS, Clock, from_unix_ms
from battery_passport.safety.limits import ThermalLimits
from battery_passport.safety.scanning import MEMORIES, WATCHED_COLUMNS, alarms_in
from battery_passport.safety.screening import screen
from battery_passport.telemetry.errors import HistoryDamaged
from battery_passport.telemetry.model import NULL, DecodedBatch
from battery_passport.telemetry.ports import History
from battery_passport.telemetry.table import TelemetryTable, assemble_table, merge_tables

_LOG = logging.getLogger(__name__)

LATE: Final = timedelta(days=1)
"""A sample that was older when it was received raises an alarm that says that it is late."""

ONE_EVENT: Final = timedelta(days=1)
"""Alarms of one battery that lie closer together are one."""

_SPAN_MS: Final = int(MEMORIES * ThermalLimits().memory_s * 1_000)
_LOOK_BACK_MS: Final = (DAY_MS, 60 * DAY_MS, 4_000 * DAY_MS)
_MARGIN: Final = 1.05
"""The insulation remembered is rounded up by so much, that it seldom has to be written."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What screening left: what can raise an alarm, by battery, and what is to be remembered."""

    suspicious: dict[UUID, list[Reading]]
    memories: dict[UUID, InsulationMemory]


class AlarmWatcher:
    """Keeps nothing at hand: what it remembers is in SQL and in the evidence."""

    def __init__(self, history: History, clock: Clock) -> None:
        self._history = history
        self._clock = clock

    def screen(self, connection: Connection, readings: Sequence[Reading]) -> Watched:
        """Return the batteries that the rule has to look at, with all their batches."""
        held = [(each, each.batch) for each in readings if each.batch is not None]
        held = [(each, batch) for each, batch in held if batch.sampled_at_ms.size]
        if not held:
            return Watched({}, {})
        places = {each: place for place, each in enumerate({each.battery_id for each, _ in held})}
        memories = AlarmStore(connection).memories(places.keys())
        is_suspicious, insulation = screen(
            [batch.sampled_at_ms.size for _, batch in held],
            [batch.columns for _, batch in held],
            of=np.array([places[each.battery_id] for each, _ in held], dtype=np.intp),
            usual_kohm=np.array([_usual_kohm(memories.get(each)) for each in places]),
        )
        changed: dict[UUID, InsulationMemory] = {}
        for (each, batch), kohm in zip(held, insulation.tolist(), strict=True):
            known = changed.get(each.battery_id) or memories.get(each.battery_id)
            now = _remembered(known, kohm, batch)
            if now is not None:
                changed[each.battery_id] = now
        named = {held[place][0].battery_id for place in np.flatnonzero(is_suspicious).tolist()}
        suspicious = {
            battery_id: [each for each, _ in held if each.battery_id == battery_id]
            for battery_id in named
        }
        return Watched(suspicious, changed)

    def judge(self, watched: Watched) -> list[RaisedAlarm]:
        """Return the alarms that the rule raises at samples of these batches."""
        return [
            alarm
            for battery_id, readings in watched.suspicious.items()
            for alarm in self._alarms(battery_id, readings)
        ]

    def _alarms(self, battery_id: UUID, readings: Sequence[Reading]) -> Iterator[RaisedAlarm]:
        received = {
            each.batch.digest: from_unix_ms(each.received_ms) for each in readings if each.batch
        }
        fresh = assemble_table([each.batch for each in readings if each.batch])
        try:
            table = self._before(battery_id, fresh.select(WATCHED_COLUMNS))
        except HistoryDamaged:
            _LOG.exception("an alarm is looked for without what came before")
            table = fresh
        now = self._clock.now()
        for alarm in alarms_in(table):
            row = int(np.searchsorted(table.sampled_at_ms, alarm.at_ms))
            digest = table.batch_digests[int(table.batch_ordinal[row])]
            if digest not in received:
                continue
            at = from_unix_ms(alarm.at_ms)
            yield RaisedAlarm(
                battery_id=battery_id,
                kind=alarm.kind,
                severity=alarm.severity.value,
                at=at,
                cell=alarm.cell,
                signals=tuple(signal.value for signal in alarm.signals),
                batch_digest=digest,
                received_at=received[digest],
                raised_at=now,
                late=received[digest] - at > LATE,
            )

    def _before(self, battery_id: UUID, fresh: TelemetryTable) -> TelemetryTable:
        """Return the batches behind what the rule remembers at their first sample."""
        first_ms, last_ms = int(fresh.sampled_at_ms[0]), int(fresh.sampled_at_ms[-1])
        for back_ms in _LOOK_BACK_MS:
            known = self._read(battery_id, first_ms - back_ms, last_ms)
            earlier = known.sampled_at_ms[known.sampled_at_ms < first_ms]
            if not earlier.size:
                continue
            remembered_ms = int(earlier[-1]) - _SPAN_MS
            if remembered_ms < first_ms - back_ms:
                known = self._read(battery_id, remembered_ms, last_ms)
            return merge_tables([known, fresh])
        return fresh

    def _read(self, battery_id: UUID, start_ms: int, last_ms: int) -> TelemetryTable:
        return self._history.read(
            battery_id, columns=WATCHED_COLUMNS, start_ms=start_ms, end_ms=last_ms + 1
        )


def save_alarms(connection: Connection, watched: Watched, raised: Sequence[RaisedAlarm]) -> None:
    """Save what is remembered, and of each event its first alarm."""
    store = AlarmStore(connection)
    store.remember(watched.memories)
    for battery_id in watched.suspicious:
        for alarm in [each for each in raised if each.battery_id == battery_id]:
            if not _is_known(alarm.at, store.times_of(battery_id, alarm.kind)):
                store.add([alarm])
                _LOG.warning(
                    "an alarm was raised: %s, %s, %d signals, batch %s%s",
                    alarm.kind,
                    alarm.severity,
                    len(alarm.signals),
                    alarm.batch_digest.hex(),
                    ", late" if alarm.late else "",
                )


def _is_known(at: datetime, known: Sequence[datetime]) -> bool:
    return any(abs(at - each) < ONE_EVENT for each in known)


def _usual_kohm(memory: InsulationMemory | None) -> float:
    return float("nan") if memory is None else max(memory.earlier_kohm, memory.highest_kohm)


def _remembered(
    memory: InsulationMemory | None, kohm: int, batch: DecodedBatch
) -> InsulationMemory | None:
    """Return what is remembered after a batch, None where that changes nothing."""
    if kohm == NULL:
        return None
    last_ms = int(batch.sampled_at_ms[-1])
    if memory is None:
        return InsulationMemory(0.0, _MARGIN * kohm, last_ms)
    if last_ms - memory.since_ms > _SPAN_MS:
        return InsulationMemory(memory.highest_kohm, _MARGIN * kohm, last_ms)
    if kohm > memory.highest_kohm:
        return InsulationMemory(memory.earlier_kohm, _MARGIN * kohm, memory.since_ms)
    return None
