"""The method `usage`, version 1: what a battery went through, as far as it was measured.

In: a telemetry table, what is declared of the battery. Out: `UsageFigures`.
Source: EU-2023-1542 annex-vii, annex-xiii point 4; the Korean inspection body's nine items.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from battery_passport.diagnostics.cleaning import Booleans
from battery_passport.diagnostics.estimate import moment
from battery_passport.diagnostics.usage.charges import (
    ChargeRules,
    CountedCharge,
    find_charges,
    is_fast,
)
from battery_passport.diagnostics.usage.counting import (
    COLUMNS,
    CountedSteps,
    StepRules,
    count_steps,
)
from battery_passport.diagnostics.usage.efficiency import (
    Efficiency,
    EfficiencyRules,
    energy_efficiency,
)
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

NAME = "usage"
VERSION = "1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY_CAPACITY_AH = 100.0
_TYPICAL_CELL_V = 3.7
_ANY_CELLS = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Beyond which a state is an extreme. Units: degrees Celsius, ratios."""

    warm_celsius: float = 45.0
    cold_celsius: float = 0.0
    full: float = 0.9
    empty: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that the method's figures depend on besides the measurements."""

    steps: StepRules = field(default_factory=StepRules)
    charges: ChargeRules = field(default_factory=ChargeRules)
    efficiency: EfficiencyRules = field(default_factory=EfficiencyRules)
    lines: Lines = field(default_factory=Lines)


V1 = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFigures:
    """What was counted. Units: hours, Ah, kWh; `full_cycles` is charge given over the capacity.

    `full_cycles` is None where the rated capacity is not known, `efficiency` where no span was
    measured throughout.
    """

    started_at: datetime | None
    ended_at: datetime | None
    covered_h: float
    charged_ah: float
    discharged_ah: float
    charged_kwh: float
    discharged_kwh: float
    full_cycles: float | None
    charges: tuple[CountedCharge, ...]
    fast_charges: int
    warm_h: float
    cold_h: float
    full_h: float
    empty_h: float
    efficiency: Efficiency | None

    def as_json(self) -> JsonObject:
        """Return the figures as `diagnose --json` prints them."""
        return {
            "method": NAME,
            "version": VERSION,
            "started_at": None if self.started_at is None else moment(self.started_at),
            "ended_at": None if self.ended_at is None else moment(self.ended_at),
            "covered_hours": round(self.covered_h, 1),
            "charged_ah": round(self.charged_ah, 1),
            "discharged_ah": round(self.discharged_ah, 1),
            "charged_kwh": round(self.charged_kwh, 1),
            "discharged_kwh": round(self.discharged_kwh, 1),
            "full_cycles": None if self.full_cycles is None else round(self.full_cycles, 1),
            "charges": len(self.charges),
            "fast_charges": self.fast_charges,
            "hours_above_45_celsius": round(self.warm_h, 1),
            "hours_below_0_celsius": round(self.cold_h, 1),
            "hours_above_90_percent": round(self.full_h, 1),
            "hours_below_10_percent": round(self.empty_h, 1),
            "energy_efficiency": _efficiency_json(self.efficiency),
        }


def count_usage(table: TelemetryTable, rating: Rating, *, rules: Rules = V1) -> UsageFigures:
    """Return what a battery went through in the time that was measured."""
    table = table.select(COLUMNS)
    steps = count_steps(table, rating, rules.steps)
    capacity_ah = rating.rated_capacity_ah or _ANY_CAPACITY_AH
    energy_kwh = capacity_ah * _TYPICAL_CELL_V * (rating.cells_in_series or _ANY_CELLS) / 1_000.0
    charges = find_charges(steps, capacity_ah=capacity_ah, rules=rules.charges)
    lines = rules.lines
    times = table.sampled_at_ms
    given_ah = float(np.maximum(steps.ah, 0.0).sum())
    return UsageFigures(
        started_at=_moment(float(times[0])) if times.size else None,
        ended_at=_moment(float(times[-1])) if times.size else None,
        covered_h=float(steps.hours.sum()),
        charged_ah=-float(np.minimum(steps.ah, 0.0).sum()),
        discharged_ah=given_ah,
        charged_kwh=-float(np.minimum(steps.kwh, 0.0).sum()),
        discharged_kwh=float(np.maximum(steps.kwh, 0.0).sum()),
        full_cycles=None if rating.rated_capacity_ah is None else given_ah / capacity_ah,
        charges=charges,
        fast_charges=sum(is_fast(charge, rules.charges) for charge in charges),
        warm_h=_hours(steps, steps.celsius > lines.warm_celsius),
        cold_h=_hours(steps, steps.celsius < lines.cold_celsius),
        full_h=_hours(steps, steps.soc_ratio > lines.full),
        empty_h=_hours(steps, steps.soc_ratio < lines.empty),
        efficiency=energy_efficiency(steps, energy_kwh=energy_kwh, rules=rules.efficiency),
    )


def _hours(steps: CountedSteps, chosen: Booleans) -> float:
    return float(steps.hours[chosen].sum())


def _moment(at_ms: float) -> datetime:
    return _EPOCH + timedelta(milliseconds=at_ms)


def _efficiency_json(found: Efficiency | None) -> JsonObject | None:
    if found is None:
        return None
    return {
        "value_percent": round(100.0 * found.ratio, 1),
        "low_percent": round(100.0 * found.low, 1),
        "high_percent": round(100.0 * found.high, 1),
        "in_kwh": round(found.in_kwh, 1),
        "out_kwh": round(found.out_kwh, 1),
        "started_at": moment(_moment(found.started_ms)),
        "ended_at": moment(_moment(found.ended_ms)),
    }
