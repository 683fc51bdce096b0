"""Thermal events in a battery's stored history, by the streaming rule of `safety`.

In: a telemetry table. Out: alarms, as the rule raised or would have raised them.
The rule looks at one sample after the other, which takes seconds for a year. It needs two signals
of four, so it is run only about samples that show a voltage out of the ordinary beside another
signal, or two others; from long enough before them that it remembers the same.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from battery_passport.safety.limits import (
    EMPTY_PACK_MV,
    FALLEN_RATIO,
    SIGNALS_NEEDED,
    ThermalLimits,
)
from battery_passport.safety.model import Alarm, Booleans, Floats
from battery_passport.safety.readings import readings
from battery_passport.safety.thermal_event import ThermalWatch
from battery_passport.telemetry.model import NULL, Columns
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

WATCHED_COLUMNS = (
    "cell_voltage_mv",
    "probe_temperature_dc",
    "temperature_max_dc",
    "pack_voltage_mv",
    "insulation_kohm",
    "thermal_alarm",
    "bms_warning_level",
)
MEMORIES = 20.0
"""So many memories before a sample nothing is left of what was before: e^-20."""


def thermal_events(
    table: TelemetryTable, *, limits: ThermalLimits | None = None
) -> tuple[Alarm, ...]:
    """Return the first thermal event, if there is one: the rule then waits for a person."""
    return tuple(islice(alarms_in(table, limits=limits), 1))


def alarms_in(table: TelemetryTable, *, limits: ThermalLimits | None = None) -> Iterator[Alarm]:
    """Yield every alarm, as if each were acknowledged at once: of one event there are many."""
    rule = limits or ThermalLimits()
    columns = {name: table.columns[name] for name in WATCHED_COLUMNS if name in table.columns}
    suspicious = np.flatnonzero(_is_suspicious(table.sampled_at_ms, columns, rule))
    warm_up_ms = int(MEMORIES * rule.memory_s * 1_000)
    for first, past in _stretches(table.sampled_at_ms, suspicious, warm_up_ms):
        watch = ThermalWatch(rule)
        part = {name: values[first:past] for name, values in columns.items()}
        for reading in readings(table.sampled_at_ms[first:past], part, limits=rule):
            alarm = watch.see(reading)
            if alarm is None:
                continue
            watch.acknowledge()
            # What the first sample of a later stretch shows is news of nothing.
            if first == 0 or alarm.at_ms > int(table.sampled_at_ms[first]):
                yield alarm


def is_suspicious(table: TelemetryTable, limits: ThermalLimits | None = None) -> bool:
    """Tell whether any row of a part can raise an alarm, whatever was measured before it."""
    columns = {name: table.columns[name] for name in WATCHED_COLUMNS if name in table.columns}
    return bool(_is_suspicious(table.sampled_at_ms, columns, limits or ThermalLimits()).any())


def has_lost_insulation(table: TelemetryTable, limits: ThermalLimits | None = None) -> bool:
    """Tell whether insulation can have been lost suddenly; reads no cells."""
    rule = limits or ThermalLimits()
    if _is_steady(table, rule):
        return False
    lost = _may_have_lost_insulation(table.sampled_at_ms, table.columns, rule)
    return bool(lost.any())


def _is_steady(table: TelemetryTable, rule: ThermalLimits) -> bool:
    """Tell whether insulation never left so narrow a band that none of it can be a fall."""
    kohm = _read(table.columns, "insulation_kohm", table.row_count)
    known = kohm[np.isfinite(kohm)]
    if not known.size:
        return True
    fallen_kohm = max(rule.insulation_fall_ratio, rule.insulation_half_ratio) * known.max()
    return bool(known.min() >= fallen_kohm)


def _stretches(
    sampled_at_ms: NDArray[np.int64], suspicious: NDArray[np.intp], warm_up_ms: int
) -> Iterator[tuple[int, int]]:
    """Yield the rows to be looked at: from before each suspicious row, joined where they meet."""
    first, past = 0, 0
    for row in suspicious.tolist():
        # What the rule remembers it knows from the samples before a silence, however long ago.
        known_ms = sampled_at_ms[max(0, row - 1)]
        begins = int(np.searchsorted(sampled_at_ms, known_ms - warm_up_ms))
        if past and begins <= past:
            past = row + 1
            continue
        if past:
            yield first, past
        first, past = begins, row + 1
    if past:
        yield first, past


def _is_suspicious(
    sampled_at_ms: NDArray[np.int64], columns: Columns, rule: ThermalLimits
) -> Booleans:
    """Return which rows can raise an alarm: each test is at least as wide as the rule's own."""
    count = sampled_at_ms.size
    if count == 0:
        return np.zeros(0, dtype=np.bool_)
    hot = _may_be_hot(columns, count, rule)
    insulation = _may_have_lost_insulation(sampled_at_ms, columns, rule)
    own = _may_be_newly_alarmed(sampled_at_ms, columns, rule)
    others = hot.astype(np.int64) + insulation + own
    rows = np.flatnonzero(others == 1)
    suspicious: Booleans = others >= SIGNALS_NEEDED
    suspicious[rows] = _may_have_collapsed(columns, rows, count)
    return suspicious


