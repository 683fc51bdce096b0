"""Capacity from many swings: state of charge gone through in all, over charge counted in all.

In: swings of one anchor. Out: state of charge per Ah with its variance, and the swings it rests on.
A ratio of sums needs no matrix to be inverted: no error assumed to be common can turn into a weight
below zero, and the sums come out alike everywhere.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.diagnostics.scale_errors import scale_loading, variance_of
from battery_passport.diagnostics.swings import Swing

_FEWEST_TO_CONTRADICT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioFit:
    """State of charge per Ah (the inverse of a capacity), its variance, the swings it rests on.

    The variance leaves out the gain of the current sensor, which all anchors have in common.
    """

    per_ah: float
    variance: float
    used: tuple[Swing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBudget:
    """What the error of a sum of swings is made of; `+` adds another swing.

    Variances of what is a swing's own add up; what is common to all adds up before it is squared.
    Shape: loading (101,), see `scale_errors`.
    """

    counted_ah: float
    own_variance: float
    loading: Floats
    load_error: float
    hours: float

    @classmethod
    def of(cls, swing: Swing) -> "ErrorBudget":
        """Return the budget of one swing."""
        return cls(
            counted_ah=swing.counted_ah,
            own_variance=swing.own_variance,
            loading=swing.sign * scale_loading(swing.ends),
            load_error=swing.load_error,
            hours=swing.hours,
        )

    def __add__(self, other: "ErrorBudget") -> "ErrorBudget":
        return ErrorBudget(
            counted_ah=self.counted_ah + other.counted_ah,
            own_variance=self.own_variance + other.own_variance,
            loading=self.loading + other.loading,
            load_error=self.load_error + other.load_error,
            hours=self.hours + other.hours,
        )

    def common_variance(self, covariance: Floats, parameters: Parameters) -> float:
        """Return the variance, in SoC, of what the swings have in common."""
        return (
            variance_of(self.loading, covariance)
            + (parameters.resistance_common_sd_ratio * self.load_error) ** 2
            + (parameters.current_offset_sd_per_h * self.hours) ** 2
        )

    def variance(self, covariance: Floats, parameters: Parameters) -> float:
        """Return the variance of the sum of the swings. Units: SoC ratio squared."""
        return self.own_variance + self.common_variance(covariance, parameters)

    def relative_variance(self, covariance: Floats, parameters: Parameters) -> float:
        """Return the variance over the square of what was counted. Units: 1/Ah²."""
        return self.variance(covariance, parameters) / self.counted_ah**2


def fit_ratio(
    swings: Sequence[Swing], covariance: Floats, parameters: Parameters, *, rated_ah: float | None
) -> RatioFit | None:
    """Return the ratio of sums over the swings that together leave least open, None without any.

    Units: Ah in, 1/Ah out. `covariance` is that of the anchor's scale.
    """
    possible = [swing for swing in swings if _is_possible(swing, parameters, rated_ah)]
    if not possible:
        return None
    agreeing = _agreeing(possible, covariance, parameters)
    used = _leaving_least_open(agreeing, covariance, parameters)
    budget = _sum_of(used)
    per_ah = math.fsum(swing.swing_ratio for swing in used) / budget.counted_ah
    own_variance = max(budget.own_variance, _scatter(used, per_ah))
    variance = own_variance + budget.common_variance(covariance, parameters)
    return RatioFit(per_ah=per_ah, variance=variance / budget.counted_ah**2, used=tuple(used))


def _is_possible(swing: Swing, parameters: Parameters, rated_ah: float | None) -> bool:
    if swing.swing_ratio <= 0.0 or swing.counted_ah <= 0.0:
        return False
    capacity_ah = swing.counted_ah / swing.swing_ratio
    if rated_ah:
        lowest, highest = parameters.plausible_low_ratio, parameters.plausible_high_ratio
        return lowest * rated_ah <= capacity_ah <= highest * rated_ah
    return parameters.smallest_capacity_ah <= capacity_ah <= parameters.largest_capacity_ah


def _agreeing(
    swings: Sequence[Swing], covariance: Floats, parameters: Parameters
) -> Sequence[Swing]:
    """Return the swings not far from the middle one, or all if there are too few to tell."""
    if len(swings) < _FEWEST_TO_CONTRADICT:
        return swings
    middle = _middle_ratio(swings)
    return [
        swing
        for swing in swings
        if abs(swing.swing_ratio - middle * swing.counted_ah)
        <= parameters.outlier_sds * _swing_sd(swing, middle, covariance, parameters)
    ]


def _swing_sd(swing: Swing, per_ah: float, covariance: Floats, parameters: Parameters) -> float:
    gain = parameters.current_gain_sd * swing.counted_ah * per_ah
    return math.sqrt(ErrorBudget.of(swing).variance(covariance, parameters) + gain**2)


def _middle_ratio(swings: Sequence[Swing]) -> float:
    """Return the median of state of charge per Ah, each swing counting by its Ah."""
    ordered = sorted((swing.swing_ratio / swing.counted_ah, swing.counted_ah) for swing in swings)
    passed = np.cumsum([counted for _, counted in ordered])
    return ordered[int(np.searchsorted(passed, 0.5 * passed[-1]))][0]


def _leaving_least_open(
    swings: Sequence[Swing], covariance: Floats, parameters: Parameters
) -> Sequence[Swing]:
    """Return the best swings, as many as make the error expected of their sum least.

    Many charges of the middle share their error, which one from empty to full does not have.
    Chosen by the errors expected, never by what the swings say.
    """
    budgets = [ErrorBudget.of(swing) for swing in swings]
    open_alone = [budget.relative_variance(covariance, parameters) for budget in budgets]
    order = sorted(range(len(swings)), key=lambda number: (open_alone[number], number))
    total = budgets[order[0]]
    best = (math.inf, 0)
    for count, number in enumerate(order, start=1):
        total = total if count == 1 else total + budgets[number]
        if count >= min(parameters.fewest_legs, len(swings)):
            best = min(best, (total.relative_variance(covariance, parameters), count))
    return [swings[number] for number in sorted(order[: best[1]])]


def _sum_of(swings: Sequence[Swing]) -> ErrorBudget:
    total = ErrorBudget.of(swings[0])
    for swing in swings[1:]:
        total += ErrorBudget.of(swing)
    return total


def _scatter(swings: Sequence[Swing], per_ah: float) -> float:
    """Return the variance of the sum of the swings as they themselves show it."""
    misfits = [swing.swing_ratio - per_ah * swing.counted_ah for swing in swings]
    if len(misfits) == 1:
        return 0.0
    return math.fsum(misfit**2 for misfit in misfits) * len(misfits) / (len(misfits) - 1)
