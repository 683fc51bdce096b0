"""Sums of spans: the same whichever way they are put together; what cannot be true is left out."""

import numpy as np

from battery_passport.foundation.clock import HOUR_MS
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.overview import (
    between,
    distances_of,
    joined_sums,
    sums_of_table,
)
from battery_passport.telemetry.table import TelemetryTable


def table(hours: int, *, seed: int = 1, cells: int = 5) -> TelemetryTable:
    draw = np.random.default_rng(seed)
    rows = hours * 12
    columns = {
        "current_ma": draw.integers(-9_000, 9_000, rows),
        "bms_soc_permyriad": draw.integers(0, 10_000, rows),
        "probe_temperature_dc": draw.integers(200, 260, (rows, 3)),
        "cell_voltage_mv": draw.integers(3_600, 3_800, (rows, cells)),
    }
    return TelemetryTable(
        sampled_at_ms=seed * HOUR_MS + np.arange(rows, dtype=np.int64) * 300_000,
        batch_ordinal=np.zeros(rows, np.int32),
        batch_digests=(b"d" * 32,),
        columns=columns,
        assumptions=(),
    )


def test_sums_are_those_of_the_rows() -> None:
    rows = table(3)
    sums = sums_of_table(rows, HOUR_MS)
    current = rows.columns["current_ma"][:12]
    series = sums.series["current_ma"]
    assert sums.samples.tolist() == [12, 12, 12]
    assert (series.sums[0], series.lows[0], series.highs[0]) == (
        current.sum(),
        current.min(),
        current.max(),
    )
    assert sums.series["temperature_max_dc"].highs[0] == (
        rows.columns["probe_temperature_dc"][:12].max()
    )


def test_distances_are_from_the_lower_median_of_the_sample() -> None:
    cells = np.array([[3_700, 3_710, 3_690, 3_705], [3_700, 0, 3_690, 3_705]])
    assert distances_of(cells[:1]).tolist() == [[0, 10, -10, 5]]
    assert distances_of(cells)[1].tolist() == [0, NULL, -10, 5]


def test_hours_join_to_what_days_would_be() -> None:
    rows = table(49)
    hours = sums_of_table(rows, HOUR_MS)
    days = joined_sums([hours], factor=24)
    whole = sums_of_table(rows, 24 * HOUR_MS)
    assert days.spans.tolist() == whole.spans.tolist()
    assert np.array_equal(days.cell_sums, whole.cell_sums)
    assert np.array_equal(days.cell_counts, whole.cell_counts)
    assert np.array_equal(days.series["current_ma"].sums, whole.series["current_ma"].sums)
    assert np.array_equal(days.series["current_ma"].lows, whole.series["current_ma"].lows)


def test_parts_that_overlap_are_added_up_in_any_order() -> None:
    early, late = sums_of_table(table(5), HOUR_MS), sums_of_table(table(5, seed=3), HOUR_MS)
    one, other = joined_sums([early, late]), joined_sums([late, early])
    assert one.samples.tolist() == [12, 12, 24, 24, 24, 12, 12]
    assert np.array_equal(one.cell_sums, other.cell_sums)


def test_a_battery_that_got_more_cells_keeps_its_rows() -> None:
    few, many = sums_of_table(table(1), HOUR_MS), sums_of_table(table(1, seed=2, cells=6), HOUR_MS)
    joined = joined_sums([few, many])
    assert joined.cell_counts.tolist() == [[12, 12, 12, 12, 12, 0], [12] * 6]


def test_what_cannot_be_true_is_left_out_and_counted() -> None:
    rows = table(1)
    rows.columns["bms_soc_permyriad"][:2] = [25_500, NULL]
    sums = sums_of_table(rows, HOUR_MS)
    assert sums.left_out == 1
    assert sums.series["bms_soc_permyriad"].counts.tolist() == [10]
    assert sums.series["bms_soc_permyriad"].highs[0] <= 10_000


def test_a_window_is_cut_out_of_the_sums() -> None:
    sums = sums_of_table(table(5), HOUR_MS)
    assert between(sums, 2, 4).spans.tolist() == [2, 3]
    assert joined_sums([]).spans.size == 0