def _may_be_hot(columns: Columns, count: int, rule: ThermalLimits) -> Booleans:
    probes = _read(columns, "probe_temperature_dc", count).reshape(count, -1)
    stated = _read(columns, "temperature_max_dc", count)
    hottest = np.fmax(stated, np.fmax.reduce(probes, axis=1, initial=-np.inf))
    hot: Booleans = hottest >= min(rule.hot_celsius, rule.warm_celsius)
    return hot


def _may_have_lost_insulation(
    sampled_at_ms: NDArray[np.int64], columns: Columns, rule: ThermalLimits
) -> Booleans:
    count = sampled_at_ms.size
    now = _read(columns, "insulation_kohm", count)
    pack_v = _read(columns, "pack_voltage_mv", count)
    lost = np.zeros(count, dtype=np.bool_)
    rows = np.flatnonzero(np.isfinite(now))
    if rows.size:
        # What is not measured leaves the memory as it is: only time between measurements counts.
        elapsed_ms = np.diff(sampled_at_ms, prepend=sampled_at_ms[:1])[rows].cumsum()
        highest = _recent_most(now[rows], elapsed_ms, rule)
        unsafe = 1_000.0 * now[rows] < rule.insulation_ohm_per_v * pack_v[rows]
        lost[rows] = (now[rows] < rule.insulation_fall_ratio * highest) | (
            unsafe & (now[rows] < rule.insulation_half_ratio * highest)
        )
    return lost


def _may_be_newly_alarmed(
    sampled_at_ms: NDArray[np.int64], columns: Columns, rule: ThermalLimits
) -> Booleans:
    count = sampled_at_ms.size
    level = _read(columns, "bms_warning_level", count) >= rule.highest_own_level
    alarm = level | (_read(columns, "thermal_alarm", count) >= 1)
    was_quiet = _recent_most(np.where(alarm, 0.0, 1.0), sampled_at_ms, rule) > 0.0
    # What was before the first rows is not known here: an alarm of their hours may be news.
    first_ms = sampled_at_ms[:1] + int(2 * MEMORIES * rule.memory_s * 1_000)
    new: Booleans = alarm & (was_quiet | (sampled_at_ms <= first_ms))
    return new


def _recent_most(values: Floats, elapsed_ms: NDArray[np.int64], rule: ThermalLimits) -> Floats:
    """Return the most over the value before and at least twenty memories of time before each."""
    if not values.size:
        return values
    block = elapsed_ms // int(MEMORIES * rule.memory_s * 1_000)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(block)) + 1])
    most = np.maximum.reduceat(values, starts)
    most = np.maximum(most, np.concatenate([most[:1], most[:-1]]))
    of_blocks: Floats = np.repeat(most, np.diff(starts, append=values.size))
    return of_blocks


def _may_have_collapsed(columns: Columns, rows: NDArray[np.intp], count: int) -> Booleans:
    """Return which of the rows may show a collapse: a cell far below the others, or all of them."""
    raw = columns.get("cell_voltage_mv")
    if raw is None or raw.size == 0:
        return np.zeros(rows.size, dtype=np.bool_)
    cells = raw.reshape(count, -1)[rows].astype(np.float64)
    cells[cells == NULL] = np.nan
    known = np.isfinite(cells).any(axis=1)
    collapsed = np.zeros(rows.size, dtype=np.bool_)
    cells = cells[known]
    typical = np.nanmedian(cells, axis=1)
    collapsed[known] = (np.nanmin(cells, axis=1) <= FALLEN_RATIO * typical) | (
        typical <= EMPTY_PACK_MV
    )
    return collapsed


def _read(columns: Columns, name: str, count: int) -> Floats:
    values = columns.get(name)
    return np.full(count, np.nan) if values is None else possible_values(values, name)
