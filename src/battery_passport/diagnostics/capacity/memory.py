"""A signal's memory: what a first-order low-pass makes of it, over uneven steps of time.

In: times and values. Out: the filtered values. No loop over samples: whole blocks at once.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.capacity.stretch import Booleans, Floats

Integers = NDArray[np.int64]

_BLOCK_REACH = 30.0
_LONGEST_STEP = 30.0


def remembered(values: Floats, elapsed_s: Floats, restarts: Booleans, *, memory_s: float) -> Floats:
    """Return the low-passed values; 0 before each restart, long unchanged before the first sample.

    Shape: (samples,). Units: those of the values; seconds.
    """
    starts = np.union1d([0], np.flatnonzero(restarts)) if restarts.any() else np.zeros(1, np.int64)
    befores = np.where(restarts[starts], 0.0, values[starts])
    return _runs(values, elapsed_s / memory_s, starts, befores)


def remembered_runs(
    values: Floats, elapsed_s: Floats, starts: Integers, *, memory_s: float
) -> Floats:
    """Return low-passed values of runs, each long unchanged before its first sample.

    Shape: (samples,); starts (runs,), each run having samples.
    """
    return _runs(values, elapsed_s / memory_s, starts, values[starts])


def _runs(values: Floats, times: Floats, starts: Integers, befores: Floats) -> Floats:
    """Return the low-passed runs. Times are in memories; a run's first step is as its second."""
    steps = np.zeros(times.size)
    steps[1:] = np.clip(np.diff(times), 0.0, _LONGEST_STEP)
    pasts = np.append(starts[1:], values.size)
    steps[starts] = np.where(pasts - starts > 1, steps[np.minimum(starts + 1, times.size - 1)], 0.0)
    drawn = -np.expm1(-steps) * values
    filtered = np.empty_like(values)
    for start, past, before in zip(starts.tolist(), pasts.tolist(), befores.tolist(), strict=True):
        rows = slice(start, past)
        _fill(filtered[rows], steps[rows], drawn[rows], before)
    return filtered


def _fill(filtered: Floats, steps: Floats, drawn: Floats, before: float) -> None:
    """Fill in one run, in blocks so short that what grows by each step stays within a number."""
    reached = np.cumsum(steps)
    start = 0
    while start < filtered.size:
        origin = reached[start] - steps[start]
        past = max(start + 1, int(reached.searchsorted(origin + _BLOCK_REACH)))
        grown = np.exp(reached[start:past] - origin)
        inflow = np.cumsum(drawn[start:past] * grown)
        filtered[start:past] = (before + inflow) / grown
        before, start = float(filtered[past - 1]), past
