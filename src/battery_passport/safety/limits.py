"""Limits of the thermal event rule.

In: nothing. Out: one frozen table, an operator's to change; these are no law. One signal alone
raises nothing, so each may be sensitive. Two real cars at their most uneven: a cell lost 3.6 % more
than the others, a probe was 5 degrees above the middle, insulation fell to 27 % of what was usual.
"""

from dataclasses import dataclass
from typing import Final

SIGNALS_NEEDED: Final = 2
"""So many of the four signals, in one sample, raise an alarm."""

FALLEN_RATIO: Final = 0.94
"""A cell that lost 8 % is 6 % below the typical one, for none is a fiftieth above it."""

EMPTY_PACK_MV: Final = 3_150
"""All cells together lose a quarter only below what any pack in use shows."""


@dataclass(frozen=True, slots=True)
class ThermalLimits:
    """Units: as the names end; ratios to what was usual before."""

    memory_s: float = 600.0
    # A cell against the other cells, and all cells together.
    cell_loss_ratio: float = 0.08
    pack_loss_ratio: float = 0.25
    dead_cell_v: float = 2.0
    living_pack_v: float = 3.0
    # The hottest probe.
    hot_celsius: float = 60.0
    warm_celsius: float = 40.0
    apart_celsius: float = 10.0
    rise_celsius: float = 10.0
    # Insulation: 100 ohm per volt is where people are no longer protected.
    insulation_ohm_per_v: float = 100.0
    insulation_half_ratio: float = 0.5
    insulation_fall_ratio: float = 0.2
    highest_own_level: int = 3
    # An own alarm that was up for so much of the time remembered is no news.
    standing_ratio: float = 0.5
