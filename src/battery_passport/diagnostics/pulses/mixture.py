"""Values and intervals of mixtures of normal distributions.

In: mixtures. Out: medians with central intervals, of one train or of several of one cell.
"""

import numpy as np
from scipy.special import ndtr

from battery_passport.diagnostics.pulses.model import HealthInterval, Matrix, Mixture, Vector

_GRID = np.linspace(0.2, 1.4, 1201)
_INDEPENDENT_TRAINS = 2.0
"""Trains of one cell err together, because the cell itself deviates: ten tell as much as two.

Of versions 1 and 2; a later version says its own.
"""


def intervals(mixture: Mixture, *, share: float) -> list[HealthInterval]:
    """Return the median of each train with the central interval of that share."""
    return [_summed(_distribution(mixture, row), share) for row in range(len(mixture))]


def joined_interval(
    mixture: Mixture, *, share: float, independent_trains: float = _INDEPENDENT_TRAINS
) -> HealthInterval:
    """Return what all trains of one cell say together."""
    logs = np.zeros(len(_GRID) - 1)
    for row in range(len(mixture)):
        logs += np.log(np.diff(_distribution(mixture, row)) + 1e-9)
    logs *= min(1.0, independent_trains / len(mixture))
    density = np.exp(logs - logs.max())
    return _summed(np.r_[0.0, np.cumsum(density) / density.sum()], share)


def _distribution(mixture: Mixture, row: int) -> Vector:
    """Return the distribution function over the grid."""
    off: Matrix = (_GRID[:, None] - mixture.means[row]) / mixture.deviations[row]
    found: Vector = ndtr(off) @ mixture.weights[row]
    return found


def _summed(distribution: Vector, share: float) -> HealthInterval:
    tail = (1.0 - share) / 2.0
    low, value, high = np.interp([tail, 0.5, 1.0 - tail], distribution, _GRID)
    return HealthInterval(value=float(value), low=float(low), high=float(high))
