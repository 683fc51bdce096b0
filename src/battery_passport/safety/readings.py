"""Samples as readings, without sentinels and impossible values.

In: times and columns of telemetry, in the order of time. Out: one reading a sample.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from battery_passport.safety.limits import ThermalLimits
from battery_passport.safety.model import Booleans, Floats, Reading
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import NULL, Columns
from battery_passport.telemetry.possible import possible_values


def readings(
    sampled_at_ms: NDArray[np.int64], columns: Columns, *, limits: ThermalLimits | None = None
) -> Iterator[Reading]:
    """Return the samples one by one; absent columns read as not measured."""
    count = sampled_at_ms.shape[0]
    cells_v = _cells(columns, count)
    is_silent = _silent(columns, cells_v)
    probes = _wide(columns, "probe_temperature_dc", count)
    hottest = _narrow(columns, "temperature_max_dc", count)
    pack_v = _narrow(columns, "pack_voltage_mv", count)
    insulation = _narrow(columns, "insulation_kohm", count)
    own_alarm = _own_alarm(columns, count, limits or ThermalLimits())
    for row in range(count):
        yield Reading(
            at_ms=int(sampled_at_ms[row]),
            cell_voltage_v=cells_v[row],
            is_silent=is_silent[row],
            probe_celsius=probes[row],
            stated_hottest_celsius=float(hottest[row]),
            pack_voltage_v=float(pack_v[row]),
            insulation_kohm=float(insulation[row]),
            own_alarm=bool(own_alarm[row]),
        )


def _narrow(columns: Columns, name: str, count: int) -> Floats:
    values = columns.get(name)
    return np.full(count, np.nan) if values is None else possible_values(values, name)


def _wide(columns: Columns, name: str, count: int) -> Floats:
    values = columns.get(name)
    if values is None:
        return np.empty((count, 0))
    return possible_values(values.reshape(count, -1), name)


def _cells(columns: Columns, count: int) -> Floats:
    """Return cell voltages; a dead cell's few hundred millivolts are as true as any.

    Elsewhere they count as impossible, because no living cell shows them.
    """
    cells_v = _wide(columns, "cell_voltage_mv", count)
    raw = columns.get("cell_voltage_mv")
    if raw is None:
        return cells_v
    raw = raw.reshape(count, -1)
    column = COLUMN_BY_NAME["cell_voltage_mv"]
    is_nearly_dead = (raw > 0) & (raw < column.low)
    return np.where(is_nearly_dead, raw * column.scale, cells_v)


def _silent(columns: Columns, cells_v: Floats) -> Booleans:
    raw = columns.get("cell_voltage_mv")
    if raw is None:
        return np.zeros(cells_v.shape, dtype=np.bool_)
    silent: Booleans = raw.reshape(cells_v.shape) == 0
    return silent


def _own_alarm(columns: Columns, count: int, limits: ThermalLimits) -> Booleans:
    alarm = np.zeros(count, dtype=np.bool_)
    for name, least in (("thermal_alarm", 1), ("bms_warning_level", limits.highest_own_level)):
        if name in columns and np.any(columns[name] != NULL):
            alarm |= possible_values(columns[name], name) >= least
    return alarm
