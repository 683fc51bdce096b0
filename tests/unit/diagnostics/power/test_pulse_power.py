"""Power by `pulse-power` 1: the formula, what it is held against, and every refusal."""

from dataclasses import replace

import numpy as np
import pytest

from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.diagnostics.power.method import estimate_power
from battery_passport.diagnostics.power.model import Declared, PowerEstimate
from battery_passport.diagnostics.resistance.model import ResistanceEstimate
from battery_passport.registry.model import Chemistry, Rating

RATING = Rating(rated_capacity_ah=60.0, cells_in_series=96, chemistry=Chemistry.NMC)
DECLARED = Declared(initial_resistance_ohm=0.08, minimum_voltage_v=268.8)


def resistance_of(ohm: Interval | NotDetermined) -> ResistanceEstimate:
    return ResistanceEstimate(
        method="step-resistance",
        version="1",
        resistance_ohm=ohm,
        slope_k=None,
        days=5,
        steps=100,
        seconds_between=10.0,
        celsius=(10.0, 20.0),
        over_warmth=(),
        as_of=None,
        evidence=(b"e" * 32,),
    )


def power_of(
    ohm: Interval | NotDetermined = Interval(0.1, 0.095, 0.105),  # noqa: B008 - a frozen value
    *,
    rating: Rating = RATING,
    declared: Declared = DECLARED,
) -> PowerEstimate:
    return estimate_power(resistance_of(ohm), rating, declared)


def interval(figure: Interval | NotDetermined) -> Interval:
    assert isinstance(figure, Interval)
    return figure


def test_power_is_what_flows_down_to_the_voltage_limit() -> None:
    found = power_of()
    # 96 cells rest at 3.96 V at 80 % of a typical NMC and at 3.58 V at 20 %.
    assert interval(found.at_80_kw).value == pytest.approx(268.8 * (96 * 3.96 - 268.8) / 100)
    assert interval(found.at_20_kw).value == pytest.approx(268.8 * (96 * 3.58 - 268.8) / 100)
    for figure in (found.at_80_kw, found.at_20_kw):
        assert interval(figure).low < interval(figure).value < interval(figure).high


@pytest.mark.parametrize("cells", [1, 96, 400])
@pytest.mark.parametrize("ohm", [0.02, 0.1, 0.6])
def test_twice_the_resistance_is_half_the_power_and_a_fade_of_half(cells: int, ohm: float) -> None:
    rating = replace(RATING, cells_in_series=cells)
    declared = replace(DECLARED, minimum_voltage_v=2.8 * cells, initial_resistance_ohm=ohm)
    one, two = (
        power_of(Interval(each, 0.9 * each, 1.1 * each), rating=rating, declared=declared)
        for each in (ohm, 2 * ohm)
    )
    assert interval(two.at_20_kw).value == pytest.approx(interval(one.at_20_kw).value / 2)
    assert interval(one.fade_percent).value == pytest.approx(0.0)
    assert interval(two.fade_percent).value == pytest.approx(50.0)
    assert interval(two.resistance_increase_percent).value == pytest.approx(100.0)
    assert interval(two.fade_percent).low < 50.0 < interval(two.fade_percent).high


def test_a_wider_resistance_gives_wider_power() -> None:
    narrow, wide = power_of(Interval(0.1, 0.099, 0.101)), power_of(Interval(0.1, 0.08, 0.125))
    widths = [
        np.log(interval(each.at_20_kw).high / interval(each.at_20_kw).low)
        for each in (narrow, wide)
    ]
    assert widths[0] < widths[1]


@pytest.mark.parametrize(
    ("rating", "declared", "code"),
    [
        (replace(RATING, cells_in_series=None), DECLARED, "no-cell-count"),
        (RATING, replace(DECLARED, minimum_voltage_v=None), "no-voltage-limit"),
        (replace(RATING, chemistry=None), DECLARED, "no-chemistry"),
        (RATING, replace(DECLARED, minimum_voltage_v=400.0), "no-room-above-limit"),
    ],
)
def test_without_what_it_needs_there_is_a_reason(
    rating: Rating, declared: Declared, code: str
) -> None:
    found = power_of(rating=rating, declared=declared).at_20_kw
    assert isinstance(found, NotDetermined)
    assert found.code == code


def test_without_an_initial_resistance_there_is_power_and_no_fade() -> None:
    found = power_of(declared=replace(DECLARED, initial_resistance_ohm=None))
    assert isinstance(found.at_80_kw, Interval)
    assert isinstance(found.fade_percent, NotDetermined)
    assert found.fade_percent.code == "no-initial-resistance"


def test_less_resistance_than_when_new_is_no_gain_of_power() -> None:
    found = power_of(Interval(0.04, 0.039, 0.041)).fade_percent
    assert isinstance(found, NotDetermined)
    assert found.code == "not-measured-alike"


def test_without_resistance_its_reason_is_told() -> None:
    reason = NotDetermined("too-few-steps", "Too few.", {})
    found = power_of(reason)
    assert found.at_20_kw is found.fade_percent is reason
