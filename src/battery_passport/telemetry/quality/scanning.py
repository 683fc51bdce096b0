"""One pass over a column: what is missing, impossible, unusual, stuck or jumps.

In: values and limits as integers. Out: counts with the first and last sample of each.
Written so that a compiler can take it as it is: `compiled_scanners` runs the same, far quicker.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import NULL

MISSING, SENTINEL, OUTSIDE, UNUSUAL, JUMP, STUCK = range(6)
COUNT, FIRST, LAST = range(3)
REMARKS: Final = 6
JUMP_WITHIN_MS: Final = 60_000
"""Samples further apart than this may differ by anything."""

Int64s = NDArray[np.int64]


def remark_of(value: int, limits: Int64s, sentinels: Int64s) -> int:
    """Return the remark on a value, or -1."""
    if limits[2] <= value <= limits[3]:
        return -1
    if value == NULL:
        return MISSING
    for sentinel in sentinels:
        if value == sentinel:
            return SENTINEL
    if value < limits[0] or value > limits[1]:
        return OUTSIDE
    return UNUSUAL


def count_remark(remarks: Int64s, remark: int, place: int) -> None:
    """Count a remark on the sample of that place."""
    if remarks[remark, COUNT] == 0:
        remarks[remark, FIRST] = place
    remarks[remark, COUNT] += 1
    remarks[remark, LAST] = place


def scan_series(
    times: Int64s, values: Int64s, limits: Int64s, sentinels: Int64s
) -> tuple[int, Int64s]:
    """Return how many remarks there are; and by remark counts, first and last samples.

    Shape: times and values (samples,), limits (low, high, usual low, usual high, step),
    result (6, 3).
    """
    remarks = np.zeros((REMARKS, 3), np.int64)
    before, before_ms = NULL, 0
    for place in range(values.shape[0]):
        value = values[place]
        remark = remark_of(value, limits, sentinels)
        if remark >= 0:
            count_remark(remarks, remark, place)
        if remark >= 0 and remark != UNUSUAL:
            continue
        near = 0 <= times[place] - before_ms <= JUMP_WITHIN_MS
        if before != NULL and near and abs(value - before) > limits[4]:
            count_remark(remarks, JUMP, place)
        before, before_ms = value, times[place]
    return remarks[:, COUNT].sum(), remarks


def scan_cells(
    times: Int64s, values: Int64s, limits: Int64s, sentinels: Int64s
) -> tuple[int, Int64s, Int64s, Int64s]:
    """Return remarks as above, and each sample's sum and number of possible values.

    A jump is one of a value's distance from the mean of its sample. A value is stuck if it never
    changed while that mean moved by `limits[5]`; stuck ones are counted in values.
    Shape: values (samples, cells), limits (low, high, usual low, usual high, step, movement).
    """
    samples, width = values.shape
    remarks = np.zeros((REMARKS, 3), np.int64)
    sums, counts = np.zeros(samples, np.int64), np.zeros(samples, np.int64)
    for row in range(samples):
        total, usual = sum_usual(values[row], limits[2], limits[3])
        if usual == width:
            sums[row], counts[row] = total, usual
        else:
            total, possible = remark_row(values[row], row, limits, sentinels, remarks)
            sums[row], counts[row] = total, possible
    count_jumps(times, values, limits[4], remarks, sums, counts)
    if sums.max() - sums.min() >= limits[5]:
        count_stuck(values, limits[5], remarks, sums, counts)
    return remarks[:, COUNT].sum(), remarks, sums, counts


def sum_usual(values: Int64s, low: int, high: int) -> tuple[int, int]:
    """Return the sum of a sample's usual values, and how many they are."""
    total, usual = 0, 0
    for value in values:
        if low <= value <= high:
            total += value
            usual += 1
    return total, usual


def remark_row(  # noqa: PLR0917 - compiled code takes no keywords
    values: Int64s, row: int, limits: Int64s, sentinels: Int64s, remarks: Int64s
) -> tuple[int, int]:
    """Count what is to be remarked on one sample; return sum and number of what can be true."""
    total, possible = 0, 0
    for value in values:
        remark = remark_of(value, limits, sentinels)
        if remark >= 0:
            count_remark(remarks, remark, row)
        if remark < 0 or remark == UNUSUAL:
            total += value
            possible += 1
    return total, possible


def count_jumps(  # noqa: PLR0917 - see above
    times: Int64s, values: Int64s, step: int, remarks: Int64s, sums: Int64s, counts: Int64s
) -> None:
    """Count the values that jump against the others, between samples that are complete."""
    width = values.shape[1]
    for row in range(1, values.shape[0]):
        near = 0 <= times[row] - times[row - 1] <= JUMP_WITHIN_MS
        if not near or counts[row] != width or counts[row - 1] != width:
            continue
        moved = sums[row] // width - sums[row - 1] // width
        jumping = 0
        for cell in range(width):
            jumping += abs(values[row, cell] - values[row - 1, cell] - moved) > step
        for _ in range(jumping):
            count_remark(remarks, JUMP, row)


def count_stuck(  # noqa: PLR0917 - see above
    values: Int64s, movement: int, remarks: Int64s, sums: Int64s, counts: Int64s
) -> None:
    """Count the values of cells that never change while the mean of all moves."""
    samples, width = values.shape
    means = sums // np.maximum(counts, 1)
    present = means[counts > 0]
    if not present.shape[0] or present.max() - present.min() < movement:
        return
    stuck = 0
    for cell in range(width):
        first = values[0, cell]
        stuck += first != NULL and (values[:, cell] == first).all()
    # Where most stay as they are, it is not the mean that tells what the others do.
    if 0 < stuck <= width // 2:
        remarks[STUCK, COUNT] = stuck * samples
        remarks[STUCK, LAST] = samples - 1


@dataclass(frozen=True, slots=True)
class Scanners:
    """The two passes, plain or compiled."""

    series: Callable[[Int64s, Int64s, Int64s, Int64s], tuple[int, Int64s]]
    cells: Callable[[Int64s, Int64s, Int64s, Int64s], tuple[int, Int64s, Int64s, Int64s]]


PLAIN: Final = Scanners(scan_series, scan_cells)


@cache
def compiled_scanners() -> Scanners:
    """Return the passes as compiled code, which takes a second to load."""
    # Not among the imports above: most processes never check so much.
    extending = importlib.import_module("numba.extending")
    njit = importlib.import_module("numba").njit(cache=True, nogil=True)
    helpers = (remark_of, count_remark, sum_usual, remark_row, count_jumps, count_stuck)
    for helper in helpers:
        extending.register_jitable(helper)
    return Scanners(njit(scan_series), njit(scan_cells))
