"""Errors of a scale are largest where it is least held, and common to neighbours."""

import math

import numpy as np
import pytest

from battery_passport.diagnostics.model import Anchor
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.scale_errors import (
    scale_covariance,
    scale_loading,
    variance_of,
)


def sd(
    anchor: Anchor, *ends: tuple[float, float], flat: bool = False, factor: float = 1.0
) -> float:
    covariance = scale_covariance(anchor, V1, flat=flat, factor=factor)
    return math.sqrt(variance_of(scale_loading(ends), covariance))


@pytest.mark.parametrize("anchor", Anchor)
@pytest.mark.parametrize("flat", [False, True])
def test_a_covariance_is_one(anchor: Anchor, flat: bool) -> None:
    covariance = scale_covariance(anchor, V1, flat=flat, factor=1.5)
    assert np.array_equal(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance).min() > -1e-12


def test_from_empty_to_full_only_the_ends_can_err() -> None:
    assert sd(Anchor.BMS, (0.0, 1.0)) == pytest.approx(math.sqrt(2) * V1.bms_end_sd)


def test_half_a_scale_errs_by_the_middle() -> None:
    middle = math.hypot(V1.bms_middle_sd, V1.bms_end_sd / math.sqrt(2))
    assert sd(Anchor.BMS, (0.0, 0.5)) == pytest.approx(middle, rel=0.05)


def test_a_flat_chemistrys_bms_may_wander_further() -> None:
    assert sd(Anchor.BMS, (0.3, 0.8), flat=True) > 1.3 * sd(Anchor.BMS, (0.3, 0.8))


def test_there_and_back_errs_by_nothing() -> None:
    assert sd(Anchor.VOLTAGE, (0.2, 0.8), (0.8, 0.2)) == pytest.approx(0.0, abs=1e-12)


def test_a_scale_errs_alike_every_time() -> None:
    once, often = ((0.3, 0.8),), ((0.3, 0.8),) * 10
    assert sd(Anchor.VOLTAGE, *often) == pytest.approx(10 * sd(Anchor.VOLTAGE, *once))


def test_a_guessed_chemistry_errs_more() -> None:
    once = sd(Anchor.VOLTAGE, (0.3, 0.8))
    assert sd(Anchor.VOLTAGE, (0.3, 0.8), factor=1.5) == pytest.approx(1.5 * once)


@pytest.mark.parametrize("place", [0.0, 0.005, 0.5, 0.9999, 1.0, -3.0, 7.0])
def test_places_between_the_grids_points_are_shared(place: float) -> None:
    loading = scale_loading([(0.25, place)])
    assert loading.sum() == pytest.approx(0.0)
    assert np.abs(loading).sum() == pytest.approx(2.0)
