"""A cell's voltage against the cells around it.

In: voltages of all cells. Out: deviations from the neighbours, and how far healthy ones lie apart.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TO_SD = 1.4826


def deviations(voltage_v: Floats, *, reach: int) -> Floats:
    """Return each cell's voltage less the middle of the cells up to `reach` places away.

    NaN where a cell or all around it were not measured. Shape: (samples, cells) in and out.
    """
    cells = voltage_v.shape[1]
    apart = np.full(voltage_v.shape, np.nan)
    for cell in range(cells):
        around = voltage_v[:, max(0, cell - reach) : cell + reach + 1]
        apart[:, cell] = voltage_v[:, cell] - row_medians(around)
    return apart


def spread(deviation_v: Floats, *, reach: int) -> Floats:
    """Return how far apart healthy cells lie: the larger of a cell's surroundings and the pack.

    Robust: up to half of the cells may be anything. Shape: (cells,) in and out.
    """
    sizes = np.abs(deviation_v)
    around = np.array(
        [_median(sizes[max(0, cell - reach) : cell + reach + 1]) for cell in range(sizes.size)]
    )
    across = _median(np.abs(deviation_v - _median(deviation_v)))
    apart: Floats = _TO_SD * np.fmax(around, across)
    return apart


def row_medians(values: Floats) -> Floats:
    """Return the median of each row's known values, NaN where there are none."""
    ordered = np.sort(values, axis=1)
    known = np.count_nonzero(np.isfinite(values), axis=1)
    rows = np.arange(values.shape[0])
    middle = np.maximum(known - 1, 0)
    medians: Floats = 0.5 * (ordered[rows, middle // 2] + ordered[rows, (middle + 1) // 2])
    return medians


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
