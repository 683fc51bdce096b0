"""The loops over every cell's voltage and over every sample's counted charge, compiled.

In: cell voltages as integers and the rows wanted; charge as it was counted from break to break.
Out: a typical cell's voltage per row; where charges begin and end.
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


@njit(cache=True, nogil=True)
def _extremes(counted: NDArray[np.float64], places: NDArray[np.int64]) -> int:
    """Fill in samples between which the count only rises or only falls; return how many."""
    count, direction, ends = 0, 0, 0
    for step in range(counted.shape[0] - 1):
        change = counted[step + 1] - counted[step]
        if change == 0:
            continue
        towards = 1 if change > 0 else -1
        if towards != direction:
            places[count] = step
            count, direction = count + 1, towards
        ends = step + 1
    places[count] = ends
    return count + 1 if count else 0


@njit(cache=True, nogil=True)
def _turns(
    counted: NDArray[np.float64],
    reversal: float,
    places: NDArray[np.int64],
    turns: NDArray[np.int64],
) -> int:
    """Fill in where the count turned, as `course.turning_points` tells; return how often."""
    among, count, rising = _extremes(counted, places), 0, 0
    lowest = highest = places[0]
    for each in range(among):
        place = places[each]
        height = counted[place]
        lowest = place if height < counted[lowest] else lowest
        highest = place if height > counted[highest] else highest
        if rising != 1 and height - counted[lowest] >= reversal:
            turns[count] = lowest
            count, rising, highest = count + 1, 1, place
        elif rising != -1 and counted[highest] - height >= reversal:
            turns[count] = highest
            count, rising, lowest = count + 1, -1, place
    if rising != 0:
        turns[count] = highest if rising == 1 else lowest
        count += 1
    return count


@njit(cache=True, nogil=True)
def _charge_legs(  # noqa: PLR0917 - compiled code takes no keywords
    counted: NDArray[np.float64],
    starts: NDArray[np.int64],
    shortest: float,
    reversal: float,
    still: float,
    legs: NDArray[np.int64],
) -> int:
    places, turns = np.empty((2, counted.shape[0] + 1), dtype=np.int64)
    count = 0
    for place in range(starts.shape[0] - 1):
        start, past = starts[place], starts[place + 1]
        among = _turns(counted[start:past], reversal, places, turns)
        for turn in range(among - 1):
            low, high = start + turns[turn], start + turns[turn + 1]
            if not counted[high] - counted[low] >= shortest:
                continue
            head = low
            while head > start and abs(counted[head - 1] - counted[low]) <= still:
                head -= 1
            tail = high
            while tail + 1 < past and abs(counted[tail + 1] - counted[high]) <= still:
                tail += 1
            legs[count, 0], legs[count, 1] = head, tail
            count += 1
    return count


def charge_legs(
    counted_ah: NDArray[np.float64],
    starts: NDArray[np.int64],
    *,
    shortest_ah: float,
    reversal_ah: float,
    still_ah: float,
) -> NDArray[np.int64]:
    """Return first and last sample of each rise of the count, the still samples about it included.

    `starts`: where each unbroken run begins, and the number of samples. Shape: (rises, 2).
    """
    legs = np.empty((counted_ah.size + 1, 2), dtype=np.int64)
    count = _charge_legs(counted_ah, starts, shortest_ah, reversal_ah, still_ah, legs)
    return legs[:count].copy()
