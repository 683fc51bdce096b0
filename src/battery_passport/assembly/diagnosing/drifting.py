"""Cells that stand apart, in the newest months of a battery's history.

In: a telemetry table. Out: findings by the method `cell-drift`.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance.cell_drift import (
    V1,
    DriftFinding,
    DriftLimits,
    find_drift,
)
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

NEWEST_DAYS = 90
SAMPLES_A_DAY = 48
"""Enough for a day's middle, and few enough for a fleet."""

CELLS = "cell_voltage_mv"
_DAY_MS = 86_400_000


def drifting_cells(table: TelemetryTable) -> tuple[DriftFinding, ...]:
    """Return the cells that stand apart; none where single cells were not measured."""
    cells = table.columns.get(CELLS)
    if cells is None or table.row_count == 0:
        return ()
    rows = thinned_rows(table.sampled_at_ms)
    voltage_v = possible_values(cells[rows], CELLS)
    limits = limits_at(resolution_v(voltage_v))
    return tuple(find_drift(table.sampled_at_ms[rows], voltage_v, limits=limits))


def limits_at(step_v: float) -> DriftLimits:
    """Return the limits for voltages given in steps: two steps apart is no deviation yet."""
    return replace(
        V1,
        least_spread_v=max(V1.least_spread_v, step_v / 2),
        least_deviation_v=max(V1.least_deviation_v, 2.5 * step_v),
    )


def resolution_v(voltage_v: NDArray[np.float64]) -> float:
    """Return the step in which voltages are given, 0 where there are none."""
    known_mv = np.rint(1_000 * voltage_v[np.isfinite(voltage_v)]).astype(np.int64)
    return float(np.gcd.reduce(known_mv)) / 1_000 if known_mv.size else 0.0


def thinned_rows(sampled_at_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return places of the newest days, evenly thinned within each day."""
    newest_ms = int(sampled_at_ms[-1])
    first = int(np.searchsorted(sampled_at_ms, newest_ms - NEWEST_DAYS * _DAY_MS))
    days = sampled_at_ms[first:] // _DAY_MS
    starts = first + np.concatenate([[0], np.flatnonzero(np.diff(days)) + 1, [days.size]])
    return np.concatenate([_spread(int(start), int(end)) for start, end in pairwise(starts)])


def _spread(start: int, end: int) -> NDArray[np.int64]:
    if end - start <= SAMPLES_A_DAY:
        return np.arange(start, end, dtype=np.int64)
    return np.linspace(start, end - 1, SAMPLES_A_DAY).astype(np.int64)
