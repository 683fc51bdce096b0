"""The method `module-spread`, version 1: modules that stand apart from the others, or drift away.

In: rests in the order of time, how many cells each module holds. Out: where each module stands now,
and findings, each when an online run would raise it.
Only weeks that are over are judged, each by the middle of its rests; so a module that stands apart
in two weeks one after the other is known at the first rest of the third.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance import reasons
from battery_passport.diagnostics.imbalance.model import ModuleFinding, Modules, ModuleStanding
from battery_passport.diagnostics.imbalance.neighbours import Floats, row_medians
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.diagnostics.model import NotDetermined
from battery_passport.foundation.clock import DAY_MS

_WEEK_MS = 7 * DAY_MS
_DAYS_A_MONTH = 30.0
_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class ModuleLimits:
    """Units: volts, volts a month of 30 days, weeks, rests.

    A score is how far a module lies from the middle one over how far modules usually lie apart.
    """

    fewest_modules: int = 4
    fewest_rests: int = 3
    weeks: int = 13
    agreeing: int = 2
    fewest_drift_weeks: int = 6
    least_score: float = 6.0
    least_spread_v: float = 0.0015
    least_deviation_v: float = 0.010
    warning_deviation_v: float = 0.030
    least_drift_spread_v: float = 0.0005
    least_drift_v: float = 0.005
    warning_drift_v: float = 0.015


V1 = ModuleLimits()


def judge_modules(
    rests: Sequence[Rest], cells_per_module: Sequence[int] | None, *, limits: ModuleLimits = V1
) -> Modules | NotDetermined:
    """Return where modules stood in the last two weeks that are over, or why that is not known."""
    if cells_per_module is None:
        return reasons.NO_MODULES
    if len(cells_per_module) < limits.fewest_modules:
        return reasons.too_few_modules(len(cells_per_module), limits.fewest_modules)
    measured = next((each.cells_half_mv.size for each in reversed(rests)), 0)
    if measured and measured != sum(cells_per_module):
        return reasons.other_modules(sum(cells_per_module), measured)
    weeks = tuple(_weeks(rests, cells_per_module, limits))
    if len(weeks) < limits.agreeing:
        return reasons.TOO_FEW_RESTS
    deviation_v = row_medians(np.array([each.apart_v for each in weeks[-limits.agreeing :]]).T)
    if not np.isfinite(deviation_v).all():
        return reasons.UNMEASURED_MODULES
    drift_v = _drift(weeks, limits)
    return Modules(
        until_ms=weeks[-1].past_ms,
        rests=sum(each.rests for each in weeks[-limits.agreeing :]),
        standings=tuple(
            _standings(
                cells_per_module,
                (deviation_v, _score(deviation_v, limits.least_spread_v)),
                (drift_v, _score(drift_v, limits.least_drift_spread_v)),
            )
        ),
        findings=tuple(_findings(weeks, cells_per_module, limits)),
    )


@dataclass(frozen=True, slots=True)
class _Week:
    """Each module against the middle one over a week that is over. Shape: apart_v (modules,)."""

    number: int
    past_ms: int
    rests: int
    apart_v: Floats


def _weeks(
    rests: Sequence[Rest], cells_per_module: Sequence[int], limits: ModuleLimits
) -> Iterator[_Week]:
    """Yield the newest weeks that are over, those with enough rests."""
    if not rests:
        return
    newest = rests[-1].at_ms // _WEEK_MS
    cells = sum(cells_per_module)
    used = [
        each
        for each in rests
        if each.cells_half_mv.size == cells and each.at_ms // _WEEK_MS >= newest - limits.weeks
    ]
    if not used:
        return
    number = np.array([each.at_ms // _WEEK_MS for each in used], dtype=np.int64)
    starts = np.flatnonzero(np.diff(number, prepend=-1)).tolist()
    apart_v = _apart(np.array([each.cells_half_mv for each in used]), cells_per_module)
    for first, past in pairwise(starts):
        if past - first >= limits.fewest_rests:
            yield _Week(
                number=int(number[first]),
                past_ms=used[past].at_ms,
                rests=past - first,
                apart_v=row_medians(apart_v[first:past].T),
            )


def _apart(half_mv: NDArray[np.int16], cells_per_module: Sequence[int]) -> Floats:
    """Return each module's middle cell against the middle module. Shape: (rests, cells) in."""
    cells_v = np.where(half_mv < 0, np.nan, half_mv / 2_000.0)
    ends = np.cumsum([0, *cells_per_module])
    modules_v = np.stack(
        [row_medians(cells_v[:, first:past]) for first, past in pairwise(ends.tolist())], axis=1
    )
    apart_v: Floats = modules_v - row_medians(modules_v)[:, None]
    return apart_v


