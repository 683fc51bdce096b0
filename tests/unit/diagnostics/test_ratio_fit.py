"""Capacity from swings: the ratio of sums, its variance, and what is left out."""

import math
from dataclasses import replace

import numpy as np
import pytest

from battery_passport.diagnostics.model import Anchor
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.ratio_fit import RatioFit, fit_ratio
from battery_passport.diagnostics.scale_errors import scale_covariance
from battery_passport.diagnostics.swings import Swing

COVARIANCE = scale_covariance(Anchor.BMS, V1, flat=False, factor=1.0)
NO_COVARIANCE = np.zeros_like(COVARIANCE)


def swing(
    counted_ah: float = 50.0,
    ratio: float = 0.5,
    *,
    leg: int = 0,
    start: float = 0.3,
    own_variance: float = 2 * 0.015**2,
) -> Swing:
    return Swing(
        leg=leg,
        anchor=Anchor.BMS,
        sign=1.0,
        counted_ah=counted_ah,
        swing_ratio=ratio,
        ends=((start, start + ratio),),
        own_variance=own_variance,
        load_error=0.0,
        hours=0.0,
    )


def fit(*swings: Swing, rated_ah: float | None = 100.0) -> RatioFit:
    found = fit_ratio(swings, COVARIANCE, V1, rated_ah=rated_ah)
    assert found is not None
    return found


def test_the_ratio_is_that_of_the_sums() -> None:
    found = fit(swing(50.0, 0.52), swing(30.0, 0.28, leg=1))
    assert found.per_ah == pytest.approx(0.80 / 80.0)


def test_one_swing_is_as_sure_as_its_errors() -> None:
    found = fit_ratio([swing(50.0, 0.5)], NO_COVARIANCE, V1, rated_ah=None)
    assert found is not None
    assert math.sqrt(found.variance) == pytest.approx(math.sqrt(2) * 0.015 / 50.0)


def test_own_errors_shrink_with_many_charges_and_common_ones_do_not() -> None:
    one = fit(swing())
    many = fit(*(swing(leg=leg) for leg in range(50)))
    common_only = fit_ratio([swing(own_variance=0.0)], COVARIANCE, V1, rated_ah=None)
    assert common_only is not None
    assert common_only.variance < many.variance < one.variance
    assert many.variance == pytest.approx(common_only.variance, rel=0.05)


def test_charges_that_disagree_leave_more_open() -> None:
    alike = fit(*(swing(leg=leg) for leg in range(3)))
    unlike = fit(swing(50.0, 0.42), swing(50.0, 0.5, leg=1), swing(50.0, 0.58, leg=2))
    assert unlike.per_ah == pytest.approx(alike.per_ah)
    assert unlike.variance > 1.5 * alike.variance


def test_a_charge_that_contradicts_the_others_is_set_aside() -> None:
    found = fit(*(swing(leg=leg) for leg in range(9)), swing(50.0, 0.95, leg=9, start=0.0))
    assert [used.leg for used in found.used] == list(range(9))
    assert found.per_ah == pytest.approx(0.01)


def test_too_few_charges_cannot_contradict_each_other() -> None:
    assert len(fit(swing(), swing(50.0, 0.8, leg=1, start=0.1)).used) == 2


@pytest.mark.parametrize(
    ("counted_ah", "ratio"), [(50.0, 0.0), (50.0, -0.2), (-1.0, 0.2), (5.0, 0.5), (90.0, 0.2)]
)
def test_what_cannot_be_true_is_no_charge(counted_ah: float, ratio: float) -> None:
    impossible = replace(swing(), counted_ah=counted_ah, swing_ratio=ratio)
    assert fit_ratio([impossible], COVARIANCE, V1, rated_ah=100.0) is None


def test_without_a_rating_any_capacity_is_possible() -> None:
    assert fit(swing(5.0, 0.5), rated_ah=None).per_ah == pytest.approx(0.1)


def test_a_few_whole_charges_are_not_watered_down_by_many_middling_ones() -> None:
    whole = [swing(96.0, 0.96, leg=leg, start=0.02) for leg in range(5)]
    middling = [swing(30.0, 0.30, leg=10 + leg, start=0.3) for leg in range(40)]
    found = fit(*whole, *middling)
    assert {0, 1, 2, 3, 4} <= {used.leg for used in found.used}
    assert found.variance <= fit(*whole).variance
    assert found.variance < 0.5 * fit(*middling).variance


def test_at_least_five_are_kept_and_in_the_order_of_time() -> None:
    swings = [swing(leg=leg, own_variance=1e-4 * (1 + (leg * 7) % 10)) for leg in range(10)]
    used = [each.leg for each in fit(*swings).used]
    assert len(used) >= 5
    assert used == sorted(used)
