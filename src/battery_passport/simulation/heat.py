"""The pack as one lump of heat, and its circuit as the compiled loops take it.

In: a pack, the air about it, the length of a step. Out: a `Circuit`.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.course_kernel import COLDEST_CELSIUS, HOTTEST_CELSIUS, Circuit
from battery_passport.simulation.pack_state import PackState, resistance_factor

_HEAT_J_PER_KG_KELVIN = 950.0


def circuit_of(pack: PackState, *, air_celsius: float, step_s: float) -> Circuit:
    """Return the circuit of a pack for steps of that length."""
    return Circuit(
        ohmic_ohm=pack.ohmic_ohm,
        polarisation_ohm=pack.polarisation_ohm,
        keep=math.exp(-step_s / pack.polarisation_s),
        share_per_a=step_s / 3_600 / pack.capacity_ah,
        w_per_square_a=pack.cells * (pack.ohmic_ohm + pack.polarisation_ohm),
        kelvin_per_w=step_s / (_HEAT_J_PER_KG_KELVIN * pack.mass_kg),
        air_celsius=air_celsius,
        factors=_factors(),
    )


@lru_cache(maxsize=1)
def _factors() -> NDArray[np.float64]:
    scale = np.arange(COLDEST_CELSIUS, HOTTEST_CELSIUS + 1, dtype=np.float64)
    return resistance_factor(scale)
