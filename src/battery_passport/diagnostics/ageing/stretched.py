"""Forecast by other cells' courses, run through faster or slower until they fit.

In: a smoothed course up to now, whole courses of other cells. Out: logarithm of the end of life.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_LOG_SPEEDS = np.linspace(-1.2, 1.2, 97)
_SPEED_SD = 0.2
"""How much faster or slower one cell of a kind is than another, as a logarithm."""

_MISFIT_SD = 0.004
_FIRST_WEIGHT = 0.3
_LEAST_SD = 0.04
_MISFIT_TO_SD = 10.0


@dataclass(frozen=True, slots=True)
class WholeCourse:
    """A smoothed course, and the cycle at which it reached the end of life."""

    smooth: Vector
    end_of_life: int


@dataclass(frozen=True, slots=True)
class LogForecast:
    """Logarithm of the end of life, with a standard deviation."""

    mean: float
    deviation: float


def stretched_forecast(smooth: Vector, others: Sequence[WholeCourse]) -> LogForecast:
    """Return what the courses of other cells say, each at the speed that fits best."""
    fits = [_fit(smooth, other) for other in others]
    costs = np.array([cost for cost, _, _ in fits])
    ends = np.array([end for _, end, _ in fits])
    misfit = min(misfit for _, _, misfit in fits)
    weights = np.exp(costs.min() - costs)
    weights /= weights.sum()
    middle = _weighted_median(ends, weights)
    spread = float(weights @ (ends - middle) ** 2)
    doubt = spread + _LEAST_SD**2 + (_MISFIT_TO_SD * misfit) ** 2
    return LogForecast(middle, float(np.sqrt(doubt)))


def _fit(smooth: Vector, other: WholeCourse) -> tuple[float, float, float]:
    """Return the cost of the best fit, the logarithm of the end it means, and its misfit."""
    cycles = np.arange(len(smooth), dtype=np.float64)
    weights = np.linspace(_FIRST_WEIGHT, 1.0, len(smooth))
    weights /= weights.sum()
    theirs = np.arange(len(other.smooth), dtype=np.float64)
    squares = np.full(len(_LOG_SPEEDS), np.inf)
    for place, speed in enumerate(np.exp(_LOG_SPEEDS)):
        if speed * cycles[-1] > other.end_of_life:
            break
        off = smooth - np.interp(speed * cycles, theirs, other.smooth)
        squares[place] = weights @ (off * off)
    costs = 0.5 * squares / _MISFIT_SD**2 + 0.5 * (_LOG_SPEEDS / _SPEED_SD) ** 2
    best = int(costs.argmin())
    end = float(np.log(other.end_of_life) - _LOG_SPEEDS[best])
    return float(costs[best]), end, float(np.sqrt(squares[best]))


def _weighted_median(values: Vector, weights: Vector) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) - 0.5 * weights[order]
    return float(np.interp(0.5, reached, values[order]))
