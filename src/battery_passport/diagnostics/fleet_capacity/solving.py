"""A car's health under a model's curve.

In: charges and a belief about the curve. Out: health and its standard deviation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Charge, Floats
from battery_passport.diagnostics.fleet_capacity.constants import V1, Constants
from battery_passport.diagnostics.fleet_capacity.curve import Shared
from battery_passport.diagnostics.fleet_capacity.system import (
    HEALTH,
    bins_of,
    first_guess,
    normal,
    own_count,
    stepped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """Health as a ratio of the rated capacity, its standard deviation, how well it all fits."""

    health_ratio: float
    health_sd: float
    misfit: float


def solve(
    charges: Sequence[Charge],
    mean: Floats,
    modes: Floats,
    constants: Constants = V1,
    *,
    cars: int,
) -> Solved:
    """Return the health that the charges show.

    `modes`: how the curve may yet differ from its mean, each with a standard deviation of 1.
    `cars`: how many cars taught the curve; few leave its scales uncertain, which widens all.
    """
    own = own_count(constants)
    guess, bins = first_guess(charges, constants), bins_of(charges)
    amounts = np.zeros(modes.shape[1])
    spread: Floats = np.zeros((own, own))
    misfit = 1.0
    for done in range(constants.rounds):
        shared = Shared.of_vector(mean + modes @ amounts, constants)
        equations = normal(bins, guess, shared, constants, robust=done > 2, directions=modes)
        matrix, vector = equations.matrix, equations.vector
        places = np.arange(own, own + amounts.size)
        matrix[places, places] += 1.0
        vector[own:] -= amounts
        spread = np.asarray(np.linalg.inv(matrix))
        change = spread @ vector
        guess = stepped(guess, equations, change, constants)
        amounts = amounts + change[own:]
        misfit = equations.misfit
    health = float(guess.car[HEALTH])
    widened = max(1.0, misfit) * (1.0 + constants.few_cars_worth / max(cars, 1))
    variance = float(spread[HEALTH, HEALTH]) * widened
    variance += (constants.current_gain_sd * health) ** 2
    return Solved(health_ratio=health, health_sd=float(np.sqrt(variance)), misfit=misfit)
