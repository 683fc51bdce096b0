"""The method `pulse-mixture`, version 3: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

The questions are those of version 2: which level is it, which health is it were the level known,
and which health whatever the level. New are ways of looking that do not mind how a cell was
clamped, nor much in what cells of one health differ anyway.
"""

from battery_passport.diagnostics.pulses.lens_mixture import Lenses, LensMixture
from battery_passport.diagnostics.pulses.sights import Lens

METHOD = "pulse-mixture"
VERSION = 3
INDEPENDENT_TRAINS = 1.2
"""All trains of one cell tell as much as this many of different cells."""


class PulseMethod(LensMixture):
    """What was learnt about one kind of cell."""

    __slots__ = ()

    lenses = Lenses(
        level=(
            Lens("each", 0.4, 35.0, 7e-4),
            Lens("unclamped logarithms", 1.1, 15.0, 1e-4),
            Lens("unclamped logarithms", 0.35, 50.0, 6e-5),
            Lens("unlike cells", 0.6, 14.0, 4e-3),
        ),
        given_level=(
            Lens("each", 1.8, 50.0, 5e-3, level_length=0.048),
            Lens("shape", 1.1, 18.0, 5e-3, level_length=0.036),
            Lens("logarithms", 2.1, 80.0, 3e-3, level_length=0.035),
            Lens("unlike cells", 1.5, 30.0, 5e-3, level_length=0.06),
        ),
        any_level=(
            Lens("logarithms", 0.75, 13.0, 5e-4),
            Lens("logarithms", 0.5, 8.0, 4e-3),
            Lens("unclamped logarithms", 0.6, 11.0, 4e-4),
            Lens("unclamped logarithms", 1.1, 13.0, 1e-4),
            Lens("unlike cells", 0.6, 14.0, 4e-3),
        ),
    )
