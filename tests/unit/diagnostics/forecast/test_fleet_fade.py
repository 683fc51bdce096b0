"""Forecasts: the fleet's before anything is known, a battery's own once it was measured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.diagnostics.forecast import method
from battery_passport.diagnostics.forecast.method import forecast_health
from battery_passport.diagnostics.forecast.model import Forecast, ForecastBasis, HealthSeen


def seen(*pairs: tuple[float, float], sd: float = 0.01) -> tuple[HealthSeen, ...]:
    return tuple(
        HealthSeen(age_years=age, health_ratio=health, sd_ratio=sd) for age, health in pairs
    )


def of(age: float, *pairs: tuple[float, float], **more: float) -> Forecast:
    return forecast_health(ForecastBasis(age_years=age, seen=seen(*pairs), **more))


def to_80(forecast: Forecast) -> float:
    years = forecast.crossings[0].middle_years
    assert years is not None
    return years


def test_an_unknown_battery_loses_what_its_fleet_loses() -> None:
    forecast = of(0.0)
    low, middle, high = forecast.loss_points_a_year
    assert middle == pytest.approx(2.3, abs=0.1)
    assert low < 1.4
    assert high > 3.8
    assert to_80(forecast) == pytest.approx(0.205 / 0.023, rel=0.05)
    assert forecast.estimates == 0


def test_estimates_over_years_make_it_the_battery_s_own() -> None:
    quick = of(4.0, (1.0, 0.96), (2.0, 0.92), (3.0, 0.88), (4.0, 0.84))
    slow = of(4.0, (1.0, 0.99), (2.0, 0.98), (3.0, 0.97), (4.0, 0.96))
    assert quick.loss_points_a_year[1] == pytest.approx(4.0, abs=0.4)
    assert slow.loss_points_a_year[1] == pytest.approx(1.35, abs=0.25)
    assert to_80(quick) < 1.6
    assert to_80(slow) > 8


def test_one_wide_estimate_changes_little_and_a_sharp_one_much() -> None:
    wide = forecast_health(ForecastBasis(age_years=3.0, seen=seen((3.0, 0.85), sd=0.08)))
    sharp = forecast_health(ForecastBasis(age_years=3.0, seen=seen((3.0, 0.85), sd=0.01)))
    assert 2.3 < wide.loss_points_a_year[1] < sharp.loss_points_a_year[1]
    spans = [each.loss_points_a_year[2] - each.loss_points_a_year[0] for each in (wide, sharp)]
    assert spans[1] < spans[0]


def test_the_same_estimate_many_times_is_not_many_estimates() -> None:
    once = of(3.0, (3.0, 0.90))
    often = of(3.0, *[(3.0, 0.90)] * 20)
    assert often.loss_points_a_year == pytest.approx(once.loss_points_a_year)


def test_lines_are_passed_in_order_and_the_fan_only_opens() -> None:
    forecast = of(2.0, (2.0, 0.94))
    middles = [each.middle_years for each in forecast.crossings]
    assert all(each is not None for each in middles[:2])
    assert middles == sorted(middles, key=lambda years: 99.0 if years is None else years)
    widths = [each.health_ratios[4] - each.health_ratios[0] for each in forecast.fan]
    assert widths == sorted(widths)
    for each in forecast.fan:
        assert list(each.health_ratios) == sorted(each.health_ratios)


def test_a_line_that_was_passed_is_zero_years_away() -> None:
    passed = of(8.0, (8.0, 0.70)).crossings[0]
    assert (passed.low_years, passed.middle_years, passed.high_years) == (0.0, 0.0, 0.0)


def test_habits_change_the_loss_each_with_its_range() -> None:
    often = of(1.0, fast_share=0.6, full_share=0.4)
    never = of(1.0, fast_share=0.0, full_share=0.02)
    assert often.loss_points_a_year[1] > 1.8 * never.loss_points_a_year[1]
    assert [each.name for each in often.effects] == ["fast-charging", "parked-full"]
    for each in often.effects:
        assert each.low < each.points_a_year < each.high
    assert never.effects[0].points_a_year < 0
    assert of(1.0).effects == ()


def test_euro_7_lines_end_by_age_or_by_distance() -> None:
    by_age = of(2.0, (2.0, 0.95), odometer_km=20_000)
    assert [each.at_age_years for each in by_age.legal_lines] == [5.0, 8.0]
    by_distance = of(2.0, (2.0, 0.95), odometer_km=80_000)
    assert [each.at_age_years for each in by_distance.legal_lines] == [2.5, 4.0]
    assert by_distance.legal_lines[0].chance > by_age.legal_lines[0].chance > 0.5
    assert [each.name for each in of(6.0, (6.0, 0.9)).legal_lines] == ["euro7-8-years"]
    assert of(9.0, (9.0, 0.9)).legal_lines == ()


def test_the_range_holds_the_truth_as_often_as_it_says() -> None:
    draw = np.random.default_rng(7)
    held = []
    for _ in range(150):
        loss = 0.023 * float(np.exp(0.4 * draw.standard_normal()))
        beginning = 1.005 + 0.015 * float(draw.standard_normal())
        pairs = [
            (age, beginning - loss * age + 0.02 * float(draw.standard_normal()))
            for age in (1.0, 2.0, 3.0)
        ]
        forecast = forecast_health(ForecastBasis(age_years=3.0, seen=seen(*pairs, sd=0.02)))
        low, _, high = forecast.loss_points_a_year
        held.append(low <= 100 * loss <= high)
    assert np.mean(held) > 0.85


def first_reached(basis: ForecastBasis, line_ratio: float) -> list[float | None]:
    """Return what a crossing tells, by looking at every step of the years ahead."""
    ahead = np.linspace(0.0, method.HORIZON_YEARS, 251)
    cloud = method._posterior(basis)
    below = np.array(method._chances_below(cloud, basis.age_years + ahead, line_ratio, ahead=ahead))
    places = [np.flatnonzero(below >= part) for part in (0.05, 0.50, 0.95)]
    return [float(ahead[each[0]]) if each.size else None for each in places]


@given(
    st.floats(0.0, 15.0),
    st.lists(st.tuples(st.floats(0.0, 15.0), st.floats(0.5, 1.05)), max_size=4),
    st.floats(0.002, 0.1),
)
@settings(max_examples=60, deadline=None)
def test_years_passed_over_hold_no_crossing(
    age: float, pairs: list[tuple[float, float]], sd: float
) -> None:
    basis = ForecastBasis(age_years=age, seen=seen(*pairs, sd=sd))

    for each in forecast_health(basis).crossings:
        told = [each.low_years, each.middle_years, each.high_years]
        assert told == first_reached(basis, each.line_ratio)
