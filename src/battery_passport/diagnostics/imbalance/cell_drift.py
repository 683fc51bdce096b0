"""The method `cell-drift`, version 1: cells that stand apart from their neighbours day after day.

In: cell voltages in the order of time. Out: findings, each when an online run would raise it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance.neighbours import (
    Floats,
    deviations,
    row_medians,
    spread,
)
from battery_passport.foundation.clock import DAY_MS

NAME = "cell-drift"
VERSION = "1"
KIND = "cell_drift"


@dataclass(frozen=True, slots=True)
class DriftLimits:
    """Units: volts, samples, days; `reach` in cells; a score is a deviation over the spread."""

    reach: int = 8
    least_spread_v: float = 0.003
    least_score: float = 6.0
    least_deviation_v: float = 0.020
    warning_deviation_v: float = 0.060
    fewest_samples: int = 20
    days: int = 3
    within_days: int = 10


V1 = DriftLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFinding:
    """A cell, counted from 0, that stands apart; `at_ms` is when that was first known.

    `deviation_v` and `score` are those of the day that settled it.
    """

    cell: int
    severity: str
    at_ms: int
    deviation_v: float
    score: float


def find_drift(
    sampled_at_ms: NDArray[np.int64],
    cell_voltage_v: Floats,
    *,
    day_offset_ms: int = 0,
    limits: DriftLimits = V1,
) -> Iterator[DriftFinding]:
    """Return cells that stand apart, in the order in which that is known.

    A cell is found once as a notice, and once more as a warning if its deviation grows beyond that
    limit. Days begin at midnight UTC plus `day_offset_ms`.
    Shape: (samples,), (samples, cells). Invariant: later samples change no earlier finding.
    """
    days = (sampled_at_ms + day_offset_ms) // DAY_MS
    watch = _Watch(cell_voltage_v.shape[1], limits)
    starts = np.flatnonzero(np.diff(days)) + 1
    for first, past in zip([0, *starts], starts, strict=False):
        yield from watch.close_day(
            int(days[first]),
            day_deviation(cell_voltage_v[first:past], limits),
            known_at_ms=int(sampled_at_ms[past]),
        )


def find_drift_of_days(
    days: Iterable[tuple[int, Floats | None, int]], *, cells: int, limits: DriftLimits = V1
) -> Iterator[DriftFinding]:
    """Return what `find_drift` does, from closed days: number, `day_deviation`, when known."""
    watch = _Watch(cells, limits)
    for day, typical_v, known_at_ms in days:
        yield from watch.close_day(day, typical_v, known_at_ms=known_at_ms)


class _Watch:
    """Remembers on which days each cell stood apart, and what was found already."""

    def __init__(self, cells: int, limits: DriftLimits) -> None:
        self._limits = limits
        self._days_apart: dict[str, list[list[int]]] = {
            severity: [[] for _ in range(cells)] for severity in ("notice", "warning")
        }
        self._found: set[tuple[int, str]] = set()

    def close_day(
        self, day: int, typical_v: Floats | None, *, known_at_ms: int
    ) -> Iterator[DriftFinding]:
        limits = self._limits
        if typical_v is None:
            return
        healthy_v = np.fmax(spread(typical_v, reach=2 * limits.reach), limits.least_spread_v)
        score = typical_v / healthy_v
        stands_apart = np.abs(score) >= limits.least_score
        least_v = {"notice": limits.least_deviation_v, "warning": limits.warning_deviation_v}
        for severity, deviation_v in least_v.items():
            for cell in np.flatnonzero(stands_apart & (np.abs(typical_v) >= deviation_v)).tolist():
                if self._is_settled(day, cell, severity):
                    yield DriftFinding(
                        cell=cell,
                        severity=severity,
                        at_ms=known_at_ms,
                        deviation_v=float(typical_v[cell]),
                        score=float(score[cell]),
                    )

    def _is_settled(self, day: int, cell: int, severity: str) -> bool:
        """Return whether this day is the one that settles a finding not made before."""
        days = self._days_apart[severity][cell]
        days.append(day)
        recent = [each for each in days if each > day - self._limits.within_days]
        if len(recent) < self._limits.days or (cell, severity) in self._found:
            return False
        self._found.add((cell, severity))
        return True


def day_deviation(voltage_v: Floats, limits: DriftLimits) -> Floats | None:
    """Return each cell's typical deviation over a day, None if the day has too few samples.

    NaN for a cell that was measured in less than half of them. Shape: (samples, cells) in,
    (cells,) out.
    """
    if voltage_v.shape[0] < limits.fewest_samples:
        return None
    apart_v = deviations(voltage_v, reach=limits.reach)
    is_enough = 2 * np.count_nonzero(np.isfinite(apart_v), axis=0) >= apart_v.shape[0]
    return np.where(is_enough, row_medians(apart_v.T), np.nan)
