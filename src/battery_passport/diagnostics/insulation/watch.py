"""The method `insulation`, version 1: too low by UN R100, or falling, day by day.

In: insulation resistance and pack voltage of closed days. Out: findings, when they are known.
Source: UN R100 §5.1.3.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

NAME = "insulation"
VERSION = "1"
KIND = "insulation"
_OHM_PER_KOHM = 1_000.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class InsulationLimits:
    """Units: ohm per volt; ratio to the middle of the days before; days; samples.

    100 Ω/V is asked of a direct-current circuit, 500 Ω/V where an alternating one is joined to it.
    """

    critical_ohm_per_v: float = 100.0
    warning_ohm_per_v: float = 500.0
    fallen_ratio: float = 0.5
    days: int = 2
    within_days: int = 5
    usual_days: int = 30
    fewest_usual_days: int = 5
    newest_left_out_days: int = 3
    fewest_samples: int = 10


V1 = InsulationLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class InsulationDay:
    """A day's middle insulation; `known_at_ms` is when the day was over for the watcher."""

    day: int
    known_at_ms: int
    ohm_per_v: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InsulationFinding:
    """Insulation that is too low or has fallen. `usual_ohm_per_v`: None before any was usual."""

    severity: str
    at_ms: int
    ohm_per_v: float
    usual_ohm_per_v: float | None


def insulation_of_days(
    insulation_kohm: Floats,
    pack_voltage_v: Floats,
    days: Sequence[tuple[int, int]],
    *,
    limits: InsulationLimits = V1,
) -> Iterator[float | None]:
    """Yield each day's middle insulation in ohm per volt, None if it was measured too rarely.

    A day is its rows from the first to the past one. The voltage is the day's highest: the limit
    has to hold at the working voltage.
    """
    known, volts = (
        np.isfinite(insulation_kohm),
        np.where(np.isfinite(pack_voltage_v), pack_voltage_v, 0.0),
    )
    measured = insulation_kohm[known]
    places = np.concatenate([[0], np.cumsum(known)])
    for first, past in days:
        ordered = np.sort(measured[places[first] : places[past]])
        highest_v = float(volts[first:past].max(initial=0.0))
        if ordered.size < limits.fewest_samples or highest_v <= 0.0:
            yield None
            continue
        middle = ordered.size // 2
        middle_kohm = 0.5 * float(ordered[middle] + ordered[-1 - middle])
        yield middle_kohm * _OHM_PER_KOHM / highest_v


def find_insulation(
    days: Iterable[InsulationDay], *, limits: InsulationLimits = V1
) -> Iterator[InsulationFinding]:
    """Return what is found, each severity once, in the order in which it is known.

    The days are in the order of time. Invariant: later days change no earlier finding.
    """
    seen: deque[InsulationDay] = deque()
    told: set[str] = set()
    low_days: dict[str, list[int]] = {}
    for each in days:
        past = each.day - limits.newest_left_out_days
        while seen and seen[0].day < past - limits.usual_days:
            seen.popleft()
        usual = _usual(seen, past, limits)
        for severity in _severities(each.ohm_per_v, usual, limits):
            low = low_days.setdefault(severity, [])
            low.append(each.day)
            agreeing = sum(day > each.day - limits.within_days for day in low)
            if agreeing >= limits.days and severity not in told:
                told.add(severity)
                yield InsulationFinding(
                    severity=severity,
                    at_ms=each.known_at_ms,
                    ohm_per_v=each.ohm_per_v,
                    usual_ohm_per_v=usual,
                )
        seen.append(each)


def _severities(ohm_per_v: float, usual: float | None, limits: InsulationLimits) -> Iterator[str]:
    if usual is not None and ohm_per_v < limits.fallen_ratio * usual:
        yield "notice"
    if ohm_per_v < limits.warning_ohm_per_v:
        yield "warning"
    if ohm_per_v < limits.critical_ohm_per_v:
        yield "critical"


def _usual(seen: Iterable[InsulationDay], past: int, limits: InsulationLimits) -> float | None:
    """Return what was usual in the month that ended some days ago."""
    before = [each.ohm_per_v for each in seen if each.day < past]
    return median(before) if len(before) >= limits.fewest_usual_days else None
