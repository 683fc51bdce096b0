"""The equations of `fleet-capacity` in plain NumPy, as the compiled loop's peer.

In: charges and a guess, as `fleet_capacity.system.normal` takes them. Out: matrix and vector.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Charge, Floats
from battery_passport.diagnostics.fleet_capacity.constants import Constants
from battery_passport.diagnostics.fleet_capacity.curve import Shared, hats, own_modes_v, slope_at
from battery_passport.diagnostics.fleet_capacity.system import (
    BEND,
    CHARGE_BEND,
    CHARGE_RESISTANCE,
    FIRST_MODE,
    HEALTH,
    MEMORY,
    OFFSET,
    RESISTANCE,
    START,
    WEAR,
    Guess,
    car_priors,
)


def plain_normal(  # noqa: PLR0917 - as the compiled one
    charges: Sequence[Charge],
    guess: Guess,
    shared: Shared,
    constants: Constants,
    directions: Floats,
) -> tuple[Floats, Floats]:
    """Return matrix and vector of what all charges have in common."""
    mean, deviation = car_priors(constants)
    own = mean.size
    size = own + directions.shape[1]
    matrix, vector = np.zeros((size, size)), np.zeros(size)
    matrix[np.arange(own), np.arange(own)] = deviation**-2
    vector[:own] = (mean - guess.car) * deviation**-2
    sds = (
        constants.charge_resistance_sd_v,
        constants.charge_bend_sd,
        constants.charge_offset_sd,
    )
    prior = np.array([1e-6, *(each**-2 for each in sds)])
    for number, charge in enumerate(charges):
        common, alone, error = _rows(charge, guess, number, shared, constants, directions)
        weight = np.minimum(1.0, constants.outlier_sds / np.maximum(np.abs(error), 1e-9))
        heavy = alone * weight[:, None]
        block = heavy.T @ alone
        pull = heavy.T @ error
        block[np.arange(4), np.arange(4)] += prior
        pull[1:] -= prior[1:] * guess.charges[number, 1:]
        cross = heavy.T @ common
        reduced = np.linalg.inv(block) @ cross
        matrix += (common * weight[:, None]).T @ common - cross.T @ reduced
        vector += common.T @ (weight * error) - reduced.T @ pull
    return matrix, vector


def _rows(  # noqa: PLR0915, PLR0917 - as the compiled one
    charge: Charge,
    guess: Guess,
    number: int,
    shared: Shared,
    constants: Constants,
    directions: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Return derivatives by common and own unknowns and the errors, scaled. Voltages come first."""
    car, alone_now = guess.car, guess.charges[number]
    health = car[HEALTH]
    soc = alone_now[START] + charge.charge / health
    by_health = -charge.charge / (health * health)
    modes = _modes(constants)
    wander_at = FIRST_MODE + constants.own_modes
    curve = hats(soc, constants.knots)
    wear = hats(soc, constants.wear_knots)
    off = health - constants.middle_health_ratio + car[WEAR]
    whole_v = shared.rested_v + modes @ car[FIRST_MODE:wander_at]
    wear_v = wear @ shared.wear_v
    slope = slope_at(soc, whole_v) + off * slope_at(soc, shared.wear_v)
    told_v = curve @ whole_v + off * wear_v + car[MEMORY] * charge.memory
    told_v += (car[RESISTANCE] + alone_now[CHARGE_RESISTANCE]) * charge.load
    heard = np.isfinite(charge.soc)
    at = soc[heard]
    arch = 4.0 * at * (1.0 - at)
    bend = shared.bend + car[BEND] + alone_now[CHARGE_BEND]
    orders = np.arange(2, 2 + constants.wander_modes)
    waves = np.sin(np.pi * np.outer(np.clip(at, 0.0, 1.0), orders)) * (
        2.0 * constants.wander_sd / orders
    )
    told_soc = at + bend * arch + waves @ car[wander_at:] + alone_now[OFFSET]
    by_soc = 1.0 + bend * 4.0 * (1.0 - 2.0 * at)
    bins, ears, own, extent = soc.size, at.size, car.size, shared.vector.size
    common = np.zeros((bins + ears, own + extent))
    alone = np.zeros((bins + ears, 4))
    common[:bins, HEALTH] = slope * by_health + wear_v
    common[:bins, RESISTANCE] = charge.load
    common[:bins, WEAR] = wear_v
    common[:bins, MEMORY] = charge.memory
    common[:bins, FIRST_MODE:wander_at] = curve @ modes
    common[:bins, own : own + constants.knots] = curve
    common[:bins, own + constants.knots : own + extent - 1] = off * wear
    alone[:bins, START] = slope
    alone[:bins, CHARGE_RESISTANCE] = charge.load
    common[bins:, HEALTH] = by_soc * by_health[heard]
    common[bins:, BEND] = arch
    common[bins:, wander_at:own] = waves
    common[bins:, own + extent - 1] = arch
    alone[bins:, START] = by_soc
    alone[bins:, CHARGE_BEND] = arch
    alone[bins:, OFFSET] = 1.0
    error = np.concatenate([charge.voltage_v - told_v, charge.soc[heard] - told_soc])
    scale = np.concatenate(
        [
            np.hypot(constants.voltage_sd_v, constants.load_voltage_sd_v * charge.load),
            np.full(ears, constants.reading_sd),
        ]
    )
    common = np.concatenate([common[:, :own], common[:, own:] @ directions], axis=1)
    return common / scale[:, None], alone / scale[:, None], error / scale


@lru_cache(maxsize=2)
def _modes(constants: Constants) -> Floats:
    return own_modes_v(constants)
