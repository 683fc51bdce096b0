"""What versions 4 and later of `pulse-mixture` have in common: lenses and a discriminant.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from battery_passport.diagnostics.pulses.lens_mixture import LensMixture
from battery_passport.diagnostics.pulses.level_discriminant import LevelDiscriminant
from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Mixture


@dataclass(frozen=True, slots=True)
class LensDiscriminant:
    """What was learnt about one kind of cell, through the lenses of a version."""

    lens_mixture: ClassVar[type[LensMixture]]

    _seen: LensMixture
    _discriminant: LevelDiscriminant

    @classmethod
    def learn(cls, known: KnownPulses) -> Self:
        """Return what these cells teach. Raises: TooFewCells."""
        return cls(cls.lens_mixture.learn(known), LevelDiscriminant.learn(known))

    def estimate(self, voltages_v: Matrix) -> Mixture:
        """Return what each train says. Shape: voltages n x 21."""
        return self._seen.estimate(voltages_v).weighted(
            self._discriminant.probabilities(voltages_v)
        )
