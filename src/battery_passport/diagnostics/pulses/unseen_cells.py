"""Regression that judges its own errors on cells left out, never on trains of known cells.

In: points of trains with targets and cells. Out: for other points a mean and a deviation.
Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapters 2 and 5.

A Gaussian process with fixed lengths. What it would have said of each cell without that cell
follows from the inverse of its covariance, block by block, so nothing has to be learnt twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from battery_passport.diagnostics.pulses.model import Matrix, Vector


@dataclass(frozen=True, slots=True)
class UnseenCellRegression:
    """A fitted regression; deterministic for the same data."""

    _points: Matrix = field(repr=False)
    _inverse: Matrix = field(repr=False)
    _weights: Vector = field(repr=False)
    _mean: float
    _variance: float
    _noise: float
    _is_rough: bool

    @classmethod
    def learn(
        cls,
        points: Matrix,
        targets: Vector,
        cells: Sequence[str],
        *,
        noise: float,
        is_rough: bool = False,
    ) -> "UnseenCellRegression":
        """Return the regression whose scale of errors is that of cells left out.

        A rough one bends where it must: Matérn's covariance of 5/2, else the squared exponential.
        """
        mean = float(targets.mean())
        covariance = _alike(points, points, is_rough=is_rough) + noise * np.eye(len(points))
        inverse = np.linalg.inv(covariance)
        inverse = 0.5 * (inverse + inverse.T)
        weights = np.asarray(inverse @ (targets - mean), dtype=np.float64)
        variance = _variance_of_left_out(inverse, weights, np.asarray(cells))
        return cls(points, inverse, weights, mean, variance, noise, is_rough)

    def predict(self, points: Matrix) -> tuple[Vector, Vector]:
        """Return means and standard deviations at these points."""
        crossed = _alike(points, self._points, is_rough=self._is_rough)
        explained = np.einsum("ij,ij->i", crossed @ self._inverse, crossed)
        unknown = np.maximum(1.0 + self._noise - explained, self._noise)
        return self._mean + crossed @ self._weights, np.sqrt(self._variance * unknown)


def _alike(left: Matrix, right: Matrix, *, is_rough: bool) -> Matrix:
    squares = (left * left).sum(1)[:, None] + (right * right).sum(1)[None] - 2 * left @ right.T
    if not is_rough:
        return np.asarray(np.exp(-0.5 * np.maximum(squares, 0.0)))
    apart = np.sqrt(5.0 * np.maximum(squares, 0.0))
    return np.asarray((1.0 + apart + apart**2 / 3.0) * np.exp(-apart))


def _variance_of_left_out(inverse: Matrix, weights: Vector, cells: np.ndarray) -> float:
    """Return the mean square of errors on cells left out, over what was expected of them."""
    ratios = []
    for cell in np.unique(cells):
        own = np.flatnonzero(cells == cell)
        covariance = np.linalg.inv(inverse[np.ix_(own, own)])
        ratios.append((covariance @ weights[own]) ** 2 / np.diag(covariance))
    return float(np.concatenate(ratios).mean()) + 1e-12
