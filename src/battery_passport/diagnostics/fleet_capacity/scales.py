"""How far the BMS of a model's cars errs, learned from the same cars.

In: what came out of each car in a round of learning. Out: constants with the learned scales.
Each scale begins at the published value, which counts as much as a few cars or charges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import Floats
from battery_passport.diagnostics.fleet_capacity.constants import LEARNED, Constants, with_scales
from battery_passport.diagnostics.fleet_capacity.system import (
    BEND,
    CHARGE_BEND,
    FIRST_MODE,
    OFFSET,
    WEAR,
    Guess,
    Normal,
)

_WORTH: Mapping[str, float] = {
    "car_bend_sd": 8.0,
    "charge_bend_sd": 10.0,
    "charge_offset_sd": 10.0,
    "wander_sd": 4.0,
    "wear_scatter_ratio": 8.0,
}


@dataclass(slots=True, kw_only=True)
class Tally:
    """Sums of squares, each with what remains uncertain of it, and of how many."""

    squares: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LEARNED, 0.0))
    counts: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LEARNED, 0.0))

    def add(self, guess: Guess, equations: Normal, inverse: Floats, constants: Constants) -> None:
        """Add one car. `inverse`: the covariance of its own unknowns."""
        own = guess.car.size
        modes = slice(FIRST_MODE + constants.own_modes, own)
        known = np.diag(inverse)
        self._add("car_bend_sd", guess.car[BEND] ** 2 + known[BEND], 1.0)
        self._add("wear_scatter_ratio", guess.car[WEAR] ** 2 + known[WEAR], 1.0)
        waves = guess.car[modes] ** 2 + known[modes]
        self._add("wander_sd", float(waves.sum()) * constants.wander_sd**2, waves.size)
        pulls = equations.inner @ equations.crossed[:, :, :own]
        spread = equations.inner + pulls @ inverse @ pulls.transpose(0, 2, 1)
        for name, place in (("charge_bend_sd", CHARGE_BEND), ("charge_offset_sd", OFFSET)):
            each = guess.charges[:, place] ** 2 + spread[:, place, place]
            self._add(name, float(each.sum()), each.size)

    def _add(self, name: str, squares: float, count: float) -> None:
        self.squares[name] += float(squares)
        self.counts[name] += float(count)

    def learned(self, published: Constants) -> Constants:
        """Return the constants with the scales that the sums suggest."""
        found: dict[str, float] = {}
        for name in LEARNED:
            before = getattr(published, name)
            total = _WORTH[name] * before**2 + self.squares[name]
            found[name] = float(np.sqrt(total / (_WORTH[name] + self.counts[name])))
        return with_scales(published, found)
