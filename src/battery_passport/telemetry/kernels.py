"""Compiled loops over a batch's bytes; what they do, `codec` does with NumPy.

In: a frame with the plan of its columns. Out: the values of all columns.
Imported only where many batches come together: compiling costs more than a few batches take.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]

# A column's row of a plan: width, mode, side planes, main planes, divisor, whether nulls occur.

_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_NULL = np.uint64(1 << 63)
_SECOND_DIFFERENCE, _COMMON_DELTA, _RESIDUAL = 1, 1, 2


@njit(cache=True, nogil=True)
def _read(  # noqa: PLR0917 - compiled code takes no keywords
    frame: NDArray[np.uint8], at: int, count: int, planes: int, out: Words
) -> int:
    """Read zigzag values from byte planes; return where they end."""
    for place in range(count):
        folded = _ZERO
        for plane in range(planes):
            folded |= np.uint64(frame[at + plane * count + place]) << np.uint64(8 * plane)
        out[place] = (folded >> _ONE) ^ (_ZERO - (folded & _ONE))
    return at + count * planes


@njit(cache=True, nogil=True)
def _sum_scalars(values: Words, mode: int) -> None:
    count = values.shape[0]
    if mode == _SECOND_DIFFERENCE:
        for place in range(2, count):
            values[place] += values[place - 1]
    for place in range(1, count):
        values[place] += values[place - 1]


@njit(cache=True, nogil=True)
def _sum_cells(values: Words, side: Words, width: int, mode: int) -> None:
    """Turn the main stream, laid out row by row, into values; differences leave room for row 0."""
    rows = values.shape[0] // width
    if mode == _RESIDUAL:
        common = _ZERO
        for row in range(rows):
            common += side[width + row]
            for cell in range(width):
                values[row * width + cell] += side[cell] + common
        return
    running = _ZERO
    for cell in range(width):
        running += side[cell]
        values[cell] = running
    for row in range(1, rows):
        common = side[width + row - 1] if mode == _COMMON_DELTA else _ZERO
        for cell in range(width):
            values[row * width + cell] += values[(row - 1) * width + cell] + common


@njit(cache=True, nogil=True)
def _read_column(  # noqa: PLR0917 - compiled code takes no keywords
    frame: NDArray[np.uint8], at: int, plan: NDArray[np.int64], values: Words, side: Words
) -> int:
    width, mode, side_planes, main_planes = plan[0], plan[1], plan[2], plan[3]
    total = values.shape[0]
    bitmap = at
    if plan[5]:
        at += (total + 7) // 8
    if width == 0:
        first = min(1 + mode, total)
        at = _read(frame, at, first, side_planes, values[:first])
        at = _read(frame, at, total - first, main_planes, values[first:])
        _sum_scalars(values, mode)
    else:
        count = total // width
        extra = 0 if mode == 0 else (count if mode == _RESIDUAL else count - 1)
        at = _read(frame, at, width + extra, side_planes, side)
        first = 0 if mode == _RESIDUAL else width
        at = _read(frame, at, total - first, main_planes, values[first:])
        _sum_cells(values, side, width, mode)
    divisor = np.uint64(plan[4])
    if divisor != _ONE:
        for place in range(total):
            values[place] *= divisor
    if plan[5]:
        for place in range(total):
            if not (frame[bitmap + place // 8] >> (place % 8)) & 1:
                values[place] = _NULL
    return at


@njit(cache=True, nogil=True)
def read_frame(  # noqa: PLR0917 - compiled code takes no keywords
    frame: NDArray[np.uint8], plan: NDArray[np.int64], count: int, values: Words, side: Words
) -> int:
    """Read all columns, one behind the other, and return how many bytes they took.

    The frame must have the size that the plan asks for, `side` room for the longest side stream.
    """
    at = 0
    start = 0
    for column in range(plan.shape[0]):
        total = count * max(plan[column, 0], 1)
        at = _read_column(frame, at, plan[column], values[start : start + total], side)
        start += total
    return at
