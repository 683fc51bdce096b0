"""The method `fleet-fade`, version 1: a battery's own loss a year, between its fleet and itself.

In: a basis. Out: a `Forecast`. Health falls by its loss a year from what it was when new; what the
years bring besides grows with them. Posterior by sums over a grid of beginnings and losses.
Source: EU-2024-1257 annex-ii: 80 % at five years or 100,000 km, 72 % at
eight years or 160,000 km.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.forecast.habits import expected_loss, habit_effects
from battery_passport.diagnostics.forecast.model import (
    Crossing,
    FanPoint,
    Forecast,
    ForecastBasis,
    LegalLine,
)

NAME = "fleet-fade"
VERSION = "1"
LINES = (0.80, 0.70, 0.60)
HORIZON_YEARS = 25.0

_EURO7 = (("euro7-5-years", 0.80, 5.0, 100_000.0), ("euro7-8-years", 0.72, 8.0, 160_000.0))
_NEW_MEAN, _NEW_SD = 1.005, 0.015
_UNKNOWN_SD_A_ROOT_YEAR = 0.006
_CROSS_STEPS = 250
_STEPS_AT_ONCE = 4
_STEPS_PASSED_OVER = 20
_ROUNDING = 1e-9
_QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
_FAN_STEP_YEARS = 0.5
_BEGINNINGS = np.linspace(-3.5, 3.5, 21)
_LOSSES = np.linspace(-4.0, 4.0, 81)
_POINTS = 100.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Cloud:
    """Possible (beginning, loss a year) with their weights. Shape: (candidates,) each."""

    beginning: Floats
    loss: Floats
    weight: Floats


def forecast_health(basis: ForecastBasis) -> Forecast:
    """Return the forecast; with no estimate of health at all it is the fleet's."""
    cloud = _posterior(basis)
    low, middle, high = _quantiles(cloud.loss, cloud.weight, (0.05, 0.5, 0.95))
    return Forecast(
        method=NAME,
        version=VERSION,
        loss_points_a_year=(_POINTS * low, _POINTS * middle, _POINTS * high),
        crossings=tuple(_crossings(cloud, basis.age_years)),
        fan=tuple(_fan(cloud, basis.age_years)),
        legal_lines=tuple(_legal(cloud, basis)),
        effects=habit_effects(basis, middle),
        estimates=len(basis.seen),
    )


def _posterior(basis: ForecastBasis) -> _Cloud:
    """Weigh each candidate by the prior and by the estimates, whose errors may hang together.

    A further estimate of the same age says little: those of one half-year share one weight.
    """
    middle, spread = expected_loss(basis)
    beginning, loss = (
        each.ravel()
        for each in np.meshgrid(
            _NEW_MEAN + _NEW_SD * _BEGINNINGS, np.exp(middle + spread * _LOSSES), indexing="ij"
        )
    )
    log_weight = -0.5 * np.add.outer(_BEGINNINGS**2, _LOSSES**2).ravel()
    ages = np.array([each.age_years for each in basis.seen])
    for each in basis.seen:
        alike = int(np.count_nonzero(np.abs(ages - each.age_years) <= _FAN_STEP_YEARS / 2))
        variance = each.sd_ratio**2 + _unknown_variance(each.age_years)
        misses = each.health_ratio - (beginning - loss * each.age_years)
        log_weight -= 0.5 * misses**2 / variance / alike
    weight = np.exp(log_weight - log_weight.max())
    return _Cloud(beginning, loss, weight / weight.sum())


def _unknown_variance(years: float) -> float:
    return _UNKNOWN_SD_A_ROOT_YEAR**2 * max(years, 0.0)


def _chances_below(
    cloud: _Cloud, ages_years: Floats, line_ratio: float, *, ahead: Floats
) -> list[float]:
    """Return the chances that health lies below a line at ages that are so many years ahead."""
    health = cloud.beginning - np.multiply.outer(ages_years, cloud.loss)
    sd = np.array([np.sqrt(_unknown_variance(years)) or 1e-9 for years in ahead.tolist()])
    below = _normal_below((line_ratio - health) / sd[:, None])
    # One after the other: a product of matrices may add them up in another order.
    return [float(cloud.weight @ each) for each in below]


def _normal_below(score: Floats) -> Floats:
    # A logistic stands within 0.01 of the normal distribution and needs no special function.
    below: Floats = 1.0 / (1.0 + np.exp(np.minimum(np.maximum(-1.702 * score, -60.0), 60.0)))
    return below


_SURE = 0.95


