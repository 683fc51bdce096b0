"""Charge is counted where it can be, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from battery_passport.diagnostics.model import Anchor
from battery_passport.diagnostics.parameters import V1
from battery_passport.diagnostics.signals import ChargeSource, Signals, read_signals
from battery_passport.telemetry.model import NULL, Columns
from battery_passport.telemetry.table import TelemetryTable
from tests.factories.diagnostics import make_batch, make_table

START_MS = 1_600_000_000_000


def signals_of(seconds: list[float], columns: Columns) -> Signals | None:
    times = START_MS + np.array([round(1_000 * second) for second in seconds], dtype=np.int64)
    table = make_table([make_batch(times, columns)])
    return read_signals(table, V1, largest_current_a=1_000.0)


def found(seconds: list[float], columns: Columns) -> Signals:
    signals = signals_of(seconds, columns)
    assert signals is not None
    return signals


def ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def test_charge_is_counted_by_trapezoids_and_is_positive_while_charging() -> None:
    signals = found([0, 10, 20], {"current_ma": ints(-36_000, -36_000, -72_000)})
    assert signals.source is ChargeSource.CURRENT
    assert signals.step_ah.tolist() == pytest.approx([0.1, 0.15])
    assert not signals.is_break.any()


def test_rows_without_a_possible_current_are_passed_over() -> None:
    currents = ints(-36_000, NULL, 1_500_000, -36_000, -36_000)
    signals = found([0, 10, 20, 30, 40], {"current_ma": currents})
    assert signals.row.tolist() == [0, 3, 4]
    assert signals.step_ah[0] == pytest.approx(0.3)


def test_of_samples_at_the_same_time_one_counts() -> None:
    signals = found([0, 10, 10, 20], {"current_ma": ints(-1, -2, -3, -4)})
    assert signals.elapsed_s.tolist() == [0.0, 10.0, 20.0]


def test_times_beyond_any_calendar_are_left_out() -> None:
    signals = found([-2e12, 0, 10, 20, 4e12], {"current_ma": ints(-1, -2, -3, -4, -5)})
    assert signals.row.tolist() == [1, 2, 3]


def test_a_long_step_and_a_new_segment_are_breaks() -> None:
    signals = found(
        [0, 10, 200, 210, 220],
        {"current_ma": ints(-1, -1, -1, -1, -1), "segment": ints(1, 1, 1, 2, NULL)},
    )
    assert signals.is_break.tolist() == [False, True, True, False]


def test_without_a_current_a_segments_counter_is_used() -> None:
    signals = found(
        [0, 600, 1_200, 1_800],
        {"charged_uah": ints(0, 5_000_000, 9_000_000, 0), "segment": ints(1, 1, 1, 2)},
    )
    assert signals.source is ChargeSource.SEGMENT_COUNTER
    assert signals.step_ah[:2].tolist() == pytest.approx([5.0, 4.0])
    assert signals.current_a[1] == pytest.approx(-30.0)
    assert signals.is_break.tolist() == [False, False, True]


def test_a_counter_that_leaps_was_set_anew() -> None:
    signals = found([0, 60, 120, 180], {"charged_uah": ints(0, 500_000, -4_000_000_000, 0)})
    assert signals.is_break.tolist() == [False, True, True]
    assert np.abs(signals.current_a).max() < 1_000.0


def test_lifetime_counters_bridge_long_silences() -> None:
    signals = found(
        [0, 3_600, 7_200],
        {
            "cumulative_charge_mah": ints(100_000, 130_000, 150_000),
            "cumulative_discharge_mah": ints(90_000, 90_000, 91_000),
        },
    )
    assert signals.source is ChargeSource.LIFETIME_COUNTER
    assert signals.step_ah.tolist() == pytest.approx([30.0, 19.0])
    assert not signals.is_break.any()


def test_a_sparse_current_gives_way_to_a_counter() -> None:
    signals = found(
        [0, 600, 1_200],
        {"current_ma": ints(-1, -1, -1), "charged_uah": ints(0, 1_000_000, 2_000_000)},
    )
    assert signals.source is ChargeSource.SEGMENT_COUNTER


@pytest.mark.parametrize(
    "columns",
    [
        {"speed_mm_s": ints(0, 0, 0)},
        {"current_ma": ints(-1, -1, NULL)},
        {"current_ma": ints(NULL, NULL, NULL), "charged_uah": ints(NULL, NULL, 0)},
    ],
)
def test_too_few_samples_give_nothing(columns: Columns) -> None:
    assert signals_of([0, 10, 20], columns) is None


def test_a_state_of_charge_between_two_rows_goes_to_the_nearer_free_one() -> None:
    signals = found(
        [0, 10, 17, 20, 100, 110],
        {
            "current_ma": ints(-1, -1, NULL, -1, NULL, -1),
            "bms_soc_permyriad": ints(NULL, NULL, 5_000, NULL, 5_100, 5_200),
        },
    )
    assert signals.soc_anchor is Anchor.BMS
    assert np.isnan(signals.soc_ratio[:2]).all()
    assert signals.soc_ratio[2:].tolist() == pytest.approx([0.5, 0.52])


def test_the_display_is_read_where_the_bms_is_silent() -> None:
    columns = {
        "current_ma": ints(-1, -1, -1),
        "bms_soc_permyriad": ints(NULL, 51_100, NULL),
        "display_soc_permyriad": ints(5_000, 5_100, 5_200),
    }
    assert found([0, 10, 20], columns).soc_anchor is Anchor.DISPLAY


def test_an_absurd_table_is_no_table() -> None:
    times = START_MS + 1_000 * np.arange(3, dtype=np.int64)
    table = make_table([make_batch(times, {"current_ma": ints(-1, -1, -1)})])
    far = replace(table, sampled_at_ms=np.array([2**52, 2**52 + 1, 2**52 + 2], dtype=np.int64))
    assert isinstance(far, TelemetryTable)
    assert read_signals(far, V1, largest_current_a=1_000.0) is None
