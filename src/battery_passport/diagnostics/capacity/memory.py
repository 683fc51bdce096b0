"""A signal's memory: what a first-order low-pass makes of it, over uneven steps of time.

In: times and values. Out: the filtered values. No loop over samples: whole blocks at once.
"""

import numpy as np

from battery_passport.diagnostics.capacity.stretch import Booleans, Floats

_BLOCK_REACH = 30.0
_LONGEST_STEP = 30.0


def remembered(values: Floats, elapsed_s: Floats, restarts: Booleans, *, memory_s: float) -> Floats:
    """Return the low-passed values; 0 before each restart, long unchanged before the first sample.

    Shape: (samples,). Units: those of the values; seconds.
    """
    filtered = np.empty_like(values)
    starts = np.union1d([0], np.flatnonzero(restarts)) if restarts.any() else np.zeros(1, np.int64)
    for start, past in zip(starts, [*starts[1:], values.size], strict=True):
        before = 0.0 if restarts[start] else float(values[start])
        rows = slice(int(start), int(past))
        filtered[rows] = _one_run(values[rows], elapsed_s[rows] / memory_s, before)
    return filtered


def remembered_run(values: Floats, elapsed_s: Floats, *, memory_s: float) -> Floats:
    """Return low-passed values that nothing restarts, long unchanged before the first sample."""
    return _one_run(values, elapsed_s / memory_s, float(values[0]))


def _one_run(values: Floats, times: Floats, before: float) -> Floats:
    """Return the low-passed run. Times are in memories; the step before the first is the second."""
    steps = np.clip(np.diff(times), 0.0, _LONGEST_STEP)
    first = steps[:1] if steps.size else np.zeros(1)
    steps = np.concatenate([first, steps])
    gains = -np.expm1(-steps)
    reached = np.cumsum(steps)
    filtered = np.empty_like(values)
    start = 0
    while start < values.size:
        origin = reached[start] - steps[start]
        past = max(start + 1, int(np.searchsorted(reached, origin + _BLOCK_REACH)))
        grown = np.exp(reached[start:past] - origin)
        inflow = np.cumsum(gains[start:past] * values[start:past] * grown)
        filtered[start:past] = (before + inflow) / grown
        before, start = float(filtered[past - 1]), past
    return filtered
