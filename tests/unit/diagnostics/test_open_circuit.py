"""The typical curves can be read both ways."""

from itertools import pairwise

import numpy as np
import pytest

from battery_passport.diagnostics.open_circuit import CURVES, FLAT, OpenCircuitCurve
from battery_passport.registry.model import Chemistry


@pytest.mark.parametrize("curve", CURVES.values())
def test_a_curve_rises_and_gives_back_its_points(curve: OpenCircuitCurve) -> None:
    assert all(left < right for left, right in pairwise(curve.voltage_v))
    for soc, voltage in zip(curve.soc_ratio, curve.voltage_v, strict=True):
        assert curve.read(voltage)[0] == pytest.approx(soc)


@pytest.mark.parametrize("curve", CURVES.values())
def test_the_slope_is_that_of_the_curve(curve: OpenCircuitCurve) -> None:
    for voltage in np.linspace(3.45, 4.1, 30).tolist():
        soc, slope = curve.read(voltage)
        assert (curve.read(voltage + 1e-6)[0] - soc) * slope == pytest.approx(1e-6, rel=0.2)


def test_far_voltages_end_just_beyond_the_scale() -> None:
    curve = CURVES[Chemistry.NMC]
    assert curve.read(0.0)[0] == -0.1
    assert curve.read(9.0)[0] == 1.1


def test_every_chemistry_has_a_curve_or_is_flat() -> None:
    assert set(Chemistry) == CURVES.keys() | FLAT
    assert not CURVES.keys() & FLAT