def _score(values: Floats, least_spread: float) -> Floats:
    """Return how many usual distances each module lies from the middle one."""
    middle = row_medians(values[None, :])[0]
    usual = _TO_SD * row_medians(np.abs(values - middle)[None, :])[0]
    score: Floats = (values - middle) / np.fmax(usual, least_spread)
    return score


def _drift(weeks: Sequence[_Week], limits: ModuleLimits) -> Floats:
    """Return each module's drift in volts a month, NaN for too few weeks.

    The middle of the slopes between all pairs of weeks: a few odd weeks do not move it.
    """
    apart_v = np.array([each.apart_v for each in weeks])
    if len(weeks) < limits.fewest_drift_weeks:
        return np.full(apart_v.shape[1], np.nan)
    months = np.array([each.number for each in weeks]) * 7.0 / _DAYS_A_MONTH
    early, late = np.triu_indices(len(weeks), k=1)
    slopes = (apart_v[late] - apart_v[early]) / (months[late] - months[early])[:, None]
    return row_medians(slopes.T)


def _standings(
    cells_per_module: Sequence[int], apart: tuple[Floats, Floats], drift: tuple[Floats, Floats]
) -> Iterator[ModuleStanding]:
    ends = np.cumsum([0, *cells_per_module]).tolist()
    columns = zip(*apart, *drift, strict=True)
    for module, (deviation_v, score, drift_v, drift_score) in enumerate(columns):
        yield ModuleStanding(
            module=module,
            first_cell=ends[module],
            last_cell=ends[module + 1] - 1,
            deviation_v=float(deviation_v),
            score=float(score),
            drift_v_a_month=float(drift_v) if np.isfinite(drift_v) else None,
            drift_score=float(drift_score) if np.isfinite(drift_score) else None,
        )


def _findings(
    weeks: Sequence[_Week], cells_per_module: Sequence[int], limits: ModuleLimits
) -> Iterator[ModuleFinding]:
    """Yield modules beyond the lines, once as a notice and once more as a warning."""
    found: set[tuple[int, bool, str]] = set()
    earlier: set[tuple[int, bool, str]] = set()
    for place, week in enumerate(weeks):
        drift_v = _drift(weeks[: place + 1], limits)
        standings = tuple(
            _standings(
                cells_per_module,
                (week.apart_v, _score(week.apart_v, limits.least_spread_v)),
                (drift_v, _score(drift_v, limits.least_drift_spread_v)),
            )
        )
        beyond = dict(_beyond(standings, limits))
        for key in sorted((beyond.keys() & earlier) - found):
            found.add(key)
            _, drifts, severity = key
            yield ModuleFinding(
                standing=beyond[key], drifts=drifts, severity=severity, at_ms=week.past_ms
            )
        earlier = set(beyond)


def _beyond(
    standings: Sequence[ModuleStanding], limits: ModuleLimits
) -> Iterator[tuple[tuple[int, bool, str], ModuleStanding]]:
    """Yield module, whether it is its drift, and severity of what lies beyond the lines."""
    lines = (
        ("notice", limits.least_deviation_v, limits.least_drift_v),
        ("warning", limits.warning_deviation_v, limits.warning_drift_v),
    )
    for each in standings:
        for severity, least_v, least_drift_v in lines:
            if abs(each.score) >= limits.least_score and abs(each.deviation_v) >= least_v:
                yield (each.module, False, severity), each
            drift_v, drift_score = each.drift_v_a_month, each.drift_score
            if drift_v is None or drift_score is None:
                continue
            if abs(drift_score) >= limits.least_score and abs(drift_v) >= least_drift_v:
                yield (each.module, True, severity), each
