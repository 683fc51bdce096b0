"""The method `charge-window`: health from any part of a charge, by curves learned from other cars.

In: a stretch, the rated capacity, a library. Out: health with its 90 % interval, or why there is
none.
"""

import numpy as np

from battery_passport.diagnostics.capacity import reasons
from battery_passport.diagnostics.capacity.constants import V1, Constants
from battery_passport.diagnostics.capacity.curve_fit import fit_curve
from battery_passport.diagnostics.capacity.library import CurveLibrary
from battery_passport.diagnostics.capacity.likelihood import Observed, log_likelihood
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, Floats
from battery_passport.diagnostics.model import Interval, NotDetermined

_LOW, _HIGH = 0.05, 0.95


def window_health(
    stretch: ChargeStretch,
    *,
    rated_ah: float,
    library: CurveLibrary,
    constants: Constants = V1,
) -> Interval | NotDetermined:
    """Return health as a ratio of the rated capacity, from a part of a charge."""
    observed = observe(stretch, rated_ah=rated_ah, constants=constants)
    if isinstance(observed, NotDetermined):
        return observed
    healths = health_grid(constants)
    if observed.length_ratio > healths[-1]:
        return reasons.MORE_THAN_A_BATTERY
    likely = np.array([log_likelihood(observed, each, library, constants) for each in healths])
    expected = (healths - library.health_ratio) / constants.health_sd_ratio
    return _interval(healths, likely - 0.5 * expected**2)


def health_grid(constants: Constants) -> Floats:
    """Return the healths that are weighed."""
    count = round(
        (constants.highest_health_ratio - constants.lowest_health_ratio)
        / constants.health_step_ratio
    )
    steps = np.arange(count + 1, dtype=np.float64)
    return constants.lowest_health_ratio + constants.health_step_ratio * steps


def observe(
    stretch: ChargeStretch, *, rated_ah: float, constants: Constants
) -> Observed | NotDetermined:
    """Return what a stretch shows: its fitted curve and its marks."""
    length_ratio = stretch.counted_ah / rated_ah
    measured = np.isfinite(stretch.cell_voltage_v) & np.isfinite(stretch.current_a)
    if length_ratio < constants.shortest_window_ratio:
        return reasons.too_short(constants.shortest_window_ratio)
    if 2 * np.count_nonzero(measured) < measured.size:
        return reasons.NO_CELL_VOLTAGE
    since_ah = stretch.charged_ah - stretch.charged_ah.min()
    spacing_ah = constants.knot_spacing_ratio * rated_ah
    knots = int(np.ceil(length_ratio / constants.knot_spacing_ratio - 1e-9)) + 1
    fitted = fit_curve(
        stretch, since_ah / spacing_ah, knots=knots, rated_ah=rated_ah, constants=constants
    )
    knot_ratio = constants.knot_spacing_ratio * np.arange(knots, dtype=np.float64)
    inside = knot_ratio <= length_ratio + 1e-9
    marked = np.array([mark.sample for mark in stretch.marks], dtype=np.int64)
    return Observed(
        length_ratio=length_ratio,
        knot_ratio=knot_ratio[inside],
        knot_v=fitted[inside],
        mark_ratio=since_ah[marked] / rated_ah,
        mark_soc_ratio=np.array([mark.soc_ratio for mark in stretch.marks], dtype=np.float64),
    )


def _interval(healths: Floats, log_weight: Floats) -> Interval:
    """Return mean and 5 to 95 % points of a distribution over a grid."""
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    below = np.cumsum(weight) - 0.5 * weight
    low, high = np.interp([_LOW, _HIGH], below, healths)
    return Interval(value=float(weight @ healths), low=float(low), high=float(high))