def _crossings(cloud: _Cloud, age_years: float) -> Iterator[Crossing]:
    """Yield the crossings of the lines, each of which lies below the one before.

    So that its chance reaches nothing while that of the line before has not.
    """
    not_before = 0.0
    for line_ratio in LINES:
        crossing = _crossing(cloud, age_years, line_ratio, not_before=not_before)
        yield crossing
        not_before = HORIZON_YEARS if crossing.low_years is None else crossing.low_years


def _crossing(cloud: _Cloud, age_years: float, line_ratio: float, *, not_before: float) -> Crossing:
    """Return when the chance first reaches each part; years that cannot reach one are left out."""
    ahead = np.linspace(0.0, HORIZON_YEARS, _CROSS_STEPS + 1)
    reached: dict[float, float] = {}
    sought = [0.05, 0.50, _SURE]
    passed_over = int(np.searchsorted(ahead, not_before)) // _STEPS_AT_ONCE * _STEPS_AT_ONCE
    for start in range(0, ahead.size, _STEPS_AT_ONCE):
        if start < passed_over:
            continue
        years = ahead[start : start + _STEPS_PASSED_OVER]
        if _most_below(cloud, age_years, line_ratio, years) + _ROUNDING < sought[0]:
            passed_over = start + _STEPS_PASSED_OVER
            continue
        years = ahead[start : start + _STEPS_AT_ONCE]
        if _most_below(cloud, age_years, line_ratio, years) + _ROUNDING < sought[0]:
            continue
        below = _chances_below(cloud, age_years + years, line_ratio, ahead=years)
        while sought and max(below) >= sought[0]:
            part = sought.pop(0)
            first = next(at for at, each in enumerate(below) if each >= part)
            reached[part] = float(years[first])
        if not sought:
            break
    return Crossing(
        line_ratio=line_ratio,
        low_years=reached.get(0.05),
        middle_years=reached.get(0.50),
        high_years=reached.get(_SURE),
    )


def _most_below(cloud: _Cloud, age_years: float, line_ratio: float, ahead: Floats) -> float:
    """Return what the chance of lying below a line cannot exceed in any of the years ahead.

    Health is lowest in the last of them; a candidate above the line is nearest to it, counted in
    deviations, where these are largest, which is then too.
    """
    last = float(ahead[-1])
    short = line_ratio - (cloud.beginning - cloud.loss * (age_years + last))
    sd = float(np.sqrt(_unknown_variance(last))) or 1e-9
    score = np.where(short < 0.0, short / sd, np.inf)
    return float(cloud.weight @ _normal_below(score))


def _fan(cloud: _Cloud, age_years: float) -> list[FanPoint]:
    points = []
    for age in np.arange(age_years, age_years + 10.0 + _FAN_STEP_YEARS, _FAN_STEP_YEARS).tolist():
        sd = float(np.sqrt(_unknown_variance(age - age_years)))
        health = cloud.beginning - cloud.loss * age
        middle, *others = _quantiles(health, cloud.weight, (0.5, *_QUANTILES))
        ratios = [
            middle + _wider(value - middle, part, sd)
            for value, part in zip(others, _QUANTILES, strict=True)
        ]
        points.append(FanPoint(age_years=age, health_ratios=(*ratios,)))  # type: ignore[arg-type]
    return points


_NORMAL = {0.05: -1.645, 0.25: -0.674, 0.50: 0.0, 0.75: 0.674, 0.95: 1.645}


def _wider(apart: float, part: float, sd: float) -> float:
    """Return a quantile's distance from the middle with an independent error added."""
    own = _NORMAL[part] * sd
    return float(np.sign(own) * np.hypot(apart, own)) if own else apart


def _legal(cloud: _Cloud, basis: ForecastBasis) -> list[LegalLine]:
    """Return the lines that still lie ahead; distance ends one earlier if it comes first."""
    yearly_km = (
        None
        if basis.odometer_km is None or basis.age_years <= 0
        else basis.odometer_km / basis.age_years
    )
    found = []
    for name, line_ratio, years, km in _EURO7:
        at_age = years if not yearly_km else min(years, km / yearly_km)
        if at_age > basis.age_years:
            ahead = at_age - basis.age_years
            (below,) = _chances_below(
                cloud, np.array([at_age]), line_ratio, ahead=np.array([ahead])
            )
            found.append(
                LegalLine(name=name, line_ratio=line_ratio, at_age_years=at_age, chance=1.0 - below)
            )
    return found


def _quantiles(values: Floats, weights: Floats, parts: Sequence[float]) -> list[float]:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    last = values.size - 1
    return [
        float(values[order[min(int(np.searchsorted(reached, part * reached[-1])), last)]])
        for part in parts
    ]
