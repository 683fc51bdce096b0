"""A cell's voltage against the cells around it.

In: voltages of all cells. Out: deviations from the neighbours, and how far healthy ones lie apart.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TO_SD = 1.4826
_BESIDE = 5
"""Cells of one side; an odd number, so that their middle is one of them even across a step."""
_FEWEST_BESIDE = 3


def deviations(voltage_v: Floats, *, reach: int) -> Floats:
    """Return how far each cell lies from the cells up to `reach` places away.

    From the middle of them all; but a cell that is like those on one side belongs to their module,
    whatever lies on its other side, and beside a step between modules what counts is how far it is
    from both.
    NaN where a cell or all around it were not measured. Shape: (samples, cells) in and out.
    """
    apart = np.full(voltage_v.shape, np.nan)
    for cell in range(voltage_v.shape[1]):
        here = voltage_v[:, cell]
        first, past = max(0, cell - reach), cell + reach + 1
        centred = here - row_medians(voltage_v[:, first:past])
        before = voltage_v[:, max(0, cell - _BESIDE) : cell]
        sides = (before, voltage_v[:, cell + 1 : cell + 1 + _BESIDE])
        by_side = [here - row_medians(side) for side in sides if side.shape[1] >= _FEWEST_BESIDE]
        apart[:, cell] = _tempered(centred, by_side)
    return apart


def _tempered(centred: Floats, by_side: list[Floats]) -> Floats:
    """Return the deviation from the middle, at most twice and at least once that from a side."""
    if not by_side:
        return centred
    nearest = by_side[0]
    for other in by_side[1:]:
        is_nearer = ~(np.abs(nearest) <= np.abs(other))
        nearest = np.where(is_nearer & np.isfinite(other), other, nearest)
    size = np.abs(nearest)
    clipped: Floats = np.where(
        np.abs(centred) >= size,
        np.sign(centred) * np.minimum(np.abs(centred), 2.0 * size),
        nearest,
    )
    return np.where(np.isfinite(nearest), clipped, centred)


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
