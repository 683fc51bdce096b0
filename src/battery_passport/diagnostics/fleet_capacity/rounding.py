"""A belief about a model's curve as a value in whole numbers.

In: a belief. Out: a `FleetCurve`.
"""

from collections.abc import Sequence

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Floats
from battery_passport.diagnostics.fleet_capacity.constants import LEARNED
from battery_passport.diagnostics.fleet_capacity.curve import largest_modes
from battery_passport.diagnostics.fleet_capacity.learning import Belief
from battery_passport.diagnostics.fleet_capacity.model import STEP, FleetCurve


def curve_of(belief: Belief, model: str) -> FleetCurve:
    """Return a belief as a value."""
    modes = largest_modes(belief.covariance, belief.constants.library_modes)
    return FleetCurve(
        model=model,
        cars=belief.cars,
        scales=whole([getattr(belief.constants, name) for name in LEARNED]),
        mean=whole(belief.mean),
        modes=tuple(whole(mode) for mode in modes.T),
    )


def whole(values: Floats | Sequence[float]) -> tuple[int, ...]:
    """Return values in whole steps."""
    return tuple(int(value) for value in np.rint(np.asarray(values) / STEP).tolist())
