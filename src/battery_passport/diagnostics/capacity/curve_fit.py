"""The rested voltage over charge, with what the current takes or adds fitted beside it.

In: a stretch and where on the axis of knots each sample lies. Out: the voltage at each knot.
"""

import numpy as np

from battery_passport.diagnostics.capacity.constants import Constants
from battery_passport.diagnostics.capacity.memory import remembered
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, Floats

_MEMORIES_S = (60.0, 600.0)
_TINY = 1e-12


def fit_curve(
    stretch: ChargeStretch, place: Floats, *, knots: int, rated_ah: float, constants: Constants
) -> Floats:
    """Return the rested voltage at each knot.

    Least squares with straight lines between knots, bends held small, and three resistances (at
    once, over one minute, over ten) held near what is typical. `place` counts in knots.
    Shape: (samples,) in, (knots,) out. Units: V.
    """
    use = np.isfinite(stretch.cell_voltage_v) & np.isfinite(stretch.current_a)
    place = np.clip(place[use], 0.0, knots - 1.0)
    loads = _loads(stretch, rated_ah)[:, use]
    return _solve(place, loads, stretch.cell_voltage_v[use], knots=knots, constants=constants)


def _loads(stretch: ChargeStretch, rated_ah: float) -> Floats:
    """Return charging current and its memories, per rated capacity. Shape: (3, samples)."""
    inflow = np.where(np.isfinite(stretch.current_a), -stretch.current_a, 0.0) / rated_ah
    memories = [
        remembered(inflow, stretch.elapsed_s, stretch.starts_segment, memory_s=memory_s)
        for memory_s in _MEMORIES_S
    ]
    return np.stack([inflow, *memories])


def _solve(
    place: Floats, loads: Floats, voltage_v: Floats, *, knots: int, constants: Constants
) -> Floats:
    left = np.minimum(place.astype(np.int64), knots - 2)
    after = place - left
    before = 1.0 - after
    # Penalties are weighed against the samples that a knot usually has.
    usual = place.size / knots
    typical = np.array(
        [
            constants.resistance_instant_v,
            constants.resistance_minute_v,
            constants.resistance_ten_minutes_v,
        ]
    )

    def summed(weights: Floats) -> Floats:
        by_knot = np.bincount(left, before * weights, knots)
        by_knot[1:] += np.bincount(left, after * weights, knots)[:-1]
        return by_knot / usual

    size = knots + loads.shape[0]
    normal, right = np.zeros((size, size)), np.empty(size)
    inner = np.bincount(left, before**2, knots)
    inner[1:] += np.bincount(left, after**2, knots)[:-1]
    beside = np.bincount(left, before * after, knots)[:-1] / usual
    places = np.arange(knots)
    normal[places, places] = inner / usual + _TINY
    normal[places[:-1], places[1:]] = normal[places[1:], places[:-1]] = beside
    bends = np.diff(np.eye(knots), 2, axis=0)
    normal[:knots, :knots] += constants.bend_penalty * bends.T @ bends
    for number, load in enumerate(loads):
        normal[:knots, knots + number] = normal[knots + number, :knots] = summed(load)
    ridge = constants.resistance_penalty
    normal[knots:, knots:] = loads @ loads.T / usual + ridge * np.eye(loads.shape[0])
    right[:knots] = summed(voltage_v)
    right[knots:] = loads @ voltage_v / usual + ridge * typical
    solved: Floats = np.linalg.solve(normal, right)
    return solved[:knots]
