"""A cell's voltage against the cells around it.

In: voltages of all cells. Out: deviations from the neighbours, and how far healthy ones lie apart.
"""

from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TO_SD = 1.4826


def deviations(voltage_v: Floats, *, reach: int) -> Floats:
    """Return how far each cell lies from the cells up to `reach` places away.

    From the middle of them all; but a cell that is like those on one side belongs to their module,
    whatever lies on its other side, and beside a step between modules what counts is how far it is
    from both.
    NaN where a cell or all around it were not measured. Shape: (samples, cells) in and out.
    """
    apart = np.empty(voltage_v.shape)
    _kernels().deviate(np.ascontiguousarray(voltage_v), reach, apart)
    return apart


def spread(deviation_v: Floats, *, reach: int) -> Floats:
    """Return how far apart healthy cells lie: the larger of a cell's surroundings and the pack.

    Robust: up to half of the cells may be anything. Shape: (cells,) in and out.
    """
    around = np.empty(deviation_v.size)
    across = _kernels().surroundings(np.ascontiguousarray(deviation_v), reach, around)
    apart: Floats = _TO_SD * np.fmax(around, across)
    return apart


def row_medians(values: Floats) -> Floats:
    """Return the median of each row's known values, NaN where there are none."""
    medians = np.empty(values.shape[0])
    _kernels().medians(np.ascontiguousarray(values), medians)
    return medians


@cache
def _kernels() -> Any:
    """Return the compiled loops, loaded when something is first looked at: that takes a second."""
    return import_module("battery_passport.diagnostics.imbalance.kernels")
