"""Charges told apart, and which of them were fast.

In: counted steps. Out: one entry for each charge.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Integers
from battery_passport.diagnostics.usage.counting import CountedSteps
from battery_passport.foundation.clock import HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRules:
    """What makes a charge, and a fast one. Units: hours, Ah ratio, 1/h.

    Regenerative braking ends within minutes and moves little; a fast charge is one of more than
    half the capacity an hour, where an alternating-current charger of 22 kW stays below.
    """

    longest_pause_h: float = 0.5
    least_ratio: float = 0.02
    fast_per_h: float = 0.5


@dataclass(frozen=True, slots=True)
class CountedCharge:
    """One charge; `fastest_per_h` is its mean current over the middle half, over the capacity."""

    started_ms: float
    ended_ms: float
    charged_ah: float
    charged_kwh: float
    fastest_per_h: float


def find_charges(
    steps: CountedSteps, *, capacity_ah: float, rules: ChargeRules
) -> tuple[CountedCharge, ...]:
    """Return the charges in the order of time."""
    charging = np.flatnonzero((steps.ah < 0) & (steps.moving_hours > 0))
    if charging.size == 0:
        return ()
    ends = _ends(steps, charging, rules)
    # Most are no more than a car's braking: only what may be a charge is looked at one by one.
    roughly_ah = np.add.reduceat(-steps.ah[charging], np.concatenate([[0], ends]))
    may_be = roughly_ah >= _NEARLY * rules.least_ratio * capacity_ah
    found = []
    for number in np.flatnonzero(may_be).tolist():
        first = int(ends[number - 1]) if number else 0
        past = int(ends[number]) if number < ends.size else charging.size
        charge = _charge(steps, charging[first:past], capacity_ah)
        if charge.charged_ah >= rules.least_ratio * capacity_ah:
            found.append(charge)
    return tuple(found)


def is_fast(charge: CountedCharge, rules: ChargeRules) -> bool:
    """Tell whether a charge was a fast one."""
    return charge.fastest_per_h >= rules.fast_per_h


def _ends(steps: CountedSteps, charging: Integers, rules: ChargeRules) -> Integers:
    """Return where one charge ends: a long pause, or a drive between."""
    pause_h = np.diff(steps.at_ms[charging]) / HOUR_MS
    driven_ah = np.concatenate([[0.0], np.cumsum(np.maximum(steps.ah, 0.0))])
    driven = np.diff(driven_ah[charging])
    ends: Integers = np.flatnonzero((pause_h > rules.longest_pause_h) | (driven > _DRIVEN_AH)) + 1
    return ends


_NEARLY = 0.999
"""A sum taken in another order is nearer than this."""

_DRIVEN_AH = 0.5
"""More than this drawn between two charging steps is a drive, not the car's own small needs."""


def _charge(steps: CountedSteps, places: Integers, capacity_ah: float) -> CountedCharge:
    ah, hours = -steps.ah[places], steps.moving_hours[places]
    quarter = places.size // 4
    middle = slice(quarter, places.size - quarter)
    pace = float(ah[middle].sum() / max(hours[middle].sum(), 1e-9))
    first_h = float(hours[0])
    return CountedCharge(
        started_ms=float(steps.at_ms[places[0]]) - first_h * HOUR_MS,
        ended_ms=float(steps.at_ms[places[-1]]),
        charged_ah=float(ah.sum()),
        charged_kwh=float(-steps.kwh[places].sum()),
        fastest_per_h=pace / capacity_ah,
    )
