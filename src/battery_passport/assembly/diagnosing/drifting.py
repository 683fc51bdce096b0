"""Cells that stand apart, in the newest months of a battery's history.

In: a telemetry table, or what was kept of its days. Out: findings by the method `cell-drift`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance.cell_drift import (
    V1,
    DriftFinding,
    DriftLimits,
    day_deviation,
    find_drift_of_days,
)
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

NEWEST_DAYS = 90
"""From the midnight so long before the newest sample's."""

SAMPLES_A_DAY = 48
"""Enough for a day's middle, and few enough for a fleet."""

CELLS = "cell_voltage_mv"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsOfDay:
    """A UTC day's cells. `typical_v` is None where too few samples; `step_mv` divides them all.

    Shape: typical_v (cells,).
    """

    day: int
    first_ms: int
    typical_v: NDArray[np.float64] | None
    step_mv: int


def recent_days(table: TelemetryTable) -> tuple[CellsOfDay, ...]:
    """Return the days that are looked at; none where single cells were not measured."""
    cells = table.columns.get(CELLS)
    if cells is None or table.row_count == 0:
        return ()
    first = int(np.searchsorted(table.sampled_at_ms, oldest_ms(int(table.sampled_at_ms[-1]))))
    return tuple(cells_by_day(table.sampled_at_ms[first:], cells[first:]))


def drift_of_days(days: Sequence[CellsOfDay]) -> tuple[DriftFinding, ...]:
    """Return the findings of days in the order of time, of which the last is not over."""
    cells = next((each.typical_v.size for each in days if each.typical_v is not None), 0)
    step_mv = int(np.gcd.reduce([each.step_mv for each in days])) if days else 0
    closed = ((each.day, each.typical_v, following.first_ms) for each, following in pairwise(days))
    limits = limits_at(step_mv / 1_000)
    return tuple(find_drift_of_days(closed, cells=cells, limits=limits))


def oldest_ms(newest_ms: int) -> int:
    """Return the midnight from which on cells are looked at."""
    return (newest_ms // DAY_MS - NEWEST_DAYS) * DAY_MS


def cells_by_day(
    sampled_at_ms: NDArray[np.int64], cells: NDArray[np.int64]
) -> Iterator[CellsOfDay]:
    """Yield each UTC day's cells from a thinned choice of its samples."""
    days = sampled_at_ms // DAY_MS
    starts = np.concatenate([[0], np.flatnonzero(np.diff(days)) + 1, [days.size]])
    for start, past in pairwise(starts.tolist()):
        voltage_v = possible_values(cells[start + _spread(past - start)], CELLS)
        yield CellsOfDay(
            day=int(days[start]),
            first_ms=int(sampled_at_ms[start]),
            typical_v=day_deviation(voltage_v, V1),
            step_mv=_step_mv(voltage_v),
        )


def limits_at(step_v: float) -> DriftLimits:
    """Return the limits for voltages given in steps: two steps apart is no deviation yet."""
    return replace(
        V1,
        least_spread_v=max(V1.least_spread_v, step_v / 2),
        least_deviation_v=max(V1.least_deviation_v, 2.5 * step_v),
    )


def _step_mv(voltage_v: NDArray[np.float64]) -> int:
    """Return the step in which voltages are given, 0 where there are none."""
    known_mv = np.rint(1_000 * voltage_v[np.isfinite(voltage_v)]).astype(np.int64)
    return int(np.gcd.reduce(known_mv)) if known_mv.size else 0


def _spread(count: int) -> NDArray[np.int64]:
    """Return places evenly spread over so many."""
    if count <= SAMPLES_A_DAY:
        return np.arange(count, dtype=np.int64)
    return np.linspace(0, count - 1, SAMPLES_A_DAY).astype(np.int64)
