"""The curve of a battery model, learned from its cars together with what is unknown of each car.

In: charges of the cars of a model, and what is believed before. Out: the curve with its covariance.
Nothing that anybody states of a battery's health is used.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Charge, Floats
from battery_passport.diagnostics.fleet_capacity.constants import V1, Constants
from battery_passport.diagnostics.fleet_capacity.curve import Shared, smooth
from battery_passport.diagnostics.fleet_capacity.scales import Tally
from battery_passport.diagnostics.fleet_capacity.system import (
    Normal,
    bins_of,
    first_guess,
    normal,
    own_count,
    stepped,
)
from battery_passport.diagnostics.open_circuit import CURVES, TYPICAL_OF_UNKNOWN, OpenCircuitCurve
from battery_passport.registry.model import Chemistry

_LFP = OpenCircuitCurve(
    (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.97, 1.0),
    (2.9, 3.15, 3.2, 3.24, 3.27, 3.29, 3.32, 3.33, 3.34, 3.4),
)

_SCALES_FROM_ROUND = 3

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """A model's curve as far as it is known. Shape: mean (shared,), covariance (shared, shared)."""

    mean: Floats
    covariance: Floats
    cars: int = 0
    constants: Constants = V1


def first_belief(
    chemistry: Chemistry | None, kin: Sequence[Floats] = (), constants: Constants = V1
) -> Belief:
    """Return what is believed of a model of which no car is known.

    `kin`: the curves of other models of the same chemistry. Their mean is the middle; how far a
    model may lie from it shrinks with their number, down to a share of what is believed of any.
    """
    knots = constants.knots
    typical = _LFP if chemistry is Chemistry.LFP else CURVES.get(chemistry or Chemistry.NMC)
    drawn = typical or TYPICAL_OF_UNKNOWN
    soc = np.linspace(0.0, 1.0, knots)
    rested_v = np.interp(soc, drawn.soc_ratio, drawn.voltage_v)
    wear_v = np.zeros(constants.wear_knots)
    share = 1.0
    if kin:
        rested_v = np.mean([each[:knots] for each in kin], axis=0)
        share = max(constants.kin_share, 1.0 / np.sqrt(1.0 + len(kin)))
    covariance = np.zeros((knots + constants.wear_knots + 1,) * 2)
    covariance[:knots, :knots] = smooth(
        knots, share * constants.long_shape_sd_v, constants.long_reach_ratio
    ) + smooth(knots, share * constants.short_shape_sd_v, constants.short_reach_ratio)
    covariance[knots:-1, knots:-1] = smooth(
        constants.wear_knots, constants.wear_shape_sd_v, constants.wear_reach_ratio
    ) + smooth(constants.wear_knots, constants.wear_short_sd_v, constants.wear_short_reach_ratio)
    covariance[-1, -1] = constants.model_bend_sd**2
    covariance[np.diag_indices_from(covariance)] += 1e-9
    return Belief(mean=np.concatenate([rested_v, wear_v, [constants.bend]]), covariance=covariance)


def learn(
    cars: Sequence[Sequence[Charge]],
    before: Belief,
    constants: Constants = V1,
    *,
    tell: Tell = lambda _done, _all: None,
) -> Belief:
    """Return what the cars teach of their model's curve."""
    return learn_with_cars(cars, before, constants, tell=tell)[0]


def learn_with_cars(
    cars: Sequence[Sequence[Charge]],
    before: Belief,
    constants: Constants = V1,
    *,
    tell: Tell = lambda _done, _all: None,
) -> tuple[Belief, tuple[float, ...]]:
    """Return the belief, and each car's health as it came out on the way."""
    guesses = [first_guess(charges, constants) for charges in cars]
    binned = [bins_of(charges) for charges in cars]
    own = own_count(constants)
    prior = np.linalg.inv(before.covariance)
    vector = before.mean.copy()
    information = prior
    now = constants
    for done in range(constants.learning_rounds):
        tally = Tally()
        shared = Shared.of_vector(vector, constants)
        information = prior.copy()
        pull = prior @ (before.mean - vector)
        kept: list[tuple[Normal, Floats, Floats]] = []
        for bins, guess in zip(binned, guesses, strict=True):
            equations = normal(bins, guess, shared, now, robust=done > 2)
            inverse: Floats = np.asarray(np.linalg.inv(equations.matrix[:own, :own]))
            cross = equations.matrix[:own, own:]
            reduced = inverse @ cross
            information += equations.matrix[own:, own:] - cross.T @ reduced
            pull += equations.vector[own:] - reduced.T @ equations.vector[:own]
            kept.append((equations, inverse, cross))
        move = np.linalg.solve(information, pull)
        for place, (equations, inverse, cross) in enumerate(kept):
            car_move = inverse @ (equations.vector[:own] - cross @ move)
            guesses[place] = stepped(
                guesses[place], equations, np.concatenate([car_move, move]), constants
            )
            tally.add(guesses[place], equations, inverse, now)
        vector = vector + move
        if done >= _SCALES_FROM_ROUND:
            now = tally.learned(constants)
        tell(done + 1, constants.learning_rounds)
    covariance = np.linalg.inv(information)
    belief = Belief(
        mean=vector,
        covariance=0.5 * (covariance + covariance.T),
        cars=len(cars),
        constants=now,
    )
    return belief, tuple(float(guess.car[0]) for guess in guesses)
