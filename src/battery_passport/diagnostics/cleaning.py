"""Measurements without what cannot be true: sentinels and impossible values become NaN.

In: a telemetry table. Out: columns, or single points of them, in their calculation unit.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_NEIGHBOURS = (0, -1, 1, -2, 2, -3, 3)
_BESIDE_MS = 30_000


def clean(table: TelemetryTable, name: str) -> Floats:
    """Return a known column in its unit, NaN where there is no possible value.

    Shape: as the column; (rows,) of NaN if the table lacks it.
    """
    values = table.columns.get(name)
    if values is None:
        return np.full(table.row_count, np.nan)
    return clean_values(values, name)


def clean_values(values: Integers, name: str) -> Floats:
    """Return values of a known column in its unit, NaN where they cannot be true."""
    return possible_values(values, name)


def cell_voltage_v(table: TelemetryTable, row: int, *, cells_in_series: int | None) -> float:
    """Return a typical cell's voltage at or beside a row; NaN if none was measured within 30 s."""

    def at(place: int) -> float:
        return _first_finite(
            lambda: _typical(table, place, "cell_voltage_mean_uv"),
            lambda: _typical(table, place, "cell_voltage_mv"),
            lambda: _middle(table, place, "cell_voltage_max_mv", "cell_voltage_min_mv"),
            lambda: _typical(table, place, "pack_voltage_mv") / (cells_in_series or np.nan),
        )

    return _beside(table, row, at)


def temperature_celsius(table: TelemetryTable, row: int) -> float:
    """Return a typical temperature at or beside a row; NaN if none was measured within 30 s."""

    def at(place: int) -> float:
        return _first_finite(
            lambda: _typical(table, place, "probe_temperature_dc"),
            lambda: _typical(table, place, "probe_temperature_mean_mc"),
            lambda: _middle(table, place, "temperature_max_dc", "temperature_min_dc"),
        )

    return _beside(table, row, at)


def _beside(table: TelemetryTable, row: int, at: Callable[[int], float]) -> float:
    times = table.sampled_at_ms
    for offset in _NEIGHBOURS:
        place = row + offset
        if not 0 <= place < table.row_count or abs(times[place] - times[row]) > _BESIDE_MS:
            continue
        found = at(place)
        if np.isfinite(found):
            return found
    return float("nan")


def _typical(table: TelemetryTable, place: int, name: str) -> float:
    """Return the median of what one row holds, NaN unless at least half of it is possible.

    NULL does not count: the same batches within a wider table give the same value.
    """
    values = table.columns.get(name)
    if values is None:
        condensed = table.condensed.get(f"{name}.middle")
        return float("nan") if condensed is None else float(condensed[place])
    point = np.atleast_1d(values[place])
    held = clean_values(point[point != NULL], name)
    possible = np.sort(held[np.isfinite(held)])
    if possible.size == 0 or 2 * possible.size < held.size:
        return float("nan")
    middle = possible.size // 2
    return 0.5 * float(possible[middle] + possible[-1 - middle])


def _middle(table: TelemetryTable, place: int, highest: str, lowest: str) -> float:
    return 0.5 * (_typical(table, place, highest) + _typical(table, place, lowest))


def _first_finite(*candidates: Callable[[], float]) -> float:
    """Return the first value that is one; those after it are not asked for."""
    return next((value for make in candidates if np.isfinite(value := make())), float("nan"))
