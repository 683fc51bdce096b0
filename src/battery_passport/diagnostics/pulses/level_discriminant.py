"""Which level of charge a pulse train was run at, told by where trains of each level lie.

In: trains of known cells; then voltages. Out: for each train the probability of each level.
Source: Hastie, Tibshirani and Friedman, Elements of Statistical Learning (2009), chapters 4, 12.

The trains of one level are two clouds, one of aged cells and one of healthier ones, all clouds of
one shape. What a level is worth follows from how far a train lies from its clouds. Cells left out
in turn tell how much of that to believe: ten trains of one cell look like ten witnesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import logsumexp

from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Vector
from battery_passport.diagnostics.pulses.sights import unclamped_logarithms

_REST_POWERS = (1, 2, 3)
_EVENED = 0.005
"""This share of the mean variance stands in for what so few cells cannot tell of the shape."""

_LEAST_PROBABILITY = 1e-3
"""No level is thought less likely than this: a train may be like none that was learnt from."""

_BELIEFS = np.geomspace(0.02, 2.0, 40)


@dataclass(frozen=True, slots=True)
class LevelDiscriminant:
    """What was learnt about one kind of cell; deterministic for the same data."""

    levels: Vector
    belief: float
    _look: "_Look"
    _clouds: "_Clouds"

    @classmethod
    def learn(cls, known: KnownPulses) -> "LevelDiscriminant":
        """Return what these cells teach."""
        look = _Look.fit(known.voltages_v)
        points = look.points(known.voltages_v)
        levels, level = np.unique(known.level_ratio, return_inverse=True)
        is_aged = known.health_ratio < np.median(known.health_ratio)
        left_out = _scores_of_left_out(points, level, is_aged, known.cells)
        return cls(
            levels, _belief(left_out, level), look, _Clouds.fit(points, level, is_aged, len(levels))
        )

    def probabilities(self, voltages_v: Matrix) -> Matrix:
        """Return how likely each level is for each train. Shape: n x levels."""
        scores = self._clouds.scores(self._look.points(voltages_v))
        return _probabilities(self.belief * scores)


@dataclass(frozen=True, slots=True)
class _Look:
    """Trains as points: powers of the voltage at rest, answers without what clamps add."""

    rest: tuple[float, float]
    centre: Vector = field(repr=False)
    spread: Vector = field(repr=False)

    @classmethod
    def fit(cls, voltages_v: Matrix) -> "_Look":
        rest = (float(voltages_v[:, 0].mean()), float(voltages_v[:, 0].std()) + 1e-9)
        seen = _seen(voltages_v, rest)
        return cls(rest, seen.mean(axis=0), seen.std(axis=0) + 1e-9)

    def points(self, voltages_v: Matrix) -> Matrix:
        return np.asarray((_seen(voltages_v, self.rest) - self.centre) / self.spread)


def _seen(voltages_v: Matrix, rest: tuple[float, float]) -> Matrix:
    middle, spread = rest
    off = (voltages_v[:, :1] - middle) / spread
    return np.hstack([*(off**power for power in _REST_POWERS), unclamped_logarithms(voltages_v)])


@dataclass(frozen=True, slots=True)
class _Clouds:
    """Normal distributions of one shape: the level, the middle and the share of each."""

    level: np.ndarray
    middle: Matrix = field(repr=False)
    share: Vector
    shape: Matrix = field(repr=False)
    """Points times this are spread evenly in every cloud."""
    levels: int

    @classmethod
    def fit(cls, points: Matrix, level: np.ndarray, is_aged: np.ndarray, levels: int) -> "_Clouds":
        clouds, cloud, counts = np.unique(
            2 * level + is_aged, return_inverse=True, return_counts=True
        )
        middle = np.array([points[cloud == one].mean(axis=0) for one in range(len(clouds))])
        off = points - middle[cloud]
        covariance = off.T @ off / len(off)
        even = float(np.trace(covariance)) / len(covariance) + 1e-12
        variances, axes = np.linalg.eigh(
            (1.0 - _EVENED) * covariance + _EVENED * even * np.eye(len(covariance))
        )
        shape = axes / np.sqrt(variances)
        return cls(clouds // 2, middle @ shape, counts / len(points), shape, levels)

    def scores(self, points: Matrix) -> Matrix:
        """Return the logarithm of each level's weight, up to a number for each train."""
        turned = points @ self.shape
        off = turned[:, None, :] - self.middle[None, :, :]
        logs = np.log(self.share) - 0.5 * np.einsum("ijk,ijk->ij", off, off)
        found = np.full((len(points), self.levels), -np.inf)
        for cloud, level in enumerate(self.level):
            found[:, level] = np.logaddexp(found[:, level], logs[:, cloud])
        best = found.max(axis=1, keepdims=True)
        return np.asarray(np.maximum(found - best, -1e6))


def _scores_of_left_out(
    points: Matrix, level: np.ndarray, is_aged: np.ndarray, cells: Sequence[str]
) -> Matrix:
    """Return what would have been said of each cell without it."""
    names, levels = np.asarray(cells), int(level.max()) + 1
    found = np.zeros((len(points), levels))
    for name in np.unique(names):
        own = names == name
        others = _Clouds.fit(points[~own], level[~own], is_aged[~own], levels)
        found[own] = others.scores(points[own])
    return found


def _belief(scores: Matrix, level: np.ndarray) -> float:
    """Return the power at which the scores would have told the levels best."""
    rows = np.arange(len(level))
    told = [_logarithms(power * scores)[rows, level].mean() for power in _BELIEFS]
    return float(_BELIEFS[int(np.argmax(told))])


def _probabilities(scores: Matrix) -> Matrix:
    found = np.exp(_logarithms(scores)) + _LEAST_PROBABILITY
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _logarithms(scores: Matrix) -> Matrix:
    return np.asarray(scores - logsumexp(scores, axis=1, keepdims=True))
