"""The middle of each row's possible values, compiled.

In: integers of a column of cells or probes. Out: per row how many are held, and the middle two.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]

_NEAR = 1_024
"""Values of one row mostly lie so near each other that counting them is faster than sorting."""


@njit(cache=True, nogil=True)
def _counted(kept: Integers, count: int, low: int, tally: Integers) -> tuple[int, int]:
    """Return the two middle values of integers from `low` on, less than `_NEAR` apart."""
    tally[:] = 0
    for place in range(count):
        tally[kept[place] - low] += 1
    lower_rank, upper_rank = (count - 1) // 2, count // 2
    seen, value, lower = 0, -1, -1
    while seen <= upper_rank:
        value += 1
        seen += tally[value]
        if lower < 0 and seen > lower_rank:
            lower = value
    return low + lower, low + value


@njit(cache=True, nogil=True)
def middles(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    values: Integers,
    null: int,
    limits: tuple[int, int],
    sentinels: Integers,
    held: Integers,
    lower: Integers,
    upper: Integers,
) -> None:
    """Fill in how many values each row holds and its two middle possible ones.

    `null` where it holds none, or fewer than half of those held are possible.
    """
    low, high = limits
    kept = np.empty(values.shape[1], dtype=np.int64)
    tally = np.empty(_NEAR, dtype=np.int64)
    for row in range(values.shape[0]):
        count, whole = 0, 0
        least, most = high, low
        for place in range(values.shape[1]):
            value = values[row, place]
            if value == null:
                continue
            whole += 1
            possible = low <= value <= high
            for each in range(sentinels.shape[0]):
                possible = possible and value != sentinels[each]
            if possible:
                kept[count] = value
                count += 1
                least, most = min(least, value), max(most, value)
        held[row] = whole
        if count == 0 or 2 * count < whole:
            lower[row] = upper[row] = null
        elif most - least < _NEAR:
            few = tally[: most - least + 1]
            lower[row], upper[row] = _counted(kept, count, least, few)
        else:
            ordered = np.sort(kept[:count])
            lower[row], upper[row] = ordered[(count - 1) // 2], ordered[count // 2]
