"""Regression by a Gaussian process whose length scales are learnt, one for each feature.

In: features and targets. Out: predictions with their standard deviations.
Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapters 2 and 5.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError as NotPositiveDefinite
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]

_ITERATIONS = 60
_LENGTH_PRIOR_LOG = float(np.log(3.0))
"""Length scales, in standard deviations of a feature, are believed to be about 3."""

_BOUNDS_LENGTH = (-1.0, 6.0)
_BOUNDS_SIGNAL = (-3.0, 3.0)
_BOUNDS_NOISE = (-5.0, 1.0)
_BOUNDS_LINEAR = (-5.0, 3.0)
_INFEASIBLE = 1e10


@dataclass(frozen=True, slots=True)
class _Scale:
    """Brings columns to mean 0 and deviation 1."""

    mean: Vector
    deviation: Vector

    @classmethod
    def of(cls, values: Matrix) -> "_Scale":
        return cls(values.mean(axis=0), values.std(axis=0) + 1e-9)

    def apply(self, values: Matrix) -> Matrix:
        return (values - self.mean) / self.deviation


@dataclass(frozen=True, slots=True)
class _Parameters:
    """Squares of length scales, signal, noise and linear part, behind their logarithms."""

    logs: Vector

    @property
    def lengths(self) -> Vector:
        return np.exp(self.logs[:-3])

    @property
    def signal(self) -> float:
        return float(np.exp(2 * self.logs[-3]))

    @property
    def noise(self) -> float:
        return float(np.exp(2 * self.logs[-2]))

    @property
    def linear(self) -> float:
        return float(np.exp(2 * self.logs[-1]))

    def smooth(self, left: Matrix, right: Matrix) -> Matrix:
        a, b = left / self.lengths, right / self.lengths
        squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
        return np.asarray(self.signal * np.exp(-0.5 * np.maximum(squares, 0.0)))

    def straight(self, left: Matrix, right: Matrix) -> Matrix:
        return np.asarray(self.linear * (left @ right.T) / left.shape[1])


@dataclass(frozen=True, slots=True)
class GaussianProcess:
    """A fitted process; deterministic for the same data."""

    _inputs: Matrix
    _input_scale: _Scale
    _target_scale: _Scale
    _parameters: _Parameters
    _factor: tuple[Matrix, bool] = field(repr=False)
    _weights: Vector = field(repr=False)

    @classmethod
    def fit(cls, features: Matrix, targets: Vector) -> "GaussianProcess":
        """Return the process of greatest posterior density for these data."""
        input_scale, target_scale = _Scale.of(features), _Scale.of(targets[:, None])
        inputs = input_scale.apply(features)
        scaled = target_scale.apply(targets[:, None])[:, 0]
        parameters = _Parameters(_fit_parameters(inputs, scaled))
        factor = cho_factor(_covariance(parameters, inputs), lower=True)
        return cls(inputs, input_scale, target_scale, parameters, factor, cho_solve(factor, scaled))

    def predict(self, features: Matrix) -> tuple[Vector, Vector]:
        """Return means and standard deviations, noise of a measurement included."""
        points = self._input_scale.apply(features)
        parameters = self._parameters
        crossed = parameters.smooth(points, self._inputs)
        crossed += parameters.straight(points, self._inputs)
        own = parameters.signal + parameters.noise
        own_linear = parameters.linear * (points * points).sum(1) / points.shape[1]
        explained = np.einsum("ij,ji->i", crossed, cho_solve(self._factor, crossed.T))
        variance = np.maximum(own + own_linear - explained, parameters.noise)
        deviation = float(self._target_scale.deviation[0])
        mean = crossed @ self._weights * deviation + float(self._target_scale.mean[0])
        return mean, np.sqrt(variance) * deviation


def _covariance(parameters: _Parameters, inputs: Matrix) -> Matrix:
    covariance = parameters.smooth(inputs, inputs) + parameters.straight(inputs, inputs)
    covariance[np.diag_indices_from(covariance)] += parameters.noise
    return covariance


def _fit_parameters(inputs: Matrix, targets: Vector) -> Vector:
    features = inputs.shape[1]
    first_length = np.log(1.5 * np.sqrt(features))
    start = np.r_[np.full(features, first_length), 0.0, np.log(0.1), np.log(0.3)]
    bounds = [_BOUNDS_LENGTH] * features + [_BOUNDS_SIGNAL, _BOUNDS_NOISE, _BOUNDS_LINEAR]
    found = minimize(
        _negative_log_posterior,
        start,
        args=(inputs, targets),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _ITERATIONS},
    )
    return np.asarray(found.x)


def _negative_log_posterior(logs: Vector, inputs: Matrix, targets: Vector) -> tuple[float, Vector]:
    parameters = _Parameters(logs)
    smooth, straight = parameters.smooth(inputs, inputs), parameters.straight(inputs, inputs)
    count = len(targets)
    try:
        factor = cho_factor(smooth + straight + parameters.noise * np.eye(count), lower=True)
    except NotPositiveDefinite:
        return _INFEASIBLE, np.zeros_like(logs)
    weights = cho_solve(factor, targets)
    slope = 0.5 * (cho_solve(factor, np.eye(count)) - np.outer(weights, weights))
    gradient = np.empty_like(logs)
    gradient[:-3] = _length_gradient(slope * smooth, inputs / parameters.lengths)
    gradient[-3] = 2 * (slope * smooth).sum()
    gradient[-2] = 2 * parameters.noise * np.trace(slope)
    gradient[-1] = 2 * (slope * straight).sum()
    off = logs[:-3] - _LENGTH_PRIOR_LOG
    gradient[:-3] += off
    value = 0.5 * targets @ weights + np.log(np.diag(factor[0])).sum() + 0.5 * off @ off
    return float(value), gradient


def _length_gradient(weighted: Matrix, scaled: Matrix) -> Vector:
    """Return the sum of weights times squared distances, feature by feature."""
    own = (scaled * scaled * weighted.sum(1)[:, None]).sum(0)
    return np.asarray(2 * own - 2 * np.einsum("ij,ij->j", scaled, weighted @ scaled))
