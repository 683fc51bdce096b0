"""The one loop over every cell's neighbours, compiled.

In: voltages of all cells. Out: deviations from the neighbours, as `neighbours` says they are.
Everything is computed in one order: the same bits at every run.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BESIDE = 5
"""Cells of one side; an odd number, so that their middle is one of them even across a step."""
_FEWEST_BESIDE = 3


@njit(cache=True, nogil=True)
def _middle(held: Floats, first: int, past: int, ordered: Floats) -> float:
    """Return the median of the known values from `first` on, NaN where there are none."""
    known = 0
    for place in range(first, past):
        value = held[place]
        if np.isfinite(value):
            at = known
            while at > 0 and ordered[at - 1] > value:
                ordered[at] = ordered[at - 1]
                at -= 1
            ordered[at] = value
            known += 1
    if known == 0:
        return np.nan
    return float(0.5 * (ordered[(known - 1) // 2] + ordered[known // 2]))


@njit(cache=True, nogil=True)
def _take(ordered: Floats, known: int, value: float) -> int:
    """Put a value into its place; return how many there are then."""
    at = known
    while at > 0 and ordered[at - 1] > value:
        ordered[at] = ordered[at - 1]
        at -= 1
    ordered[at] = value
    return known + 1


@njit(cache=True, nogil=True)
def _drop(ordered: Floats, known: int, value: float) -> int:
    """Take a value out; return how many are left."""
    at = 0
    while ordered[at] != value:
        at += 1
    for place in range(at, known - 1):
        ordered[place] = ordered[place + 1]
    return known - 1


@njit(cache=True, nogil=True)
def _tempered(centred: float, nearest: float) -> float:
    """Return the deviation from the middle, at most twice and at least once that from a side."""
    if not np.isfinite(nearest):
        return centred
    size = abs(nearest)
    if not abs(centred) >= size:
        return nearest
    bounded = min(abs(centred), 2.0 * size)
    return bounded if centred > 0.0 else -bounded


@njit(cache=True, nogil=True)
def _nearest(here: float, sides: Floats, first: int, past: int) -> float:
    """Return the smallest deviation from the sides; of two alike the first."""
    nearest = here - sides[first]
    for place in range(first + 1, past):
        other = here - sides[place]
        if np.isfinite(other) and not abs(nearest) <= abs(other):
            nearest = other
    return float(nearest)


@njit(cache=True, nogil=True)
def _of_sample(  # noqa: C901 - one compiled loop
    here: Floats, reach: int, ordered: Floats, apart: Floats
) -> None:
    """Fill one sample's deviations; the window about a cell is kept in order as it moves on."""
    cells = here.shape[0]
    few, sides = np.empty(_BESIDE), np.empty(2)
    known = 0
    for cell in range(min(reach, cells)):
        if np.isfinite(here[cell]):
            known = _take(ordered, known, here[cell])
    for cell in range(cells):
        coming, going = cell + reach, cell - reach - 1
        if going >= 0 and np.isfinite(here[going]):
            known = _drop(ordered, known, here[going])
        if coming < cells and np.isfinite(here[coming]):
            known = _take(ordered, known, here[coming])
        middle = np.nan
        if known > 0:
            middle = 0.5 * (ordered[(known - 1) // 2] + ordered[known // 2])
        centred = here[cell] - middle
        count = 0
        if cell - max(0, cell - _BESIDE) >= _FEWEST_BESIDE:
            sides[count] = _middle(here, max(0, cell - _BESIDE), cell, few)
            count += 1
        if min(cells, cell + 1 + _BESIDE) - cell - 1 >= _FEWEST_BESIDE:
            sides[count] = _middle(here, cell + 1, min(cells, cell + 1 + _BESIDE), few)
            count += 1
        apart[cell] = (
            centred if count == 0 else _tempered(centred, _nearest(here[cell], sides, 0, count))
        )


@njit(cache=True, nogil=True)
def deviate(voltage_v: Floats, reach: int, apart: Floats) -> None:
    """Fill in how far each cell lies from the cells about it. Shape: (samples, cells) both."""
    ordered = np.empty(2 * reach + 2)
    for sample in range(voltage_v.shape[0]):
        _of_sample(voltage_v[sample], reach, ordered, apart[sample])


@njit(cache=True, nogil=True)
def around(sizes: Floats, reach: int, middles: Floats) -> None:
    """Fill in the median about each cell. Shape: (cells,) both."""
    ordered = np.empty(2 * reach + 1)
    for cell in range(sizes.shape[0]):
        past = min(sizes.shape[0], cell + reach + 1)
        middles[cell] = _middle(sizes, max(0, cell - reach), past, ordered)


@njit(cache=True, nogil=True)
def surroundings(deviation_v: Floats, reach: int, middles: Floats) -> float:
    """Fill in the median size about each cell; return that of all about their median.

    Shape: (cells,) both.
    """
    around(np.abs(deviation_v), reach, middles)
    return _median(np.abs(deviation_v - _median(deviation_v)))


@njit(cache=True, nogil=True)
def _median(values: Floats) -> float:
    """Return the median of the known values, NaN where there are none."""
    known = np.sort(values[np.isfinite(values)])
    count = known.shape[0]
    if count == 0:
        return np.nan
    return 0.5 * float(known[(count - 1) // 2] + known[count // 2])


@njit(cache=True, nogil=True)
def medians(values: Floats, middles: Floats) -> None:
    """Fill in each row's median. Shape: (rows, values), (rows,)."""
    for row in range(values.shape[0]):
        middles[row] = _median(values[row])
