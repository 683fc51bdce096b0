"""Tables do not depend on the order of arrival, and convert to calculation units."""

import itertools

import numpy as np
import pytest

from battery_passport.telemetry.conversion import (
    bms_soc_ratio,
    cell_voltage_mean_v,
    cell_voltage_v,
    charged_ah,
    column_in_si_unit,
    current_a,
    elapsed_s,
    pack_voltage_v,
    probe_temperature_celsius,
)
from battery_passport.telemetry.errors import InvalidSamples
from battery_passport.telemetry.model import NULL, DecodedBatch
from battery_passport.telemetry.table import TelemetryTable, assemble_table, merge_tables
from tests.factories.telemetry import COLLECTED_AT_MS, make_claims, make_decoded, make_samples


def batch(sequence: int, *, start_s: int, count: int = 2, **columns: object) -> DecodedBatch:
    arrays = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}
    return make_decoded(
        claims=make_claims(sequence=sequence),
        samples=make_samples(
            count=count, start_ms=COLLECTED_AT_MS + 1_000 * start_s, columns=arrays
        ),
        assumptions=(f"assumption {sequence}",),
    )


def rows(table: TelemetryTable) -> list[tuple[int, bytes]]:
    digests = [table.batch_digests[ordinal] for ordinal in table.batch_ordinal]
    return list(zip(table.sampled_at_ms.tolist(), digests, strict=True))


def test_order_of_arrival_makes_no_difference() -> None:
    batches = [
        batch(0, start_s=0, current_ma=[1, 2]),
        batch(1, start_s=1, current_ma=[3, 4]),
        batch(2, start_s=-1, cell_voltage_mv=[[5], [6]]),
    ]
    tables = [assemble_table(order) for order in itertools.permutations(batches)]
    first = tables[0]
    assert rows(first) == sorted(rows(first))
    for table in tables[1:]:
        assert rows(table) == rows(first)
        assert table.columns.keys() == first.columns.keys()
        for name, values in first.columns.items():
            np.testing.assert_array_equal(table.columns[name], values)


def test_a_batch_given_twice_counts_once() -> None:
    once = batch(0, start_s=0, current_ma=[1, 2])
    assert assemble_table([once, once]).row_count == 2


def test_missing_columns_and_cells_are_null() -> None:
    table = assemble_table(
        [
            batch(0, start_s=0, current_ma=[1, 2]),
            batch(1, start_s=10, cell_voltage_mv=[[1], [2]]),
            batch(2, start_s=20, cell_voltage_mv=[[3, 4], [5, 6]]),
        ]
    )
    assert table.columns["current_ma"].tolist() == [1, 2, NULL, NULL, NULL, NULL]
    assert table.columns["cell_voltage_mv"].tolist() == [
        [NULL, NULL],
        [NULL, NULL],
        [1, NULL],
        [2, NULL],
        [3, 4],
        [5, 6],
    ]
    assert table.assumptions == ("assumption 0", "assumption 1", "assumption 2")


def test_selecting_and_cutting_keep_the_rest() -> None:
    table = assemble_table([batch(0, start_s=0, current_ma=[1, 2], odometer_m=[3, 4])])
    assert list(table.select(["odometer_m", "speed_mm_s"]).columns) == ["odometer_m"]
    cut = table.between(COLLECTED_AT_MS + 1, COLLECTED_AT_MS + 1_001)
    assert cut.columns["current_ma"].tolist() == [2]
    assert cut.batch_digests == table.batch_digests


def test_merged_tables_equal_the_table_of_all_batches() -> None:
    batches = [
        batch(number, start_s=number % 2, cell_voltage_mv=[[number] * (1 + number % 2)] * 2)
        for number in range(4)
    ]
    merged = merge_tables([assemble_table(batches[:1]), assemble_table(batches[1:])])
    whole = assemble_table(batches)
    assert rows(merged) == rows(whole)
    np.testing.assert_array_equal(
        merged.columns["cell_voltage_mv"], whole.columns["cell_voltage_mv"]
    )


def test_no_batches_make_an_empty_table() -> None:
    table = assemble_table([])
    assert table.row_count == 0
    assert elapsed_s(table).size == 0
    assert merge_tables([]).row_count == 0


def test_columns_convert_to_calculation_units() -> None:
    table = assemble_table(
        [
            batch(
                0,
                start_s=0,
                current_ma=[-1_500, NULL],
                pack_voltage_mv=[352_250, 352_000],
                cell_voltage_mv=[[3_700, NULL], [3_701, 3_702]],
                cell_voltage_mean_uv=[3_700_500, 3_701_500],
                charged_uah=[0, 27_778],
                bms_soc_permyriad=[5_025, NULL],
                probe_temperature_dc=[[215], [-5]],
            )
        ]
    )
    np.testing.assert_allclose(elapsed_s(table), [0, 1])
    np.testing.assert_allclose(current_a(table), [-1.5, np.nan])
    np.testing.assert_allclose(pack_voltage_v(table), [352.25, 352])
    np.testing.assert_allclose(cell_voltage_v(table), [[3.7, np.nan], [3.701, 3.702]])
    np.testing.assert_allclose(cell_voltage_mean_v(table), [3.7005, 3.7015])
    np.testing.assert_allclose(charged_ah(table), [0, 0.027778])
    np.testing.assert_allclose(bms_soc_ratio(table), [0.5025, np.nan])
    np.testing.assert_allclose(probe_temperature_celsius(table), [[21.5], [-0.5]])
    assert np.isnan(column_in_si_unit(table, "speed_mm_s")).all()


def test_unknown_columns_have_no_unit_to_convert_to() -> None:
    table = assemble_table([batch(0, start_s=0, gadget_mv=[1, 2])])
    with pytest.raises(InvalidSamples, match="gadget_mv"):
        column_in_si_unit(table, "gadget_mv")
