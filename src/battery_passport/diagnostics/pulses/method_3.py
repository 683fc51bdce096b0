"""The method `pulse-mixture`, version 3: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

The questions are those of version 2: which level is it, which health is it were the level known,
and which health whatever the level. New are ways of looking that do not mind how a cell was
clamped, nor much in what cells of one health differ anyway.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.errors import TooFewCells
from battery_passport.diagnostics.pulses.lenses import Lens
from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Mixture, Vector
from battery_passport.diagnostics.pulses.normal_product import NormalProduct
from battery_passport.diagnostics.pulses.sights import Sight
from battery_passport.diagnostics.pulses.unseen_cells import UnseenCellRegression

METHOD = "pulse-mixture"
VERSION = 3
LEAST_CELLS = 4
INDEPENDENT_TRAINS = 1.2
"""All trains of one cell tell as much as this many of different cells."""

_LEVEL_LENSES = (
    Lens("each", 0.4, 35.0, 7e-4),
    Lens("unclamped logarithms", 1.1, 15.0, 1e-4),
    Lens("unclamped logarithms", 0.35, 50.0, 6e-5),
    Lens("unlike cells", 0.6, 14.0, 4e-3),
)
_GIVEN_LEVEL_LENSES = (
    Lens("each", 1.8, 50.0, 5e-3, level_length=0.048),
    Lens("shape", 1.1, 18.0, 5e-3, level_length=0.036),
    Lens("logarithms", 2.1, 80.0, 3e-3, level_length=0.035),
    Lens("unlike cells", 1.5, 30.0, 5e-3, level_length=0.06),
)
_ANY_LEVEL_LENSES = (
    Lens("logarithms", 0.75, 13.0, 5e-4),
    Lens("logarithms", 0.5, 8.0, 4e-3),
    Lens("unclamped logarithms", 0.6, 11.0, 4e-4),
    Lens("unclamped logarithms", 1.1, 13.0, 1e-4),
    Lens("unlike cells", 0.6, 14.0, 4e-3),
)
_SHARES: Mapping[str, float] = {"level": 0.8, "given level": 0.8, "any level": 0.4}
"""Powers of the answers. They rest on the same 21 voltages, so they are not independent."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One lens with what was learnt through it."""

    sight: Sight
    regression: UnseenCellRegression

    @classmethod
    def learn(cls, lens: Lens, known: KnownPulses, targets: Vector) -> "_Look":
        sight = Sight.fit(lens, known)
        points = sight.points(known.voltages_v, known.level_ratio)
        return cls(
            sight,
            UnseenCellRegression.learn(points, targets, known.cells, noise=lens.noise),
        )

    def answer(self, voltages_v: Matrix, level: float = 0.0) -> tuple[Vector, Vector]:
        """Return mean and deviation for each train."""
        levels = np.full(len(voltages_v), level)
        return self.regression.predict(self.sight.points(voltages_v, levels))


@dataclass(frozen=True, slots=True)
class PulseMethod:
    """What was learnt about one kind of cell."""

    _levels: Vector
    _level: Sequence[_Look]
    _given_level: Sequence[_Look]
    _any_level: Sequence[_Look]

    @classmethod
    def learn(cls, known: KnownPulses) -> "PulseMethod":
        """Return what these cells teach. Raises: TooFewCells."""
        if len(set(known.cells)) < LEAST_CELLS:
            raise TooFewCells(
                f"There are pulses of {len(set(known.cells))} cells to learn from, "
                f"expected {LEAST_CELLS} or more."
            )
        level, health = known.level_ratio, known.health_ratio
        return cls(
            np.unique(level),
            [_Look.learn(lens, known, level) for lens in _LEVEL_LENSES],
            [_Look.learn(lens, known, health) for lens in _GIVEN_LEVEL_LENSES],
            [_Look.learn(lens, known, health) for lens in _ANY_LEVEL_LENSES],
        )

    def estimate(self, voltages_v: Matrix) -> Mixture:
        """Return what each train says. Shape: voltages n x 21."""
        product = NormalProduct.begin((len(voltages_v), len(self._levels)))
        for look in self._any_level:
            mean, deviation = look.answer(voltages_v)
            share = _SHARES["any level"] / len(self._any_level)
            product = product.times(mean[:, None], deviation[:, None], share)
        for look in self._given_level:
            share = _SHARES["given level"] / len(self._given_level)
            answers = [look.answer(voltages_v, float(level)) for level in self._levels]
            means, deviations = (np.column_stack(each) for each in zip(*answers, strict=True))
            product = product.times(means, deviations, share)
        return product.mixture(self._log_weights(voltages_v))

    def _log_weights(self, voltages_v: Matrix) -> Matrix:
        logs = np.zeros((len(voltages_v), len(self._levels)))
        for look in self._level:
            mean, deviation = look.answer(voltages_v)
            off = (self._levels - mean[:, None]) / deviation[:, None]
            logs -= 0.5 * _SHARES["level"] / len(self._level) * off**2
        return logs
