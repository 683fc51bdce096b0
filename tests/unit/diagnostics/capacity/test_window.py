"""A part of a charge tells health by other cars' curves, however it was written down."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_passport.diagnostics.capacity import reasons
from battery_passport.diagnostics.capacity.constants import V1
from battery_passport.diagnostics.capacity.errors import NoKnownCar
from battery_passport.diagnostics.capacity.library import (
    CurveLibrary,
    learn_library,
    whole_curve,
    with_own_model,
)
from battery_passport.diagnostics.capacity.stretch import ChargeStretch, KnownCar
from battery_passport.diagnostics.capacity.window import window_health
from battery_passport.diagnostics.model import Interval, NotDetermined
from tests.factories.charge_windows import (
    MadeUpPack,
    curve_v,
    make_fleet,
    make_known,
    unmarked,
)

FLEET = make_fleet(8)
LIBRARY = learn_library(FLEET)
STRANGER = make_known(MadeUpPack(name="stranger", health=0.86, tilt_v=0.03, bow_v=-0.01))


def answered(
    stretch: ChargeStretch, library: CurveLibrary = LIBRARY, car: KnownCar = STRANGER
) -> Interval:
    answer = window_health(stretch, rated_ah=car.rated_ah, library=library)
    assert isinstance(answer, Interval), answer
    return answer


def refused(stretch: ChargeStretch) -> NotDetermined:
    answer = window_health(stretch, rated_ah=STRANGER.rated_ah, library=LIBRARY)
    assert isinstance(answer, NotDetermined), answer
    return answer


def close(one: Interval, other: Interval) -> bool:
    return np.allclose(
        [one.value, one.low, one.high], [other.value, other.low, other.high], atol=2e-4
    )


def test_the_fitted_curve_is_the_rested_one() -> None:
    pack = MadeUpPack(bow_v=0.02)
    fitted = whole_curve(make_known(pack))
    soc = np.linspace(0.0, 1.0, fitted.size)

    assert np.abs(fitted - curve_v(pack, soc))[3:-3].max() < 0.012


@pytest.mark.parametrize(("share", "points"), [(0.70, 3.0), (0.30, 6.0)])
def test_a_window_of_a_strange_car_is_within_its_interval(share: float, points: float) -> None:
    for start_ah in (1.0, 6.0, 12.0):
        answer = answered(STRANGER.charge.cut(start_ah, share * STRANGER.rated_ah))

        assert abs(answer.value - 0.86) <= points / 100.0
        assert answer.low <= 0.86 <= answer.high


def test_longer_windows_leave_less_open() -> None:
    widths = []
    for share in (0.2, 0.4, 0.7):
        answer = answered(STRANGER.charge.cut(8.0, share * STRANGER.rated_ah))
        widths.append(answer.high - answer.low)

    assert widths == sorted(widths, reverse=True)


def test_cars_of_its_own_model_make_the_answer_surer_and_better() -> None:
    own = [
        make_known(MadeUpPack(name=f"own {health}", health=health, tilt_v=0.03, bow_v=-0.01))
        for health in (0.80, 0.95, 1.0)
    ]
    window = unmarked(STRANGER.charge.cut(20.0, 30.0))
    by_others = answered(window)
    by_own = answered(window, with_own_model(LIBRARY, own))

    assert by_own.high - by_own.low < 0.7 * (by_others.high - by_others.low)
    assert abs(by_own.value - 0.86) < 0.03


@pytest.mark.parametrize(("spread_v", "is_narrower"), [(0.0, True), (0.03, False)])
def test_a_models_own_cars_show_how_much_they_differ(spread_v: float, is_narrower: bool) -> None:
    own = [
        make_known(MadeUpPack(name=str(number), health=0.8 + 0.02 * number, tilt_v=tilt_v))
        for number, tilt_v in enumerate(np.linspace(0.03 - spread_v, 0.03 + spread_v, 10))
    ]
    within = replace(V1, own_usual_cars=10_000)
    window = unmarked(STRANGER.charge.cut(20.0, 30.0))
    learned = answered(window, with_own_model(LIBRARY, own))
    assumed = answered(window, with_own_model(LIBRARY, own, within))

    assert (learned.high - learned.low < assumed.high - assumed.low) is is_narrower


def test_what_the_bms_says_counts_where_voltages_leave_it_open() -> None:
    window = STRANGER.charge.cut(0.0, 70.0)
    with_marks, without = answered(window), answered(unmarked(window))

    assert with_marks.high - with_marks.low < without.high - without.low


@given(st.floats(-1e6, 1e6), st.floats(-500.0, 500.0))
def test_where_time_and_counting_begin_is_nothing(shift_s: float, shift_ah: float) -> None:
    window = STRANGER.charge.cut(15.0, 30.0)
    moved = replace(
        window, elapsed_s=window.elapsed_s + shift_s, charged_ah=window.charged_ah + shift_ah
    )

    assert close(answered(moved), answered(window))


@given(st.floats(0.1, 10.0))
def test_a_larger_battery_alike_is_as_healthy(factor: float) -> None:
    window = STRANGER.charge.cut(15.0, 30.0)
    larger = replace(
        window, charged_ah=factor * window.charged_ah, current_a=factor * window.current_a
    )
    answer = window_health(larger, rated_ah=factor * STRANGER.rated_ah, library=LIBRARY)

    assert isinstance(answer, Interval)
    assert close(answer, answered(window))


@given(st.floats(-0.5, 0.5))
def test_an_offset_that_all_voltages_share_is_nothing(offset_v: float) -> None:
    window = STRANGER.charge.cut(15.0, 30.0)
    moved = replace(window, cell_voltage_v=window.cell_voltage_v + offset_v)
    library = replace(LIBRARY, mean_v=LIBRARY.mean_v + offset_v)

    assert close(answered(moved, library), answered(window))


@settings(max_examples=8)
@given(st.permutations(range(len(FLEET))))
def test_the_order_of_known_cars_is_nothing(order: list[int]) -> None:
    window = STRANGER.charge.cut(15.0, 30.0)
    library = learn_library([FLEET[place] for place in order])

    assert close(answered(window, library), answered(window))


def test_a_cut_remembers_nothing_of_outside() -> None:
    window = STRANGER.charge.cut(15.0, 30.0)

    assert window.elapsed_s[0] == 0.0
    assert window.charged_ah[0] == 0.0
    assert window.counted_ah == pytest.approx(30.0, abs=0.5)
    assert all(0 <= mark.sample < window.elapsed_s.size for mark in window.marks)
    assert len(window.marks) == 2


def test_missing_voltages_are_left_out_and_too_many_refused() -> None:
    window = STRANGER.charge.cut(15.0, 30.0)
    some, most = window.cell_voltage_v.copy(), window.cell_voltage_v.copy()
    some[::5] = np.nan
    most[:-10] = np.nan

    assert abs(answered(replace(window, cell_voltage_v=some)).value - answered(window).value) < 0.01
    assert refused(replace(window, cell_voltage_v=most)) == reasons.NO_CELL_VOLTAGE


def test_too_short_and_impossible_windows_are_refused() -> None:
    assert refused(STRANGER.charge.cut(15.0, 5.0)).code == "too-short-window"
    assert refused(STRANGER.charge.cut(500.0, 5.0)).code == "too-short-window"
    doubled = replace(STRANGER.charge, charged_ah=2.0 * STRANGER.charge.charged_ah)
    assert refused(doubled) == reasons.MORE_THAN_A_BATTERY


def test_one_known_car_is_enough_to_answer_and_none_is_not() -> None:
    alone = learn_library(FLEET[:1])
    assert answered(STRANGER.charge.cut(5.0, 70.0), alone).low > V1.lowest_health_ratio
    with pytest.raises(NoKnownCar):
        learn_library([])
