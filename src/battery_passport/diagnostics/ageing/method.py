"""The method `fade-course`, version 1: when a cell reaches the end of its life.

In: courses of cells that reached it; the course of one cell up to now. Out: a forecast.

Two Gaussian processes regress the logarithm of the end of life on what the course looked like after
as many cycles as are known now; the cells they learn from are those that lived longer. Courses
stretched in time answer beside them. They alone answer at a temperature that no cell was learnt at,
since there the processes would extrapolate; elsewhere their disagreement widens the interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.ageing.fade import FadeCourse, end_of_life, smoothed
from battery_passport.diagnostics.ageing.features import heights_and_falls, losses_and_falls
from battery_passport.diagnostics.ageing.stretched import (
    LogForecast,
    WholeCourse,
    stretched_forecast,
)
from battery_passport.diagnostics.gaussian_process import GaussianProcess
from battery_passport.diagnostics.model import NotDetermined

METHOD = "fade-course"
VERSION = 1
LEAST_CELLS = 4
LEAST_CYCLES = 30

_STILL_ALIVE = 1.02
"""A cell alive now will live this much longer at least."""

_WIDENING = 1.5
_DISAGREEMENT_SHARE = 0.5
_Z80 = 1.2816
_VIEWS: tuple[Callable[[NDArray[np.float64], float], NDArray[np.float64]], ...] = (
    heights_and_falls,
    losses_and_falls,
)


@dataclass(frozen=True, slots=True)
class LifeForecast:
    """Cycles at the end of life, and the range that holds the truth eight times in ten."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KnownLife:
    """A cell that reached the end of its life: its course and how many cycles that took."""

    course: FadeCourse
    whole: WholeCourse

    @property
    def end_of_life(self) -> int:
        return self.whole.end_of_life


def known_life(course: FadeCourse) -> KnownLife | None:
    """Return what a cell's whole course teaches, None if it never reached the end of life."""
    end = end_of_life(course)
    return None if end is None else KnownLife(course, WholeCourse(smoothed(course), end))


def forecast_end_of_life(
    course: FadeCourse, lives: Sequence[KnownLife]
) -> LifeForecast | NotDetermined:
    """Return the number of cycles at the end of life with its 80 % interval, or why there is none.

    Units: cycles.
    """
    cycles = len(course)
    longer = [life for life in lives if life.end_of_life > _STILL_ALIVE * cycles]
    if cycles < LEAST_CYCLES:
        return _too_few_cycles(cycles)
    if len(longer) < LEAST_CELLS:
        return _too_few_cells(len(longer))
    smooth = smoothed(course)
    stretched = stretched_forecast(smooth, [life.whole for life in lives])
    if _is_new_temperature(course, lives):
        return _interval(stretched.mean, _WIDENING * stretched.deviation, cycles)
    regressed = _regressed(smooth, course, longer)
    apart = _DISAGREEMENT_SHARE * (regressed.mean - stretched.mean)
    deviation = float(np.hypot(_WIDENING * regressed.deviation, apart))
    return _interval(regressed.mean, deviation, cycles)


def _regressed(
    smooth: NDArray[np.float64], course: FadeCourse, longer: Sequence[KnownLife]
) -> LogForecast:
    """Return the mean of the processes, each weighted by its precision."""
    ends = np.log([life.end_of_life for life in longer])
    then = [life.course.until(len(course)) for life in longer]
    beginnings = [smoothed(each) for each in then]
    means, variances = [], []
    for view in _VIEWS:
        rows = [
            view(beginning, each.reference_ah)
            for beginning, each in zip(beginnings, then, strict=True)
        ]
        process = GaussianProcess.fit(np.array(rows), ends)
        mean, deviation = process.predict(view(smooth, course.reference_ah)[None])
        means.append(float(mean[0]))
        variances.append(float(deviation[0]) ** 2)
    weights = 1.0 / np.array(variances)
    weights /= weights.sum()
    middle = float(weights @ means)
    spread = float(weights @ (np.square(means) + variances)) - middle**2
    return LogForecast(middle, float(np.sqrt(max(spread, 0.0))))


def _is_new_temperature(course: FadeCourse, lives: Sequence[KnownLife]) -> bool:
    if course.temperature_c is None:
        return False
    return all(life.course.temperature_c != course.temperature_c for life in lives)


def _interval(mean: float, deviation: float, cycles: int) -> LifeForecast:
    least = float(np.log(_STILL_ALIVE * cycles))
    ends = (mean, mean - _Z80 * deviation, mean + _Z80 * deviation)
    value, low, high = (float(np.exp(max(end, least))) for end in ends)
    return LifeForecast(value, low, high)


def _too_few_cycles(cycles: int) -> NotDetermined:
    return NotDetermined(
        "too-few-cycles",
        f"{cycles} cycles are known; {LEAST_CYCLES} are needed.",
        {"cycles": cycles, "needed": LEAST_CYCLES},
    )


def _too_few_cells(cells: int) -> NotDetermined:
    return NotDetermined(
        "too-few-cells-known",
        f"{cells} cells of this kind are known to the end of a longer life; "
        f"{LEAST_CELLS} are needed.",
        {"cells": cells, "needed": LEAST_CELLS},
    )
