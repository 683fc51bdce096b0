"""A model's open-circuit curve and how it changes with wear, on evenly spaced knots.

In: values at knots. Out: straight lines between them, with slopes.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Floats
from battery_passport.diagnostics.fleet_capacity.constants import V1, Constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the cars of a model have in common.

    `rested_v` at health `middle_health_ratio`; `wear_v` is its change per unit of health; `bend`
    is the mean bend of what the BMS states. Shape: (knots,), (wear_knots,), a number.
    """

    rested_v: Floats
    wear_v: Floats
    bend: float

    @property
    def vector(self) -> Floats:
        """All of it in one row."""
        return np.concatenate([self.rested_v, self.wear_v, [self.bend]])

    @classmethod
    def of_vector(cls, vector: Floats, constants: Constants = V1) -> "Shared":
        """Return the same from a row."""
        knots = constants.knots
        return cls(rested_v=vector[:knots], wear_v=vector[knots:-1], bend=float(vector[-1]))


def hats(soc: Floats, knots: int) -> Floats:
    """Return the weight of each knot at each state of charge. Shape: (places, knots)."""
    place = np.clip(soc, 0.0, 1.0) * (knots - 1)
    left = np.minimum(place.astype(np.int64), knots - 2)
    after = place - left
    weights = np.zeros((soc.size, knots))
    rows = np.arange(soc.size)
    weights[rows, left] = 1.0 - after
    weights[rows, left + 1] = after
    return weights


def slope_at(soc: Floats, values: Floats) -> Floats:
    """Return the slope of the straight lines at each state of charge."""
    knots = values.size
    left = np.minimum((np.clip(soc, 0.0, 1.0) * (knots - 1)).astype(np.int64), knots - 2)
    slopes: Floats = (values[left + 1] - values[left]) * (knots - 1)
    return slopes


def smooth(knots: int, deviation: float, reach: float) -> Floats:
    """Return the covariance of a smooth curve at knots from 0 to 1."""
    soc = np.linspace(0.0, 1.0, knots)
    apart = (soc[:, None] - soc[None, :]) / reach
    covariance: Floats = deviation**2 * np.exp(-0.5 * apart**2)
    return covariance


def own_modes_v(constants: Constants = V1) -> Floats:
    """Return how one car's curve may differ from its model's. Shape: (knots, own_modes)."""
    covariance = smooth(constants.knots, constants.own_shape_sd_v, constants.own_reach_ratio)
    covariance += constants.own_offset_sd_v**2
    return largest_modes(covariance, constants.own_modes)


def largest_modes(covariance: Floats, count: int) -> Floats:
    """Return the largest modes of a covariance, largest first, each with a fixed sign."""
    variances, directions = np.linalg.eigh(covariance)
    order = np.argsort(variances)[::-1][:count]
    modes = directions[:, order] * np.sqrt(np.maximum(variances[order], 0.0))
    tops = np.argmax(np.abs(modes), axis=0)
    signs: Floats = np.where(modes[tops, np.arange(modes.shape[1])] < 0.0, -1.0, 1.0)
    return np.asarray(modes * signs)
