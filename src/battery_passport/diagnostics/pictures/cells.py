"""How far each cell lies from its neighbours now: the newest day with enough samples.

In: a telemetry table. Out: deviations by cell, or why there are none.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance.cell_drift import NAME, V1, VERSION, day_deviation
from battery_passport.diagnostics.model import NotDetermined
from battery_passport.diagnostics.pictures.model import CellSpread
from battery_passport.foundation.clock import DAY_MS, from_unix_ms
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

Integers = NDArray[np.int64]

CELLS = "cell_voltage_mv"
NO_CELLS = NotDetermined("no-cell-voltages", "The voltages of single cells were not recorded.", {})
TOO_FEW = NotDetermined(
    "too-few-cell-samples",
    "On no day of the last weeks were the cells measured often enough to compare them.",
    {},
)
_MOST_DAYS = 30
_MOST_SAMPLES = 96


def cell_spread(table: TelemetryTable) -> CellSpread | NotDetermined:
    """Return the spread of the newest day on which the cells were measured often enough."""
    cells = table.columns.get(CELLS)
    if cells is None or cells.ndim != 2 or table.row_count == 0:
        return NO_CELLS
    days = table.sampled_at_ms // DAY_MS
    for day in np.unique(days)[::-1][:_MOST_DAYS].tolist():
        rows = np.arange(*np.searchsorted(days, [day, day + 1]))
        found = _of_day(table, rows[_thinned(rows.size)])
        if found is not None:
            return found
    return TOO_FEW


def _of_day(table: TelemetryTable, rows: Integers) -> CellSpread | None:
    voltage_v = possible_values(table.columns[CELLS][rows], CELLS)
    apart_v = day_deviation(voltage_v, V1)
    if apart_v is None or not np.isfinite(apart_v).any():
        return None
    return CellSpread(
        method=NAME,
        version=VERSION,
        started_at=from_unix_ms(int(table.sampled_at_ms[rows[0]])),
        ended_at=from_unix_ms(int(table.sampled_at_ms[rows[-1]])),
        samples=int(rows.size),
        deviation_mv=tuple(
            1_000.0 * each if np.isfinite(each) else None for each in apart_v.tolist()
        ),
    )


def _thinned(count: int) -> Integers:
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_SAMPLES)).astype(np.int64))
