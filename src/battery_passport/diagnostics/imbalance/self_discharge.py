"""The method `rest-leak`, version 1: cells that lose charge while the others keep theirs.

In: rests in the order of time. Out: findings, each when an online run would raise it.
A cell that leaks falls behind by as much at every state of charge; one that lost capacity falls
behind the more, the emptier the battery is. Both courses are fitted, and only the former is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.imbalance.neighbours import Floats, row_medians
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.foundation.clock import DAY_MS

NAME = "rest-leak"
VERSION = "1"
KIND = "self_discharge"
_TO_SD = 1.4826
_INTERVAL_SDS = 1.645


@dataclass(frozen=True, slots=True)
class LeakLimits:
    """Units: days; percent of charge a day; volts per unit of charge; ratios to a deviation.

    `least_score` is against the other cells' courses, `least_sureness` against the course's own
    error, `least_preference` against a loss of capacity (sums of squares).
    """

    window_days: float = 30.0
    curve_days: float = 90.0
    every_days: float = 3.0
    fewest_rests: int = 20
    fewest_days: float = 18.0
    reach_ratio: float = 0.06
    least_slope_v: float = 0.15
    least_loss_percent_a_day: float = 0.04
    warning_loss_percent_a_day: float = 0.10
    least_score: float = 12.0
    least_sureness: float = 10.0
    least_preference: float = 1.4
    agreeing: int = 2


V1 = LeakLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakFinding:
    """A cell, counted from 0, that loses charge at rest; `at_ms` is when that was first known.

    The interval is the 90 % one. Units: percent of the cell's charge a day.
    """

    cell: int
    severity: str
    at_ms: int
    loss_percent_a_day: float
    low_percent_a_day: float
    high_percent_a_day: float


@dataclass(frozen=True, slots=True)
class _Courses:
    """Each cell's loss in percent a day, its standard error, and what speaks against capacity."""

    loss: Floats
    error: Floats
    preference: Floats


def find_self_discharge(rests: Sequence[Rest], *, limits: LeakLimits = V1) -> Iterator[LeakFinding]:
    """Return cells that lose charge at rest, in the order in which that is known.

    A cell is found once as a notice, and once more as a warning if it loses more than that limit.
    Nothing for too few rests. Invariant: later rests change no earlier finding.
    """
    if not rests:
        return
    at_ms = np.array([each.at_ms for each in rests])
    agreed: dict[tuple[int, str], int] = {}
    next_ms = at_ms[0] + limits.fewest_days * DAY_MS
    for place in range(len(rests)):
        if at_ms[place] < next_ms:
            continue
        next_ms = at_ms[place] + limits.every_days * DAY_MS
        first = np.searchsorted(at_ms, at_ms[place] - limits.curve_days * DAY_MS)
        courses = _courses(rests[int(first) : place + 1], limits)
        leaking = {} if courses is None else dict(_leaking(courses, limits))
        agreed = {key: agreed.get(key, 0) + 1 for key in leaking}
        for (cell, severity), count in agreed.items():
            if count == limits.agreeing:
                loss, error = leaking[cell, severity]
                yield LeakFinding(
                    cell=cell,
                    severity=severity,
                    at_ms=int(at_ms[place]),
                    loss_percent_a_day=loss,
                    low_percent_a_day=loss - _INTERVAL_SDS * error,
                    high_percent_a_day=loss + _INTERVAL_SDS * error,
                )


def _leaking(
    courses: _Courses, limits: LeakLimits
) -> Iterator[tuple[tuple[int, str], tuple[float, float]]]:
    usual = row_medians(courses.loss[None, :])[0]
    scatter = _TO_SD * row_medians(np.abs(courses.loss - usual)[None, :])[0]
    is_apart = courses.loss - usual >= limits.least_score * scatter
    is_sure = courses.loss >= limits.least_sureness * courses.error
    is_leak = courses.preference >= limits.least_preference
    least = {
        "notice": limits.least_loss_percent_a_day,
        "warning": limits.warning_loss_percent_a_day,
    }
    for severity, loss in least.items():
        large = courses.loss >= loss
        for cell in np.flatnonzero(is_apart & is_sure & is_leak & large).tolist():
            yield (cell, severity), (float(courses.loss[cell]), float(courses.error[cell]))


def _courses(rests: Sequence[Rest], limits: LeakLimits) -> _Courses | None:
    """Return each cell's course over the newest days, None if they say too little."""
    days = np.array([each.at_ms for each in rests]) / DAY_MS
    soc = np.array([each.soc_ratio for each in rests])
    slope_v = _slopes(soc, np.array([each.typical_v for each in rests]), limits)
    usable = (days > days[-1] - limits.window_days) & (slope_v >= limits.least_slope_v)
    if np.count_nonzero(usable) < limits.fewest_rests:
        return None
    days, empty, slope_v = days[usable], 1.0 - soc[usable], slope_v[usable]
    if days[-1] - days[0] < limits.fewest_days:
        return None
    apart_v = np.array([each.apart_v for each, used in zip(rests, usable, strict=True) if used])
    apart_v = np.where(np.isfinite(apart_v).all(axis=0), apart_v, 0.0)
    since = days - days.mean()
    constant = (np.ones(days.size), slope_v, slope_v * empty)
    leak, error, left = _fitted(np.stack([*constant, slope_v * since], axis=1), apart_v)
    _, _, otherwise = _fitted(np.stack([*constant, slope_v * empty * since], axis=1), apart_v)
    return _Courses(-100.0 * leak, 100.0 * error, otherwise / np.maximum(left, 1e-12))


def _fitted(terms: Floats, apart_v: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the last term's factor, its standard error, and the sum of squares left; by cell."""
    inverse = np.linalg.pinv(terms.T @ terms)
    factors = inverse @ (terms.T @ apart_v)
    left = ((apart_v - terms @ factors) ** 2).sum(axis=0)
    freedom = max(1, terms.shape[0] - terms.shape[1])
    return factors[-1], np.sqrt(left / freedom * inverse[-1, -1]), left


def _slopes(soc: Floats, voltage_v: Floats, limits: LeakLimits) -> Floats:
    """Return how steeply the typical cell's voltage rises with charge about each rest.

    By the pack's own rests at about that state of charge; NaN where they do not tell.
    """
    apart = soc[:, None] - soc[None, :]
    weight = np.maximum(0.0, 1.0 - (apart / limits.reach_ratio) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    mean_soc, mean_v = weight @ soc, weight @ voltage_v
    width = weight @ soc**2 - mean_soc**2
    together = weight @ (soc * voltage_v) - mean_soc * mean_v
    return np.where(width > 1e-5, together / np.maximum(width, 1e-5), np.nan)
