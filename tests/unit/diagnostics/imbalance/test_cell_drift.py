"""A cell that stands apart from its neighbours day after day is found, and no other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.diagnostics.imbalance.cell_drift import V1, DriftFinding, find_drift
from battery_passport.diagnostics.imbalance.neighbours import deviations, row_medians, spread
from battery_passport.foundation.clock import DAY_MS

HALF_HOUR_MS = 1_800_000
CELLS = 90
BEGINS_MS = 1_555_200_000_000


def make_days(
    days: int = 8, *, apart_v: float = 0.0, grows_v: float = 0.0, cell: int = 40
) -> tuple[np.ndarray, np.ndarray]:
    """Return half-hourly voltages of two modules 70 mV apart, one cell of which drifts."""
    chance = np.random.default_rng(7)
    times_ms = BEGINS_MS + HALF_HOUR_MS * np.arange(48 * days, dtype=np.int64)
    day = np.arange(48 * days) / 48.0
    typical_v = 3.7 + 0.1 * np.sin(day)
    offsets_v = np.where(np.arange(CELLS) < 45, 0.0, 0.070) + chance.normal(0.0, 0.002, CELLS)
    voltage_v = typical_v[:, None] + offsets_v + chance.normal(0.0, 0.001, (day.size, CELLS))
    voltage_v[:, cell] -= apart_v + grows_v * day
    return times_ms, voltage_v


def found(times_ms: np.ndarray, voltage_v: np.ndarray) -> list[DriftFinding]:
    return list(find_drift(times_ms, voltage_v))


def test_two_modules_apart_are_no_fault() -> None:
    assert found(*make_days()) == []


@pytest.mark.parametrize("cell", [0, 20, 44, 45, 70, 89])
def test_a_low_cell_is_known_when_the_third_day_is_over(cell: int) -> None:
    times_ms, voltage_v = make_days(apart_v=0.04, cell=cell)
    notices = found(times_ms, voltage_v)

    assert [(each.cell, each.severity, each.at_ms) for each in notices] == [
        (cell, "notice", BEGINS_MS + 3 * DAY_MS)
    ]


def test_the_deviation_is_that_from_its_own_module() -> None:
    assert found(*make_days(apart_v=0.04))[0].deviation_v == pytest.approx(-0.04, abs=0.006)


@pytest.mark.parametrize("cell", [0, 20, 40, 44, 45, 89])
def test_a_high_cell_is_found_too(cell: int) -> None:
    assert [each.cell for each in found(*make_days(apart_v=-0.04, cell=cell))] == [cell]


def test_a_growing_deviation_is_a_notice_first_and_a_warning_later() -> None:
    findings = found(*make_days(days=14, grows_v=0.008))

    assert [(each.cell, each.severity) for each in findings] == [(40, "notice"), (40, "warning")]
    assert findings[0].at_ms < findings[1].at_ms


def test_two_days_are_too_few() -> None:
    times_ms, voltage_v = make_days(apart_v=0.04)
    voltage_v[2 * 48 :, 40] += 0.04

    assert found(times_ms, voltage_v) == []


def test_days_with_few_samples_settle_nothing() -> None:
    times_ms, voltage_v = make_days(apart_v=0.04)

    assert found(times_ms[::4], voltage_v[::4]) == []


def test_unmeasured_cells_are_left_out() -> None:
    times_ms, voltage_v = make_days(apart_v=0.04)
    gaps = voltage_v.copy()
    gaps[:, [3, 41, 42]] = np.nan
    gaps[::3, 60] = np.nan
    gaps[10] = np.nan

    assert [each.cell for each in found(times_ms, gaps)] == [40]


@given(st.integers(-20_000, 20_000), st.floats(-0.5, 0.5))
def test_calendar_and_common_voltage_are_nothing(days: int, offset_v: float) -> None:
    times_ms, voltage_v = make_days(days=4, apart_v=0.04)
    moved = found(times_ms + days * DAY_MS, voltage_v + offset_v)

    assert [(each.cell, each.at_ms - days * DAY_MS) for each in moved] == [
        (each.cell, each.at_ms) for each in found(times_ms, voltage_v)
    ]


@given(st.integers(0, 2**31))
def test_the_order_within_a_day_is_nothing(seed: int) -> None:
    times_ms, voltage_v = make_days(days=4, apart_v=0.04)
    order = np.concatenate(
        [48 * day + np.random.default_rng([seed, day]).permutation(48) for day in range(4)]
    )

    assert found(times_ms, voltage_v[order]) == found(times_ms, voltage_v)


def test_counting_cells_from_the_other_end_is_nothing() -> None:
    times_ms, voltage_v = make_days(days=4, apart_v=0.04)
    mirrored = found(times_ms, voltage_v[:, ::-1])

    assert [replace(each, cell=CELLS - 1 - each.cell) for each in mirrored] == found(
        times_ms, voltage_v
    )


@given(st.integers(1, 8 * 48))
def test_nothing_later_is_read(seen: int) -> None:
    times_ms, voltage_v = make_days(apart_v=0.03, grows_v=0.006)
    until_ms = int(times_ms[seen - 1])

    assert found(times_ms[:seen], voltage_v[:seen]) == [
        each for each in found(times_ms, voltage_v) if each.at_ms <= until_ms
    ]


def test_a_step_between_modules_leaves_no_deviation() -> None:
    step_v = np.where(np.arange(40) < 18, 3.6, 3.7)[None, :]

    assert np.abs(deviations(step_v, reach=V1.reach)).max() < 1e-12


def test_spread_is_that_of_the_healthy_half() -> None:
    deviation_v = np.random.default_rng(3).normal(0.0, 0.004, 80)
    deviation_v[[10, 50]] = 0.5

    assert spread(deviation_v, reach=16).max() < 0.009


def test_medians_of_rows_ignore_what_was_not_measured() -> None:
    values = np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, np.nan], [4.0, 2.0, 9.0]])

    np.testing.assert_array_equal(row_medians(values), [2.0, np.nan, 4.0])
