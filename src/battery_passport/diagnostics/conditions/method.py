"""The method `conditions-met`, version 1: temperatures and states of charge over a period.

In: a telemetry table, what is declared of the battery. Out: `ConditionsMet`.
Source: EU-2023-1542 annex-xiii point 4(d).
"""

from dataclasses import asdict, dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.usage.counting import COLUMNS, StepRules, count_steps
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

NAME = "conditions-met"
VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Units: ratios of charge, degrees Celsius, hours as in `usage` 1.

    A deep discharge goes below `deep_ratio`; the next counts only after `recovered_ratio`.
    """

    longest_moving_h: float = 120.0 / 3_600.0
    longest_parked_h: float = 12.0
    parked_change: float = 0.02
    warm_celsius: float = 45.0
    cold_celsius: float = 0.0
    deep_ratio: float = 0.1
    recovered_ratio: float = 0.2

    def as_json(self) -> JsonObject:
        """Return the constants by name."""
        return asdict(self)


V1 = Parameters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Lowest, highest and mean over counted time, in one unit."""

    lowest: float
    highest: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionsMet:
    """None where nothing of the kind was measured. Units: degrees Celsius, ratios, hours."""

    celsius: Range | None
    soc_ratio: Range | None
    warm_h: float
    cold_h: float
    deep_discharges: int


def find_conditions(
    table: TelemetryTable, rating: Rating, *, parameters: Parameters = V1
) -> ConditionsMet:
    """Return the conditions a battery was in while it was measured."""
    rules = StepRules(
        longest_moving_h=parameters.longest_moving_h,
        longest_parked_h=parameters.longest_parked_h,
        parked_change=parameters.parked_change,
    )
    steps = count_steps(table.select(COLUMNS), rating, rules)
    return ConditionsMet(
        celsius=_range(steps.celsius, steps.hours),
        soc_ratio=_range(steps.soc_ratio, steps.hours),
        warm_h=float(steps.hours[steps.celsius > parameters.warm_celsius].sum()),
        cold_h=float(steps.hours[steps.celsius < parameters.cold_celsius].sum()),
        deep_discharges=_deep_discharges(steps.soc_ratio, parameters),
    )


def _range(values: Floats, hours: Floats) -> Range | None:
    counted = np.isfinite(values) & (hours > 0)
    if not counted.any():
        return None
    known, weights = values[counted], hours[counted]
    return Range(
        lowest=float(known.min()),
        highest=float(known.max()),
        mean=float((known * weights).sum() / weights.sum()),
    )


def _deep_discharges(soc_ratio: Floats, parameters: Parameters) -> int:
    """Return how often the charge went below the line, having been well above it."""
    known = soc_ratio[np.isfinite(soc_ratio)]
    is_deep, is_well = known < parameters.deep_ratio, known > parameters.recovered_ratio
    turns = np.flatnonzero(is_deep | is_well)
    states = is_deep[turns]
    return int(np.count_nonzero(states[1:] & ~states[:-1])) + int(states.size > 0 and states[0])
