"""What a battery's data say of its identity: one mark a batch, and of a long batch every six hours.

In: a telemetry table. Out: marks in the order of time, for the rules of tampering.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import HOUR_MS, from_unix_ms
from battery_passport.lifecycle.tampering.model import Mark
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

_PERCENT = 100.0
_FEWEST_CELLS = 12
PATTERN_ROWS = 60
"""A pattern is from at most so many rows, the mark's own and those that follow."""

_FEWEST_SAMPLES = 4
_CALM_A = 8.0
_SLOPING_V = 3.45
"""Below lies the plateau of LFP, where the cells' order changes with every percent of charge."""
_HALVES_AGREE = 0.6
_SPAN_MS = 6 * HOUR_MS
_CELLS = "cell_voltage_mv"

Floats = NDArray[np.float64]


def marks_of(table: TelemetryTable) -> list[Mark]:
    """Return a mark for the first sample of each batch and six hours, none without samples."""
    rows = mark_rows(table)
    return marks_at(table, rows, cell_patterns(table, rows))


def mark_rows(table: TelemetryTable) -> NDArray[np.int64]:
    """Return the first row of each batch and six hours, in order."""
    spans = table.sampled_at_ms // _SPAN_MS
    _, rows = np.unique(
        spans * max(1, len(table.batch_digests)) + table.batch_ordinal, return_index=True
    )
    return np.sort(rows)


def marks_at(
    table: TelemetryTable,
    rows: NDArray[np.int64],
    patterns: Sequence[tuple[float, ...] | None],
) -> list[Mark]:
    """Return marks of rows whose cells' patterns are known."""
    columns = zip(
        table.sampled_at_ms[rows].tolist(),
        _values(table, "odometer_m", rows),
        _values(table, "cumulative_charge_mah", rows),
        _values(table, "cumulative_discharge_mah", rows),
        _values(table, "bms_soh_permyriad", rows, scale=_PERCENT),
        _cell_counts(table, rows).tolist(),
        patterns,
        strict=True,
    )
    return [
        Mark(
            at=from_unix_ms(at_ms),
            odometer_m=odometer_m,
            charged_ah=charged_ah,
            discharged_ah=discharged_ah,
            stated_health_percent=health_percent,
            cells_in_series=cells or None,
            pattern=pattern,
        )
        for at_ms, odometer_m, charged_ah, discharged_ah, health_percent, cells, pattern in columns
    ]


def _values(
    table: TelemetryTable, name: str, rows: NDArray[np.int64], *, scale: float = 1.0
) -> list[float | None]:
    column = table.columns.get(name)
    if column is None:
        return [None] * rows.size
    values = scale * possible_values(column[rows], name)
    known = np.isfinite(values).tolist()
    return [
        value if is_known else None for value, is_known in zip(values.tolist(), known, strict=True)
    ]


def _cell_counts(table: TelemetryTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many cells each of the rows tells of, 0 where none."""
    cells = table.columns.get(_CELLS)
    condensed = table.condensed.get(f"{_CELLS}.held")
    if cells is None and condensed is not None:
        return condensed[rows].astype(np.int64)
    if cells is None:
        return np.zeros(rows.size, dtype=np.int64)
    counts: NDArray[np.int64] = np.count_nonzero(cells[rows] != NULL, axis=1)
    return counts


def cell_patterns(table: TelemetryTable, rows: NDArray[np.int64]) -> list[tuple[float, ...] | None]:
    """Return the cells' pattern near rest, from each mark's row on within its batch.

    None where cells were not measured, or not well enough: two halves of the samples must agree.
    """
    cells = table.columns.get(_CELLS)
    if cells is None or cells.shape[1] < _FEWEST_CELLS or "current_ma" not in table.columns:
        return [None] * rows.size
    # Under load cells differ by their resistance, the other way round in a charge.
    is_calm = np.abs(possible_values(table.columns["current_ma"], "current_ma")) <= _CALM_A
    return [_pattern(cells, _beside(table.batch_ordinal, int(row), is_calm)) for row in rows]


def _beside(
    batch_ordinal: NDArray[np.int32], row: int, is_calm: NDArray[np.bool_]
) -> NDArray[np.int64]:
    following = slice(row, row + PATTERN_ROWS)
    same = batch_ordinal[following] == batch_ordinal[row]
    return row + np.flatnonzero(same & is_calm[following])


def _pattern(cells: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[float, ...] | None:
    if rows.size < _FEWEST_SAMPLES:
        return None
    voltage_v = possible_values(cells[rows], _CELLS)
    whole = voltage_v[np.isfinite(voltage_v).all(axis=1)]
    whole = whole[np.median(whole, axis=1) >= _SLOPING_V]
    if whole.shape[0] < _FEWEST_SAMPLES:
        return None
    apart = whole - np.median(whole, axis=1, keepdims=True)
    one, other = _unit(apart[::2].mean(axis=0)), _unit(apart[1::2].mean(axis=0))
    if float(one @ other) < _HALVES_AGREE:
        return None
    return tuple(_unit(apart.mean(axis=0)).tolist())


def _unit(apart_v: Floats) -> Floats:
    """Return deviations of mean 0 and length 1, or all 0.

    A cell far off counts no more than three times the usual, so that a fault is no new pack.
    """
    usual_v = float(np.median(np.abs(apart_v)))
    clipped = np.clip(apart_v, -3.0 * usual_v, 3.0 * usual_v)
    centred = clipped - clipped.mean()
    length = float(np.linalg.norm(centred))
    unit: Floats = centred / length if length else centred
    return unit
