"""Made-up pulse trains of cells whose health and level of charge are known."""

import numpy as np

from battery_passport.diagnostics.pulses.model import VOLTAGES, KnownPulses

LEVELS = np.arange(0.05, 0.51, 0.05)


def made_up(cells: int, *, seed: int) -> KnownPulses:
    """Cells whose resistance grows as they fade; their voltage at rest tells the level."""
    random = np.random.default_rng(seed)
    health = np.repeat(random.uniform(0.6, 1.0, cells), len(LEVELS))
    level = np.tile(LEVELS, cells)
    resistance_ohm = 0.02 * (1.0 + 2.0 * (1.0 - health)) * (1.3 - level)
    rest_v = 3.3 + 0.8 * level - 0.1 * (1.0 - health)
    pattern = np.r_[0.0, np.tile([1.0, 1.2, 0.2, 0.0, -1.0, -1.2, -0.2, 0.0], 3)[: VOLTAGES - 1]]
    voltages = rest_v[:, None] + resistance_ohm[:, None] * pattern
    voltages += random.normal(0.0, 2e-4, voltages.shape)
    names = [f"cell-{number}" for number in range(cells) for _ in LEVELS]
    return KnownPulses(voltages, health, level, names)
