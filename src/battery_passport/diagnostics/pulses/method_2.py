"""The method `pulse-mixture`, version 2: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

Like version 1 it gives, for each level of charge met while learning, a weight and the health that
this level would mean. Three questions are asked, each through several lenses: which level is it,
which health is it were the level known, and which health is it whatever the level. Their answers
are normal distributions; their product, each to the power of its share, is a mixture again.
"""

from battery_passport.diagnostics.pulses.lens_mixture import Lenses, LensMixture
from battery_passport.diagnostics.pulses.sights import Lens

METHOD = "pulse-mixture"
VERSION = 2


class PulseMethod(LensMixture):
    """What was learnt about one kind of cell."""

    __slots__ = ()

    lenses = Lenses(
        level=(
            Lens("logarithms", 0.6, 30.0, 2e-4),
            Lens("each", 0.4, 35.0, 7e-4),
            Lens("logarithms", 1.7, 49.0, 5e-6),
        ),
        given_level=(
            Lens("each", 1.8, 50.0, 5e-3, level_length=0.048),
            Lens("even", 0.3, 50.0, 1e-2, level_length=0.1),
        ),
        any_level=(
            Lens("logarithms", 0.75, 13.0, 5e-4),
            Lens("each", 0.5, 11.0, 2e-4),
            Lens("logarithms", 0.5, 8.0, 4e-3),
        ),
    )
