"""What known cars teach about the voltage of others: a Gaussian process over the state of charge.

In: cars with whole charges and known health. Out: a `CurveLibrary`. Where cars of the very model
are known, they are the measurement and the other models' cars are the prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.capacity.constants import V1, Constants
from battery_passport.diagnostics.capacity.curve_fit import fit_curve
from battery_passport.diagnostics.capacity.errors import NoKnownCar
from battery_passport.diagnostics.capacity.stretch import Floats, KnownCar

_SMALLEST_MODE_V2 = 1e-9
"""Modes below 0.03 mV are left out: what they carry is lost in every voltage's own noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLibrary:
    """Mean and modes of a car's rested voltage at evenly spaced states of charge, 0 to 1.

    `cars` counts all known cars, `own_cars` those of the battery's own model. `health_ratio` is
    the middle that health is expected around. The covariance is `modes_v` times its transpose.
    Shape: mean_v (knots,), modes_v (knots, modes).
    """

    mean_v: Floats
    modes_v: Floats
    health_ratio: float
    cars: int
    own_cars: int = 0


def learn_library(cars: Sequence[KnownCar], constants: Constants = V1) -> CurveLibrary:
    """Return what cars of other models teach.

    Raises: NoKnownCar if there is none.
    """
    if not cars:
        raise NoKnownCar("No car with a whole charge and a known health is given.")
    curves = np.stack([whole_curve(car, constants) for car in cars])
    count, knots = curves.shape
    between = np.zeros((knots, knots))
    if count > 1:
        deviations = curves - curves.mean(axis=0)
        between = (1.0 + 1.0 / count) / (count - 1) * (deviations.T @ deviations)
    unlearned = _smooth(knots, constants.shape_sd_v, constants.offset_sd_v, constants)
    return CurveLibrary(
        mean_v=curves.mean(axis=0),
        modes_v=_modes(between + unlearned),
        health_ratio=float(np.mean([car.health_ratio for car in cars])),
        cars=count,
    )


def with_own_model(
    library: CurveLibrary, own: Sequence[KnownCar], constants: Constants = V1
) -> CurveLibrary:
    """Return the library for a model of which some cars are known.

    Their mean curve is a measurement of the model's, the other models' curves are its prior; a
    further car of the model then differs from it by its own small deviation.
    """
    if not own:
        return library
    curves = np.stack([whole_curve(car, constants) for car in own])
    count, knots = curves.shape
    within = _within_model(curves, constants)
    prior = library.modes_v @ library.modes_v.T
    tiny = _SMALLEST_MODE_V2 * np.eye(knots)
    gain = np.linalg.solve(prior + within / count + tiny, prior).T
    covariance = prior - gain @ prior + within
    health = float(np.mean([car.health_ratio for car in own]))
    shared = count / (count + 1.0)
    return CurveLibrary(
        mean_v=library.mean_v + gain @ (curves.mean(axis=0) - library.mean_v),
        modes_v=_modes(0.5 * (covariance + covariance.T)),
        health_ratio=shared * health + (1.0 - shared) * library.health_ratio,
        cars=library.cars + count,
        own_cars=count,
    )


def _within_model(curves: Floats, constants: Constants) -> Floats:
    """Return how cars of one model differ: what is usual, and more and more what theirs show."""
    count, knots = curves.shape
    usual = _smooth(knots, constants.own_shape_sd_v, constants.own_offset_sd_v, constants)
    deviations = curves - curves.mean(axis=0)
    weight = constants.own_usual_cars
    within: Floats = (deviations.T @ deviations + weight * usual) / (count - 1.0 + weight)
    return within


def whole_curve(car: KnownCar, constants: Constants = V1) -> Floats:
    """Return a car's rested voltage over its state of charge, never falling. Shape: (knots,)."""
    knots = constants.library_knots
    soc_ratio = car.charge.charged_ah / (car.health_ratio * car.rated_ah)
    fitted = fit_curve(
        car.charge,
        soc_ratio * (knots - 1),
        knots=knots,
        rated_ah=car.rated_ah,
        constants=constants,
    )
    rising: Floats = np.maximum.accumulate(fitted)
    return rising


def _modes(covariance_v2: Floats) -> Floats:
    """Return the modes of a covariance that matter, largest last."""
    variances, directions = np.linalg.eigh(covariance_v2)
    kept = variances > _SMALLEST_MODE_V2
    modes: Floats = directions[:, kept] * np.sqrt(variances[kept])
    return modes


def _smooth(knots: int, shape_sd_v: float, offset_sd_v: float, constants: Constants) -> Floats:
    """Return the covariance of what no known car shows: a smooth deviation and an offset."""
    soc_ratio = np.linspace(0.0, 1.0, knots)
    apart = (soc_ratio[:, None] - soc_ratio[None, :]) / constants.shape_reach_ratio
    smooth: Floats = shape_sd_v**2 * np.exp(-0.5 * apart**2) + offset_sd_v**2
    return smooth
