"""The method `pulse-mixture`, version 4: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

Everything of version 3, and a further witness for the level of charge: regressions through lenses
ask which trains are alike; a discriminant asks on which side of straight borders a train lies, and
errs on other trains.
"""

from dataclasses import dataclass

from battery_passport.diagnostics.pulses.level_discriminant import LevelDiscriminant
from battery_passport.diagnostics.pulses.method_3 import PulseMethod as LookedThroughLenses
from battery_passport.diagnostics.pulses.model import KnownPulses, Matrix, Mixture

METHOD = "pulse-mixture"
VERSION = 4
INDEPENDENT_TRAINS = 1.2
"""All trains of one cell tell as much as this many of different cells."""


@dataclass(frozen=True, slots=True)
class PulseMethod:
    """What was learnt about one kind of cell."""

    _lenses: LookedThroughLenses
    _discriminant: LevelDiscriminant

    @classmethod
    def learn(cls, known: KnownPulses) -> "PulseMethod":
        """Return what these cells teach. Raises: TooFewCells."""
        return cls(LookedThroughLenses.learn(known), LevelDiscriminant.learn(known))

    def estimate(self, voltages_v: Matrix) -> Mixture:
        """Return what each train says. Shape: voltages n x 21."""
        return self._lenses.estimate(voltages_v).weighted(
            self._discriminant.probabilities(voltages_v)
        )
