"""Sentinels and impossible values never reach a calculation."""

import numpy as np
import pytest

from battery_passport.diagnostics.cleaning import cell_voltage_v, clean, temperature_celsius
from battery_passport.telemetry.model import NULL, Columns
from battery_passport.telemetry.table import TelemetryTable
from tests.factories.diagnostics import make_batch, make_table


def table_of(columns: Columns, *, every_ms: int = 1_000) -> TelemetryTable:
    count = next(iter(columns.values())).shape[0]
    return make_table([make_batch(every_ms * np.arange(count, dtype=np.int64), columns)])


def ints(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_values_come_in_their_unit_and_what_cannot_be_is_missing() -> None:
    table = table_of({"bms_soc_permyriad": ints(5_050, NULL, 25_500, 10_001, -1)})
    assert clean(table, "bms_soc_permyriad")[0] == pytest.approx(0.505)
    assert np.isnan(clean(table, "bms_soc_permyriad")[1:]).all()


def test_a_missing_column_is_missing_everywhere() -> None:
    assert np.isnan(clean(table_of({"current_ma": ints(1, 2)}), "charged_uah")).all()


@pytest.mark.parametrize(
    ("columns", "voltage_v"),
    [
        ({"cell_voltage_mean_uv": ints(3_712_345)}, 3.712345),
        ({"cell_voltage_mv": np.array([[3_700, 3_702, 3_900]], dtype=np.int64)}, 3.702),
        ({"cell_voltage_mv": np.array([[3_700, 3_702, NULL]], dtype=np.int64)}, 3.701),
        ({"cell_voltage_mv": np.array([[3_700, 3_702, 0]], dtype=np.int64)}, 3.701),
        ({"cell_voltage_mv": np.array([[3_700, 0, 5_000]], dtype=np.int64)}, None),
        ({"cell_voltage_max_mv": ints(3_720), "cell_voltage_min_mv": ints(3_700)}, 3.71),
        ({"cell_voltage_max_mv": ints(3_720)}, None),
        ({"pack_voltage_mv": ints(370_000)}, 3.7),
        ({"speed_mm_s": ints(0)}, None),
    ],
)
def test_a_typical_cells_voltage(columns: Columns, voltage_v: float | None) -> None:
    found = cell_voltage_v(table_of(columns), 0, cells_in_series=100)
    if voltage_v is None:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(voltage_v)


def test_pack_voltage_says_nothing_without_the_number_of_cells() -> None:
    assert np.isnan(
        cell_voltage_v(table_of({"pack_voltage_mv": ints(370_000)}), 0, cells_in_series=None)
    )


def test_a_voltage_may_stand_beside_the_row_but_not_far_away() -> None:
    columns = {"cell_voltage_mean_uv": ints(NULL, NULL, 3_700_000)}
    near, far = table_of(columns), table_of(columns, every_ms=20_000)
    assert cell_voltage_v(near, 0, cells_in_series=None) == pytest.approx(3.7)
    assert np.isnan(cell_voltage_v(far, 0, cells_in_series=None))


@pytest.mark.parametrize(
    ("columns", "celsius"),
    [
        ({"probe_temperature_dc": np.array([[215, 225, 2_550]], dtype=np.int64)}, 22.0),
        ({"probe_temperature_mean_mc": ints(21_500)}, 21.5),
        ({"temperature_max_dc": ints(250), "temperature_min_dc": ints(210)}, 23.0),
    ],
)
def test_a_typical_temperature(columns: Columns, celsius: float) -> None:
    assert temperature_celsius(table_of(columns), 0) == pytest.approx(celsius)
