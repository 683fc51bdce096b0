"""The forecast of the end of life on made-up courses whose end is known."""

import numpy as np
import pytest

from battery_passport.diagnostics.ageing.fade import FadeCourse, end_of_life, relative
from battery_passport.diagnostics.ageing.method import (
    KnownLife,
    LifeForecast,
    forecast_end_of_life,
    known_life,
)
from battery_passport.diagnostics.model import NotDetermined


def course(speed: float, *, seed: int, temperature_c: float | None = None) -> FadeCourse:
    """A cell that fades slowly, then faster; `speed` 1 lives some 700 cycles."""
    cycles = np.arange(1500) * speed
    ratio = 1.0 - 0.03 * np.sqrt(cycles / 300.0) - 0.1 * (cycles / 700.0) ** 3
    noise = np.random.default_rng(seed).normal(0.0, 5e-4, len(cycles))
    return FadeCourse(capacity_ah=1.1 * (ratio + noise), temperature_c=temperature_c)


def lives(count: int, *, temperature_c: float | None = None) -> list[KnownLife]:
    random = np.random.default_rng(7)
    found = (
        known_life(course(speed, seed=seed, temperature_c=temperature_c))
        for seed, speed in enumerate(random.uniform(0.7, 1.4, count))
    )
    return [life for life in found if life is not None]


def test_the_end_of_life_is_the_first_cycle_below_the_line() -> None:
    capacities = np.r_[np.full(100, 2.0), np.full(100, 1.6)]
    end = end_of_life(FadeCourse(capacity_ah=capacities))
    # The median of 15 cycles falls once eight of them are low.
    assert end == 107
    assert end_of_life(FadeCourse(capacity_ah=np.full(200, 2.0))) is None


def test_the_relative_course_forgives_a_single_bad_cycle() -> None:
    capacities = np.full(100, 2.0)
    capacities[50] = 0.1
    assert relative(FadeCourse(capacity_ah=capacities)).min() == pytest.approx(1.0)


def test_half_a_life_tells_the_whole() -> None:
    known = lives(20)
    errors, covered = [], 0
    for seed, speed in enumerate((0.8, 0.9, 1.0, 1.1, 1.25), start=100):
        whole = course(speed, seed=seed)
        end = end_of_life(whole)
        assert end is not None
        found = forecast_end_of_life(whole.until(end // 2), known)
        assert isinstance(found, LifeForecast)
        errors.append(abs(found.value - end) / end)
        covered += found.low <= end <= found.high
    assert max(errors) < 0.05
    assert covered >= 4


def test_nothing_after_the_last_cycle_seen_is_read() -> None:
    known, whole = lives(8), course(1.0, seed=50)
    changed = FadeCourse(capacity_ah=np.r_[whole.capacity_ah[:300], np.full(1200, 0.2)])
    assert forecast_end_of_life(whole.until(300), known) == forecast_end_of_life(
        changed.until(300), known
    )


def test_an_unknown_temperature_widens_the_interval() -> None:
    seen = course(1.0, seed=60, temperature_c=25.0).until(350)
    elsewhere = course(1.0, seed=60, temperature_c=55.0).until(350)
    known = lives(12, temperature_c=25.0)
    at_home, away = (forecast_end_of_life(each, known) for each in (seen, elsewhere))
    assert isinstance(at_home, LifeForecast)
    assert isinstance(away, LifeForecast)
    assert away.high - away.low > at_home.high - at_home.low


@pytest.mark.parametrize(
    ("cycles", "known", "code"), [(10, 8, "too-few-cycles"), (300, 2, "too-few-cells-known")]
)
def test_too_little_to_go_by_is_refused(cycles: int, known: int, code: str) -> None:
    answer = forecast_end_of_life(course(1.0, seed=70).until(cycles), lives(known))
    assert isinstance(answer, NotDetermined)
    assert answer.code == code
