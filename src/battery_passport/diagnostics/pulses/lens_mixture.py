"""What versions 2 and later of `pulse-mixture` have in common: questions asked through lenses.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

For each level of charge met while learning there is a weight, and the health that this level would
mean. Three questions are asked, each through several lenses: which level is it, which health is it
were the level known, and which health is it whatever the level. Their answers are normal
distributions; their product, each to the power of its share, is a mixture again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Mixture, Vector
from battery_passport.diagnostics.pulses.normal_product import NormalProduct
from battery_passport.diagnostics.pulses.sights import Lens, Sight
from battery_passport.diagnostics.pulses.unseen_cells import UnseenCellRegression

_SHARES: Mapping[str, float] = {"level": 0.8, "given level": 0.8, "any level": 0.4}
"""Powers of the answers. They rest on the same 21 voltages, so they are not independent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lenses:
    """Through which lenses a version asks each of the three questions."""

    level: Sequence[Lens]
    given_level: Sequence[Lens]
    any_level: Sequence[Lens]


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
            UnseenCellRegression.learn(
                points, targets, known.cells, noise=lens.noise, is_rough=lens.is_rough
            ),
        )

    def answer(self, voltages_v: Matrix, level: float = 0.0) -> tuple[Vector, Vector]:
        """Return mean and deviation for each train."""
        levels = np.full(len(voltages_v), level)
        return self.regression.predict(self.sight.points(voltages_v, levels))


@dataclass(frozen=True, slots=True)
class LensMixture:
    """What was learnt about one kind of cell through the lenses of a version."""

    lenses: ClassVar[Lenses]

    _levels: Vector
    _level: Sequence[_Look]
    _given_level: Sequence[_Look]
    _any_level: Sequence[_Look]

    @classmethod
    def learn(cls, known: KnownPulses) -> Self:
        """Return what these cells teach. Raises: TooFewCells."""
        known.check_cells()
        level, health = known.level_ratio, known.health_ratio
        return cls(
            np.unique(level),
            [_Look.learn(lens, known, level) for lens in cls.lenses.level],
            [_Look.learn(lens, known, health) for lens in cls.lenses.given_level],
            [_Look.learn(lens, known, health) for lens in cls.lenses.any_level],
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
