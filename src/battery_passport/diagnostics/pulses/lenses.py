"""Ways to look at a pulse train, and how far apart two trains lie in each of them.

In: voltages, n x 21. Out: points, n x dimensions, whose distance is 1 where trains begin to differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.pulses.model import Matrix, Vector

_SMALL_V = 0.01
"""Deviations below this count in proportion, those above it by their logarithm."""


@dataclass(frozen=True, slots=True)
class Lens:
    """What of a train counts, and over which lengths.

    `rest_length` and `answer_length` are in standard deviations of what was learnt from;
    `level_length` is a ratio of charge, None where the level is not looked at. `noise` is the
    variance that no train explains, over the variance of all.
    """

    view: str
    rest_length: float
    answer_length: float
    noise: float
    level_length: float | None = None


@dataclass(frozen=True, slots=True)
class FittedLens:
    """A lens with the centre and spread of the trains it was fitted to."""

    lens: Lens
    _centre: Vector
    _length: Vector

    @classmethod
    def fit(cls, lens: Lens, voltages_v: Matrix) -> "FittedLens":
        """Return the lens scaled to these trains."""
        seen, spreads = _VIEWS[lens.view](voltages_v[:, 1:] - voltages_v[:, :1])
        rest = voltages_v[:, :1]
        return cls(
            lens,
            np.hstack([rest, seen]).mean(axis=0),
            np.r_[_own(rest) * lens.rest_length, spreads * lens.answer_length],
        )

    def points(self, voltages_v: Matrix, level_ratio: Vector | None = None) -> Matrix:
        """Return where these trains lie; the level counts if the lens looks at it."""
        seen, _ = _VIEWS[self.lens.view](voltages_v[:, 1:] - voltages_v[:, :1])
        points = (np.hstack([voltages_v[:, :1], seen]) - self._centre) / self._length
        if self.lens.level_length is None or level_ratio is None:
            return np.asarray(points)
        return np.column_stack([points, level_ratio / self.lens.level_length])


def _even(deviations_v: Matrix) -> tuple[Matrix, Vector]:
    return deviations_v, _common(deviations_v)


def _each(deviations_v: Matrix) -> tuple[Matrix, Vector]:
    return deviations_v, _own(deviations_v)


def _logarithms(deviations_v: Matrix) -> tuple[Matrix, Vector]:
    logs = np.sign(deviations_v) * np.log1p(np.abs(deviations_v) / _SMALL_V)
    return logs, _common(logs)


def _own(values: Matrix) -> Vector:
    return np.asarray(values.std(axis=0) + 1e-9)


def _common(values: Matrix) -> Vector:
    """Return one spread for all columns, so that small columns stay small."""
    return np.full(values.shape[1], np.sqrt(values.var(axis=0).mean()) + 1e-9)


_VIEWS: Mapping[str, Callable[[Matrix], tuple[Matrix, Vector]]] = {
    "even": _even,
    "each": _each,
    "logarithms": _logarithms,
}
"""Deviations from rest: all over one spread; each over its own; logarithms."""
