"""Intervals hold what is measured, weighed against what is known, and are never clamped."""

import math

import pytest

from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.posterior import (
    Measured,
    capacity_interval,
    health_interval,
    join,
)
from battery_passport.diagnostics.ratio_fit import RatioFit


def measured(health: float, relative_sd: float, *, rated_ah: float = 100.0) -> Measured:
    per_ah = 1.0 / (health * rated_ah)
    return Measured(per_ah=per_ah, variance=(relative_sd * per_ah) ** 2)


def fit(per_ah: float, relative_sd: float) -> RatioFit:
    return RatioFit(per_ah=per_ah, variance=(relative_sd * per_ah) ** 2, used=())


def test_a_sure_measurement_is_reported_as_it_is() -> None:
    interval = health_interval(measured(0.85, 0.005), 100.0, V1)
    assert interval.value == pytest.approx(0.85, abs=0.001)
    assert interval.high - interval.low == pytest.approx(2 * 1.645 * 0.005 * 0.85, rel=0.02)


def test_an_unsure_measurement_leans_towards_batteries_in_use() -> None:
    low, high = (health_interval(measured(health, 0.13), 100.0, V1) for health in (0.6, 1.2))
    assert 0.6 < low.value < 0.75
    assert 0.95 < high.value < 1.2


@pytest.mark.parametrize("health", [1.017, 1.25, 0.3])
def test_health_is_never_clamped(health: float) -> None:
    interval = health_interval(measured(health, 0.01), 100.0, V1)
    assert interval.value == pytest.approx(health, rel=0.01)
    assert interval.low < health < interval.high


def test_without_a_rating_the_measurement_stands_alone() -> None:
    interval = capacity_interval(measured(1.16, 0.06))
    assert interval.value == pytest.approx(116.0, rel=0.01)
    assert interval.low == pytest.approx(116.0 / (1 + 1.645 * 0.06), rel=0.01)
    assert interval.high == pytest.approx(116.0 / (1 - 1.645 * 0.06), rel=0.01)


def test_two_anchors_that_agree_are_surer_than_either() -> None:
    joined = join([fit(0.01, 0.04), fit(0.01, 0.10)], V1)
    alone = join([fit(0.01, 0.04)], V1)
    assert joined.per_ah == pytest.approx(0.01)
    assert joined.relative_sd < alone.relative_sd
    assert alone.relative_sd == pytest.approx(math.hypot(0.04, V1.current_gain_sd))


def test_two_anchors_that_disagree_are_less_sure() -> None:
    agreeing = join([fit(0.01, 0.05), fit(0.01, 0.05)], V1)
    disagreeing = join([fit(0.0085, 0.05), fit(0.0115, 0.05)], V1)
    assert disagreeing.relative_sd > 2 * agreeing.relative_sd
