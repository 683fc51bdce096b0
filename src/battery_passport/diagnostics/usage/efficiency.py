"""How much of the energy put in came out again.

In: counted steps. Out: a ratio with the span it was counted over, or None.
Source: EU-2023-1542 annex-vii (energy round trip efficiency).
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.usage.counting import CountedSteps
from battery_passport.foundation.clock import HOUR_MS

_BINS = 50
_ROOM = 1.001
"""A sum taken in another order is nearer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EfficiencyRules:
    """When a ratio may be given. Units: battery energies moved, ratio."""

    least_moved: float = 1.0
    soc_error: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Energy out over energy in, with what the state of charge leaves open either way.

    Units: ratios; kWh; milliseconds since 1970 UTC.
    """

    ratio: float
    low: float
    high: float
    in_kwh: float
    out_kwh: float
    started_ms: float
    ended_ms: float


def energy_efficiency(
    steps: CountedSteps, *, energy_kwh: float, rules: EfficiencyRules
) -> Efficiency | None:
    """Return the efficiency over the longest span that ends as full as it began.

    None where no such span is measured throughout, or too little was moved in it.
    """
    best: tuple[float, int, int] | None = None
    least = rules.least_moved * energy_kwh
    put_in = np.concatenate([[0.0], np.cumsum(-np.minimum(steps.kwh, 0.0))])
    for first, last in _runs(steps):
        # No part of a run moves more than all of it.
        if _ROOM * (put_in[last] - put_in[first]) < max(least, best[0] if best else 0.0):
            continue
        span = _longest(steps.soc_ratio[first:last])
        if span is None:
            continue
        start, end = first + span[0], first + span[1]
        moved = -float(np.minimum(steps.kwh[start:end], 0.0).sum())
        if best is None or moved > best[0]:
            best = (moved, start, end)
    if best is None or best[0] < least:
        return None
    return _efficiency(steps, best[1], best[2], rules.soc_error * energy_kwh)


def _runs(steps: CountedSteps) -> list[tuple[int, int]]:
    """Return stretches without a step that could not be counted."""
    uncounted = np.flatnonzero(steps.hours == 0)
    starts = np.concatenate([[0], uncounted + 1])
    ends = np.concatenate([uncounted, [steps.hours.size]])
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b - a > 1]


def _longest(soc_ratio: Floats) -> tuple[int, int] | None:
    """Return the first and last place of the state of charge whose visits lie furthest apart."""
    known = np.flatnonzero(np.isfinite(soc_ratio))
    if known.size < 2:
        return None
    levels = np.round(soc_ratio[known] * _BINS).astype(np.int64)
    _, first = np.unique(levels, return_index=True)
    _, last = np.unique(levels[::-1], return_index=True)
    last = levels.size - 1 - last
    widest = int(np.argmax(last - first))
    return int(known[first[widest]]), int(known[last[widest]])


def _efficiency(steps: CountedSteps, start: int, end: int, open_kwh: float) -> Efficiency | None:
    kwh = steps.kwh[start:end]
    in_kwh, out_kwh = -float(np.minimum(kwh, 0.0).sum()), float(np.maximum(kwh, 0.0).sum())
    if in_kwh <= open_kwh:
        return None
    return Efficiency(
        ratio=out_kwh / in_kwh,
        low=(out_kwh - open_kwh) / in_kwh,
        high=(out_kwh + open_kwh) / in_kwh,
        in_kwh=in_kwh,
        out_kwh=out_kwh,
        started_ms=float(steps.at_ms[start]) - float(steps.hours[start]) * HOUR_MS,
        ended_ms=float(steps.at_ms[end - 1]),
    )
