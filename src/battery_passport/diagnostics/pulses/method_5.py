"""The method `pulse-mixture`, version 5: state of health from one pulse train.

In: trains of known cells to learn from; then trains of unknown ones. Out: a mixture a train.

That of version 4, with one change: the health whatever the level of charge is asked of a
regression that may bend sharply. Where the level is not known, a small step among the voltages may
lead from the trains of one level to those of the next, and health does not change smoothly there.
"""

from dataclasses import replace

from battery_passport.diagnostics.pulses import method_3
from battery_passport.diagnostics.pulses.lens_discriminant import LensDiscriminant
from battery_passport.diagnostics.pulses.lens_mixture import Lenses, LensMixture

METHOD = "pulse-mixture"
VERSION = 5
INDEPENDENT_TRAINS = 1.2
"""All trains of one cell tell as much as this many of different cells."""

_BEFORE = method_3.PulseMethod.lenses


class _Lenses(LensMixture):
    __slots__ = ()

    lenses = Lenses(
        level=_BEFORE.level,
        given_level=_BEFORE.given_level,
        any_level=tuple(replace(lens, is_rough=True) for lens in _BEFORE.any_level),
    )


class PulseMethod(LensDiscriminant):
    """What was learnt about one kind of cell."""

    __slots__ = ()

    lens_mixture = _Lenses
