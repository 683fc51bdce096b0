"""The one loop over every cell's voltage, compiled.

In: cell voltages as integers and the rows wanted. Out: a typical cell's voltage per row.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_FEWEST = 4


@njit(cache=True, nogil=True)
def _trimmed(  # noqa: PLR0917 - compiled code takes no keywords
    cells: NDArray[np.int64],
    rows: NDArray[np.int64],
    low: int,
    high: int,
    out: NDArray[np.float64],
) -> None:
    for place in range(rows.shape[0]):
        row = rows[place]
        total = 0
        count = 0
        lowest = high
        highest = low
        for cell in range(cells.shape[1]):
            value = cells[row, cell]
            if low <= value <= high:
                total += value
                count += 1
                lowest = min(lowest, value)
                highest = max(highest, value)
        if 2 * count < cells.shape[1] or count == 0:
            out[place] = np.nan
        elif count < _FEWEST:
            out[place] = total / count
        else:
            out[place] = (total - lowest - highest) / (count - 2)


def typical_cells(
    cells: NDArray[np.int64], rows: NDArray[np.int64], low: int, high: int
) -> NDArray[np.float64]:
    """Return the mean of each row's possible voltages without the lowest and the highest.

    NaN where fewer than half of the cells have a possible one. Units: those of the cells.
    """
    out = np.empty(rows.shape[0])
    _trimmed(cells, rows, low, high, out)
    return out
