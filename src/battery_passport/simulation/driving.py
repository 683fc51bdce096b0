"""What current a drive takes: stop and go, hills left out, braking gives some of it back.

In: a drive's length and time, a stream of randomness. Out: speed and current step by step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MASS_KG = 1_850.0
_ROLLING_N = 190.0
_DRAG_N_PER_SQUARE_SPEED = 0.42
_AUXILIARY_W = 600.0
_BRAKING_RETURN = 0.6
_SMOOTHING_STEPS = 5


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive at each step. Shape: (steps,). Units: m/s; A, positive on discharge."""

    speed_m_s: NDArray[np.float64]
    current_a: NDArray[np.float64]


def drive(
    draw: np.random.Generator, *, metres: float, steps: int, step_s: float, ah: float
) -> Drive:
    """Return a drive of exactly this many metres that takes exactly this many ampere hours."""
    rough = draw.gamma(1.6, 1.0, steps + _SMOOTHING_STEPS - 1)
    speed = np.convolve(rough, np.full(_SMOOTHING_STEPS, 1 / _SMOOTHING_STEPS), mode="valid")
    speed[:1] = 0.0
    speed *= metres / (speed.sum() * step_s)
    force = _ROLLING_N + _DRAG_N_PER_SQUARE_SPEED * speed**2
    watts = speed * force + _MASS_KG * speed * np.gradient(speed, step_s)
    watts = _AUXILIARY_W + np.where(watts < 0, _BRAKING_RETURN * watts, watts)
    return Drive(speed, watts * (ah * 3_600 / (watts.sum() * step_s)))
