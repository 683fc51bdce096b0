"""Insulation that is too low or has fallen is found; single wrong days are nothing."""

import numpy as np

from battery_passport.diagnostics.insulation.watch import (
    InsulationDay,
    InsulationFinding,
    find_insulation,
    insulation_of_days,
)
from battery_passport.foundation.clock import DAY_MS


def day_insulation(kohm: np.ndarray, volts: np.ndarray) -> float | None:
    (ohm_per_v,) = insulation_of_days(kohm, volts, [(0, kohm.size)])
    return ohm_per_v


def make_days(*ohm_per_v: float) -> list[InsulationDay]:
    return [
        InsulationDay(day=day, known_at_ms=(day + 1) * DAY_MS, ohm_per_v=each)
        for day, each in enumerate(ohm_per_v)
    ]


def found(*ohm_per_v: float) -> list[tuple[str, int]]:
    return [
        (each.severity, each.at_ms // DAY_MS) for each in find_insulation(make_days(*ohm_per_v))
    ]


def test_sound_insulation_is_nothing() -> None:
    assert found(*[5_000.0, 4_200.0, 5_600.0] * 20) == []


def test_a_slow_fall_is_a_notice_then_a_warning_then_critical() -> None:
    falling = [5_000.0] * 20 + [5_000.0 * 0.7**day for day in range(1, 16)]

    assert [severity for severity, _ in found(*falling)] == ["notice", "warning", "critical"]


def test_a_limit_counts_on_the_second_day() -> None:
    assert found(*[1_200.0] * 10, 80.0, 80.0) == [("notice", 12), ("warning", 12), ("critical", 12)]


def test_one_bad_day_is_nothing() -> None:
    assert found(*[4_000.0] * 12, 60.0, *[4_000.0] * 12, 60.0, *[4_000.0] * 12) == []


def test_insulation_that_was_always_low_has_no_usual_to_fall_from() -> None:
    assert found(*[300.0] * 30) == [("warning", 2)]


def test_nothing_later_is_read() -> None:
    days = make_days(*[5_000.0] * 20, *[5_000.0 * 0.7**day for day in range(1, 16)])
    whole: list[InsulationFinding] = list(find_insulation(days))
    for seen in range(len(days)):
        part = list(find_insulation(days[:seen]))
        assert part == [each for each in whole if each.at_ms <= seen * DAY_MS]


def test_a_day_counts_by_its_middle_and_its_highest_voltage() -> None:
    kohm = np.array([2_000.0] * 15 + [5.0] * 4 + [np.nan] * 3)
    volts = np.array([380.0, 400.0, np.nan])

    assert day_insulation(kohm, volts) == 5_000.0
    assert day_insulation(kohm[:9], volts) is None
    assert day_insulation(kohm, np.array([np.nan])) is None
