"""Cells as their deviation from the middle one of their sample, cell by cell, and back.

In: values of all cells. Out: each sample's lower median, and small integers by cell.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import NULL

Int64s = NDArray[np.int64]

_SMALL = 2**30
"""Of values up to here, differences too fit into 32 bits."""

_ROWS_AT_ONCE = 1_024
"""So many rows of cells fit into a processor's cache."""


def deviations(
    values: Int64s,
) -> tuple[Int64s, NDArray[np.signedinteger], NDArray[np.bool_] | None]:
    """Return each sample's middle, deviations, and which values are missing, if any are.

    Shape: values (samples, cells); deviations and missing (cells, samples).
    """
    if values.size and values.min() >= -_SMALL and values.max() <= _SMALL:
        middle, by_cell = _of_small(values)
        return middle, by_cell, None
    missing = values == NULL
    middle = _middle(values, missing)
    by_cell = np.ascontiguousarray((values - middle[:, None]).T)
    missing_by_cell = np.ascontiguousarray(missing.T)
    by_cell[missing_by_cell] = 0
    return middle, by_cell.astype(_narrowest(by_cell)), missing_by_cell


def values_of(
    middle: Int64s, by_cell: Sequence[tuple[NDArray[np.signedinteger], NDArray[np.bool_] | None]]
) -> Int64s:
    """Return the values of all cells, given each cell's deviations and where they are missing.

    Shape: (samples, cells).
    """
    values = np.empty((middle.shape[0], len(by_cell)), dtype=np.int64)
    for start in range(0, middle.shape[0], _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        for cell, (deviation, _missing) in enumerate(by_cell):
            values[rows, cell] = deviation[rows]
        values[rows] += middle[rows, None]
    for cell, (_deviation, missing) in enumerate(by_cell):
        if missing is not None:
            values[missing, cell] = NULL
    return values


def _of_small(values: Int64s) -> tuple[Int64s, NDArray[np.signedinteger]]:
    """Return middles and deviations of values that fit into 32 bits, none of them missing."""
    samples, cells = values.shape
    middle = np.empty(samples, dtype=np.int64)
    by_cell = np.empty((cells, samples), dtype=np.int32)
    for start in range(0, samples, _ROWS_AT_ONCE):
        rows = slice(start, min(start + _ROWS_AT_ONCE, samples))
        # Half the width sorts in a third of the time.
        few = values[rows].astype(np.int32)
        middles = np.sort(few, axis=1)[:, (cells - 1) // 2]
        middle[rows] = middles
        by_cell[:, rows] = (few - middles[:, None]).T
    return middle, by_cell.astype(_narrowest(by_cell))


def _middle(values: Int64s, missing: NDArray[np.bool_]) -> Int64s:
    """Return the lower median of each row's present values, or NULL where there are none."""
    # Missing values sort first, so the middle of the present ones lies half their number further.
    ordered = np.sort(values, axis=1)
    absent = missing.sum(axis=1)
    place = np.minimum(absent + (values.shape[1] - absent - 1) // 2, values.shape[1] - 1)
    middle: Int64s = np.take_along_axis(ordered, np.maximum(place, 0)[:, None], axis=1)[:, 0]
    return middle


def _narrowest(values: NDArray[np.signedinteger]) -> type[np.signedinteger]:
    for kind in (np.int16, np.int32):
        limits = np.iinfo(kind)
        if not values.size or (values.min() >= limits.min and values.max() <= limits.max):
            return kind
    return np.int64
