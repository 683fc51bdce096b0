"""Ways to look at a pulse train that do not mind how a cell was clamped, beside those that do.

In: voltages, n x 21. Out: points, n x dimensions, whose distance is 1 where trains begin to differ.

The resistance of the clamps adds a voltage in proportion to the current. Some views take that
direction out of the answer. Another learns from the known cells in which directions cells of one
health differ at one level of charge, and counts those directions the less.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Vector

_CURRENTS = np.repeat([1.0, 0.0, -1.0, 0.0, 2.0, 0.0, -2.0, 0.0, 3.0, 0.0], 2)
"""Current at each voltage after the first, over that of the first pulse; 0 in the pauses."""

_CURVE_DEGREE = 2
_CURVE_RIDGE = 0.1
_EVENED = 0.03
"""No direction counts as if cells agreed in it by more than this share of the mean variance."""

View = Callable[[Matrix], Matrix]


@dataclass(frozen=True, slots=True)
class Lens:
    """What of a train counts, and over which lengths.

    `rest_length` and `answer_length` are in standard deviations of what was learnt from;
    `level_length` is a ratio of charge, None where the level is not looked at. `noise` is the
    variance that no train explains, over the variance of all. `is_rough`: what it tells may bend
    sharply, as where trains of two levels of charge meet.
    """

    view: str
    rest_length: float
    answer_length: float
    noise: float
    level_length: float | None = None
    is_rough: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """A lens with what its view learnt from known cells."""

    lens: Lens
    _view: View
    _centre: Vector
    _length: Vector

    @classmethod
    def fit(cls, lens: Lens, known: KnownPulses) -> "Sight":
        """Return the lens scaled to these trains."""
        make, spread = _VIEWS[lens.view]
        view = make(known)
        seen, rest = view(known.voltages_v), known.voltages_v[:, :1]
        length = np.r_[_own(rest) * lens.rest_length, spread(seen) * lens.answer_length]
        return cls(lens, view, np.hstack([rest, seen]).mean(axis=0), length)

    def points(self, voltages_v: Matrix, level_ratio: Vector) -> Matrix:
        """Return where these trains lie; the level counts if the lens looks at it."""
        seen = np.hstack([voltages_v[:, :1], self._view(voltages_v)])
        points = (seen - self._centre) / self._length
        if self.lens.level_length is None:
            return np.asarray(points)
        return np.column_stack([points, level_ratio / self.lens.level_length])


def _answers(voltages_v: Matrix) -> Matrix:
    return np.asarray(voltages_v[:, 1:] - voltages_v[:, :1])


def _without_clamps(voltages_v: Matrix) -> Matrix:
    """Return the answers without what is in proportion to the current."""
    answers = _answers(voltages_v)
    direction = _CURRENTS / np.linalg.norm(_CURRENTS)
    return np.asarray(answers - np.outer(answers @ direction, direction))


def unclamped_logarithms(voltages_v: Matrix) -> Matrix:
    """Return the answers without what the clamps add, as signed logarithms. Shape: n x 20."""
    return _logarithms(_without_clamps(voltages_v), 0.001)


def _shape_and_size(answers: Matrix) -> Matrix:
    """Return the answers over their mean size, and its logarithm over its spread at the end."""
    size = np.abs(answers).mean(axis=1, keepdims=True)
    return np.hstack([answers / size, np.log(size)])


def _logarithms(values: Matrix, small_v: float) -> Matrix:
    return np.asarray(np.sign(values) * np.log1p(np.abs(values) / small_v))


def _unlike_cells(known: KnownPulses) -> View:
    """Return the view that counts the less what differs between cells of one health and level."""
    values = _whole(known.voltages_v)
    centre, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    values = (values - centre) / spread
    curves = _curves(known)
    ridge = _CURVE_RIDGE * np.eye(curves.shape[1])
    off = values - curves @ np.linalg.solve(curves.T @ curves + ridge, curves.T @ values)
    covariance = off.T @ off / len(off)
    mean = float(np.trace(covariance)) / len(covariance)
    variances, axes = np.linalg.eigh(
        covariance + (_EVENED * mean + 1e-12) * np.eye(len(covariance))
    )
    turned = (axes / np.sqrt(variances)) @ axes.T
    return lambda voltages_v: np.asarray((_whole(voltages_v) - centre) / spread @ turned)


def _whole(voltages_v: Matrix) -> Matrix:
    return np.hstack([voltages_v[:, :1], _answers(voltages_v)])


def _curves(known: KnownPulses) -> Matrix:
    """Return the powers of the health, for each level by itself."""
    health = (known.health_ratio - known.health_ratio.mean()) / (known.health_ratio.std() + 1e-9)
    at_level = known.level_ratio[:, None] == np.unique(known.level_ratio)[None]
    return np.hstack([at_level * health[:, None] ** power for power in range(_CURVE_DEGREE + 1)])


def _own(values: Matrix) -> Vector:
    return np.asarray(values.std(axis=0) + 1e-9)


def _common(values: Matrix) -> Vector:
    """Return one spread for all columns, so that small columns stay small."""
    return np.full(values.shape[1], np.sqrt(values.var(axis=0).mean()) + 1e-9)


def _common_but_last(values: Matrix) -> Vector:
    """Return one spread for the shape; half its own spread for the size."""
    return np.asarray(np.r_[_common(values[:, :-1]), _own(values[:, -1:]) / 2.0], dtype=np.float64)


def _plain(view: View) -> Callable[[KnownPulses], View]:
    return lambda _: view


_VIEWS: Mapping[str, tuple[Callable[[KnownPulses], View], Callable[[Matrix], Vector]]] = {
    "even": (_plain(_answers), _common),
    "each": (_plain(_answers), _own),
    "logarithms": (_plain(lambda volts: _logarithms(_answers(volts), 0.01)), _common),
    "shape": (_plain(lambda volts: _shape_and_size(_answers(volts))), _common_but_last),
    "unclamped logarithms": (
        _plain(unclamped_logarithms),
        _common,
    ),
    "unlike cells": (_unlike_cells, _common),
}
