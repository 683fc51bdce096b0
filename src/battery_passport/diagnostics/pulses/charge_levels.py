"""How cells of one kind answer at each level of charge, and which levels a train points to.

In: trains of known health and level. Out: for a train, the weight of each level and the health
that each level would mean.

At one level a train's features are taken as a parabola in the health plus a normal deviation of the
cell. Its covariance is judged on cells left out, and each level's is drawn towards that of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Vector

_DEGREE = 2
_RIDGE = 0.1
_SHARE_OF_ALL = 0.3
"""How far a level's covariance is drawn towards that of all levels."""

_PRIOR_DEVIATIONS = 1.5
"""The prior of the health, in standard deviations of the cells learnt from."""

_GRID_POINTS = 121
_GRID_MARGIN = 0.1
_LEAST_HEALTH = 0.3


@dataclass(frozen=True, slots=True)
class LevelAnswers:
    """For each train and level: logarithm of the level's weight, health there and its deviation.

    Shape: n x levels each.
    """

    log_weights: Matrix
    means: Matrix
    deviations: Matrix


@dataclass(frozen=True, slots=True)
class _Level:
    curve: Matrix
    precision: Matrix
    log_determinant: float


@dataclass(frozen=True, slots=True)
class ChargeLevels:
    """The learnt answers of one kind of cell."""

    levels: tuple[float, ...]
    _by_level: Mapping[float, _Level]
    _grid: Vector
    _centre: float
    _spread: float

    @classmethod
    def learn(cls, features: Matrix, known: KnownPulses) -> "ChargeLevels":
        """Return how cells of this kind answer. Shape: features n x any."""
        health = known.health_ratio
        centre, spread = float(health.mean()), float(health.std()) + 1e-6
        powers = _powers((health - centre) / spread)
        levels = tuple(float(level) for level in np.unique(known.level_ratio))
        cells = np.asarray(known.cells)
        deviations = np.zeros_like(features)
        for level in levels:
            rows = known.level_ratio == level
            deviations[rows] = _left_out(powers[rows], features[rows], cells[rows])
        shared = deviations.T @ deviations / len(deviations)
        grid = np.linspace(
            max(_LEAST_HEALTH, health.min() - _GRID_MARGIN),
            health.max() + _GRID_MARGIN,
            _GRID_POINTS,
        )
        found = {}
        for level in levels:
            rows = known.level_ratio == level
            found[level] = _level(powers[rows], features[rows], deviations[rows], shared=shared)
        return cls(levels, found, grid, centre, spread)

    def answers(self, features: Matrix) -> LevelAnswers:
        """Return what each level would mean for each train."""
        scaled = (self._grid - self._centre) / self._spread
        powers, prior = _powers(scaled), -0.5 * (scaled / _PRIOR_DEVIATIONS) ** 2
        columns = [
            self._at_level(features, self._by_level[level], powers, prior) for level in self.levels
        ]
        weights, means, deviations = (
            np.column_stack(each).astype(np.float64) for each in zip(*columns, strict=True)
        )
        return LevelAnswers(weights, means, deviations)

    def _at_level(
        self, features: Matrix, level: _Level, powers: Matrix, prior: Vector
    ) -> tuple[Vector, Vector, Vector]:
        off = features[:, None, :] - (powers @ level.curve)[None]
        distance = np.einsum("abi,ij,abj->ab", off, level.precision, off, optimize=True)
        density = -0.5 * distance - 0.5 * level.log_determinant + prior[None]
        top = density.max(axis=1, keepdims=True)
        shares = np.exp(density - top)
        total = shares.sum(axis=1)
        mean = shares @ self._grid / total
        variance = np.maximum(shares @ self._grid**2 / total - mean**2, 1e-8)
        return _floats(np.log(total) + top[:, 0]), _floats(mean), _floats(np.sqrt(variance))


def _floats(values: object) -> Matrix:
    return np.asarray(values, dtype=np.float64)


def _powers(scaled: Vector) -> Matrix:
    return np.column_stack([scaled**power for power in range(_DEGREE + 1)])


def _curve(powers: Matrix, features: Matrix) -> Matrix:
    ridge = np.diag([1e-9, *[_RIDGE] * _DEGREE])
    return _floats(np.linalg.solve(powers.T @ powers + ridge, powers.T @ features))


def _left_out(powers: Matrix, features: Matrix, cells: np.ndarray) -> Matrix:
    """Return how far each cell lies from the curve of the others."""
    off = np.zeros_like(features)
    for cell in np.unique(cells):
        own = cells == cell
        curve = _curve(powers[~own], features[~own])
        off[own] = features[own] - powers[own] @ curve
    return off


def _level(powers: Matrix, features: Matrix, deviations: Matrix, *, shared: Matrix) -> _Level:
    own = deviations.T @ deviations / len(deviations)
    covariance = _SHARE_OF_ALL * shared + (1 - _SHARE_OF_ALL) * own
    covariance += 1e-3 * np.diag(np.diag(covariance)) + 1e-8 * np.eye(len(covariance))
    return _Level(
        curve=_curve(powers, features),
        precision=np.asarray(np.linalg.inv(covariance), dtype=np.float64),
        log_determinant=float(np.linalg.slogdet(covariance)[1]),
    )
