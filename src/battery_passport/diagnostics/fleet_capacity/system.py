"""One car's charges as linear equations about a guess, solved charge by charge.

In: charges, a guess of what is unknown of the car, the model's curve. Out: for what all charges
have in common (the car, and the curve) an information matrix; for the car a better guess.

What is unknown of a car: health, resistance, memory, bend, wear beside health, its own deviation
from the curve, the wandering of its BMS. What is unknown of a charge: where it began, its
resistance, its bend, an offset of the BMS. A voltage is rested voltage plus resistance times load
plus memory times remembered load; a stated state of charge is z + 4·bend·z·(1 - z) + wandering.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Charge, Floats, Integers
from battery_passport.diagnostics.fleet_capacity.constants import Constants
from battery_passport.diagnostics.fleet_capacity.curve import Shared, own_modes_v
from battery_passport.diagnostics.fleet_capacity.equations import ALONE, accumulate

HEALTH, RESISTANCE, MEMORY, BEND, WEAR, FIRST_MODE = range(6)
START, CHARGE_RESISTANCE, CHARGE_BEND, OFFSET = range(ALONE)
_NEARLY_FREE = 1e-6
_HEALTH_STEP, _START_STEP = 0.08, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """All bins of a car's charges in one array. Shape: bounds (charges + 1,), values (bins, 5)."""

    bounds: Integers
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What is believed of a car. Shape: car (own,), charges (charges, 4)."""

    car: Floats
    charges: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """Equations of what is common to all charges, each charge's own part eliminated.

    `matrix` times a change of (car, shared) is `vector`; `inner`, `crossed` and `pulled` give back
    each charge's own change. `misfit` is the mean square of scaled errors.
    """

    matrix: Floats
    vector: Floats
    inner: Floats
    crossed: Floats
    pulled: Floats
    misfit: float


def bins_of(charges: Sequence[Charge]) -> Bins:
    """Return a car's charges as one array."""
    columns = [(c.charge, c.voltage_v, c.load, c.memory, c.soc) for c in charges]
    sizes = [charge.charge.size for charge in charges]
    return Bins(
        bounds=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        values=np.concatenate([np.stack(each, axis=1) for each in columns]),
    )


def own_count(constants: Constants) -> int:
    """Return how many unknowns a car has beside its charges."""
    return FIRST_MODE + constants.own_modes + constants.wander_modes


def car_priors(constants: Constants) -> tuple[Floats, Floats]:
    """Return means and standard deviations of a car's unknowns."""
    mean, deviation = np.zeros(own_count(constants)), np.ones(own_count(constants))
    mean[:BEND] = constants.health_ratio, constants.resistance_v, constants.memory_v
    deviation[:FIRST_MODE] = (
        constants.health_sd_ratio,
        constants.resistance_sd_v,
        constants.memory_sd_v,
        constants.car_bend_sd,
        constants.wear_scatter_ratio,
    )
    return mean, deviation


def first_guess(charges: Sequence[Charge], constants: Constants) -> Guess:
    """Return a guess from charge and stated state of charge alone."""
    mean, _deviation = car_priors(constants)
    heard = [np.flatnonzero(np.isfinite(charge.soc)) for charge in charges]
    ends = [(c, k[0], k[-1]) for c, k in zip(charges, heard, strict=True) if k.size > 1]
    stated = sum(float(c.soc[last] - c.soc[first]) for c, first, last in ends)
    if stated > 0.1:
        counted = sum(float(c.charge[last] - c.charge[first]) for c, first, last in ends)
        mean[HEALTH] = min(max(counted / stated, 0.6), 1.15)
    own = np.zeros((len(charges), ALONE))
    for number, (charge, known) in enumerate(zip(charges, heard, strict=True)):
        own[number, START] = 0.4
        if known.size:
            soc = charge.soc[known]
            soc = soc - 4.0 * constants.bend * soc * (1.0 - soc)
            own[number, START] = float(np.mean(soc - charge.charge[known] / mean[HEALTH]))
    return Guess(car=mean, charges=own)


def normal(
    bins: Bins,
    guess: Guess,
    shared: Shared,
    constants: Constants,
    *,
    robust: bool,
    directions: Floats | None = None,
) -> Normal:
    """Return the equations about a guess; `directions` restrict how the shared part may change.

    Shape: directions (shared, directions), None: it may change in every way.
    """
    mean, deviation = car_priors(constants)
    ways = np.eye(shared.vector.size) if directions is None else directions
    own, charges = mean.size, bins.bounds.size - 1
    size = own + ways.shape[1]
    matrix, vector = np.zeros((size, size)), np.zeros(size)
    matrix[np.arange(own), np.arange(own)] = deviation**-2
    vector[:own] = (mean - guess.car) * deviation**-2
    inner, crossed = np.empty((charges, ALONE, ALONE)), np.empty((charges, ALONE, size))
    pulled = np.empty((charges, ALONE))
    squares, count = accumulate(
        bins.bounds,
        bins.values,
        guess.car,
        guess.charges,
        (shared.rested_v, shared.wear_v, _own_modes(constants), np.ascontiguousarray(ways)),
        _charge_priors(constants),
        _scales(constants, shared, robust=robust),
        (matrix, vector, inner, crossed, pulled),
    )
    return Normal(
        matrix=matrix,
        vector=vector,
        inner=inner,
        crossed=crossed,
        pulled=pulled,
        misfit=squares / max(count, 1),
    )


def stepped(guess: Guess, equations: Normal, change: Floats, constants: Constants) -> Guess:
    """Return the guess changed; no step may go far."""
    car = guess.car + change[: guess.car.size]
    health = guess.car[HEALTH] + np.clip(change[HEALTH], -_HEALTH_STEP, _HEALTH_STEP)
    car[HEALTH] = np.clip(health, constants.lowest_health_ratio, constants.highest_health_ratio)
    pull = equations.pulled - equations.crossed @ change
    moves = (equations.inner @ pull[:, :, None])[:, :, 0]
    moves[:, START] = np.clip(moves[:, START], -_START_STEP, _START_STEP)
    return Guess(car=car, charges=guess.charges + moves)


@lru_cache(maxsize=8)
def _own_modes(constants: Constants) -> Floats:
    return np.ascontiguousarray(own_modes_v(constants))


def _charge_priors(constants: Constants) -> Floats:
    """Return the information about a charge's unknowns before it is seen."""
    deviations = (
        constants.charge_resistance_sd_v,
        constants.charge_bend_sd,
        constants.charge_offset_sd,
    )
    return np.array([_NEARLY_FREE, *(deviation**-2 for deviation in deviations)])


def _scales(constants: Constants, shared: Shared, *, robust: bool) -> Floats:
    """Return what the compiled loop needs, in its order."""
    return np.array(
        [
            constants.middle_health_ratio,
            constants.voltage_sd_v,
            constants.load_voltage_sd_v,
            constants.reading_sd,
            constants.wander_sd,
            constants.outlier_sds,
            shared.bend,
            float(robust),
        ]
    )
