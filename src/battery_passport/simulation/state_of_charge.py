"""How the BMS's state of charge differs from the true one: right at both ends, bent between them.

In: a true or a stated state of charge and the bend. Out: the other one. All are ratios.
"""

import math

import numpy as np
from numpy.typing import NDArray

STEEPEST_BEND = 0.2


def stated_soc(soc: NDArray[np.float64], *, bend: float) -> NDArray[np.float64]:
    """Return what the BMS states: soc + 4·bend·soc·(1 - soc), within 0 and 1."""
    inside = np.clip(soc, 0.0, 1.0)
    return np.asarray(inside + 4 * bend * inside * (1 - inside))


def true_soc(stated: float, *, bend: float) -> float:
    """Return the true state of charge at which the BMS states the given one."""
    curve = 4 * bend
    if abs(curve) < 1e-9:
        return stated
    middle = 1 + curve
    return (middle - math.sqrt(middle * middle - 4 * curve * stated)) / (2 * curve)
