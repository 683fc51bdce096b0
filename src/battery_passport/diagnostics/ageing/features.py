"""What of a course tells how it will go on: how far it fell, and how fast, at set shares of it.

In: a smoothed course up to now. Out: one row of features.
"""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
_FALLS = ((0.1, 0.4), (0.4, 0.7), (0.7, 1.0), (0.5, 1.0), (0.1, 1.0))
_LEAST_FALL = 2e-4
_LEAST_LOSS = 3e-3
_HEADROOM = 1.02
"""A course may rise a little above its reference before it falls."""


def heights_and_falls(smooth: Vector, reference_ah: float) -> Vector:
    """Return heights of the course, logarithms of its falls, and that of its size."""
    return np.concatenate([_heights(smooth), _falls(smooth), [np.log(reference_ah)]])


def losses_and_falls(smooth: Vector, reference_ah: float) -> Vector:
    """Return logarithms of losses and falls, its bend, and the logarithm of its size."""
    heights = _heights(smooth)
    losses = np.log(np.maximum(_HEADROOM - heights, _LEAST_LOSS))
    bend = heights[-1] - 2 * heights[3] + heights[0]
    return np.concatenate([losses, _falls(smooth), [bend, np.log(reference_ah)]])


def _at(smooth: Vector, share: float) -> float:
    return float(smooth[int(share * (len(smooth) - 1))])


def _heights(smooth: Vector) -> Vector:
    return np.array([_at(smooth, share) for share in _SHARES])


def _falls(smooth: Vector) -> Vector:
    falls = [_at(smooth, begin) - _at(smooth, end) for begin, end in _FALLS]
    return np.log(np.maximum(falls, _LEAST_FALL))
