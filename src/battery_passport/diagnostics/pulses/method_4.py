"""The method `pulse-mixture`, version 4: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

Everything of version 3, and a further witness for the level of charge: regressions through lenses
ask which trains are alike; a discriminant asks on which side of straight borders a train lies, and
errs on other trains.
"""

from battery_passport.diagnostics.pulses.lens_discriminant import LensDiscriminant
from battery_passport.diagnostics.pulses.method_3 import PulseMethod as LookedThroughLenses

METHOD = "pulse-mixture"
VERSION = 4
INDEPENDENT_TRAINS = 1.2
"""All trains of one cell tell as much as this many of different cells."""


class PulseMethod(LensDiscriminant):
    """What was learnt about one kind of cell."""

    __slots__ = ()

    lens_mixture = LookedThroughLenses
