"""Rows as samples."""

import numpy as np

from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.rows import Row, RowColumn, put_numbers, samples_of_rows


def test_rows_become_columns_with_what_is_missing_null() -> None:
    samples = samples_of_rows(
        [
            Row(5, {"current_ma": 7, "cell_voltage_mv": [1, None]}),
            Row(3, {"cell_voltage_mv": [2, 3, 4]}),
            Row(4, {}),
        ]
    )

    assert samples.sampled_at_ms.tolist() == [5, 3, 4]
    assert samples.columns["current_ma"].tolist() == [7, NULL, NULL]
    assert samples.columns["cell_voltage_mv"].tolist() == [
        [1, NULL, NULL],
        [2, 3, 4],
        [NULL, NULL, NULL],
    ]
    assert all(column.dtype == np.int64 for column in samples.columns.values())


def test_numbers_are_scaled_and_rounded() -> None:
    row = Row(0)
    rules = {name: RowColumn(name, 10) for name in ("a", "b", "c", "d", "e")}
    put_numbers(row, {"a": 1.26, "b": None, "c": True, "d": [0.1, None], "e": "text"}, rules)

    assert row.values == {"a": 13, "c": 1, "d": [1, None]}
