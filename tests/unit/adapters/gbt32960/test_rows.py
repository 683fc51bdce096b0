"""Decoded reports as rows: parts of one reading joined, two readings kept apart."""

from typing import Any

import pytest

from battery_passport.adapters.gbt32960.frame import decode_frame
from battery_passport.adapters.gbt32960.rows import recorded_rows
from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.rows import Row
from tests.factories.frames import TIME_HEX, VIN, gbt_frame, report
from tests.factories.gbt32960_blocks import (
    ALARMS_2016,
    ALARMS_2025,
    CELLS_2025,
    EXTREMES,
    POSITION_2016,
    TEMPERATURES_2016,
    VEHICLE_2016,
)

NOON_MS = 1_761_566_522_000


def rows_of(*frames: bytes) -> list[Row]:
    return recorded_rows(decode_frame(frame) for frame in frames)[0]


def cells(first: int, *raws: int, pack: int = 1, total: int = 4) -> str:
    values = "".join(f"{raw:04x}" for raw in raws)
    return f"08 01 {pack:02x} 0dac 2774 {total:04x} {first:04x} {len(raws):02x} {values}"


def test_a_report_becomes_one_row() -> None:
    (row,) = rows_of(
        report(2016, VEHICLE_2016, EXTREMES, ALARMS_2016, TEMPERATURES_2016, cells(1, 3850, 3851))
    )

    assert row.sampled_at_ms == NOON_MS
    assert row.values == {
        "vehicle_state": 1,
        "charge_status": 3,
        "speed_mm_s": 34_278,
        "odometer_m": 123_456_700,
        "pack_voltage_mv": 350_100,
        "current_ma": -12_300,
        "bms_soc_permyriad": 8_100,
        "insulation_kohm": 2_000,
        "cell_voltage_max_mv": 4_000,
        "cell_voltage_min_mv": 3_850,
        "cell_max_number": 10,
        "cell_min_number": 20,
        "temperature_max_dc": 400,
        "temperature_min_dc": 300,
        "bms_warning_level": 2,
        "alarm_bits": 0x00040801,
        "probe_temperature_dc": [-400, 0, 2_100, None],
        "cell_voltage_mv": [3_850, 3_851],
    }


def test_the_pack_speaks_where_the_vehicle_does_not() -> None:
    (row,) = rows_of(report(2025, CELLS_2025, ALARMS_2025))

    assert row.values["pack_voltage_mv"] == 350_000
    assert row.values["current_ma"] == 10_000
    assert row.values["cell_voltage_mv"] == [3_850, None, None]
    assert row.values["thermal_alarm"] == 1


def test_location_and_vin_stay_out() -> None:
    rows = rows_of(report(2016, VEHICLE_2016, POSITION_2016))

    assert not {name for row in rows for name in row.values if "tude" in name}
    assert VIN not in repr(rows)


def test_cells_split_over_frames_are_one_reading() -> None:
    (row,) = rows_of(
        report(2016, VEHICLE_2016, cells(1, 3850, 3851)), report(2016, cells(3, 3852, 3853))
    )

    assert row.values["cell_voltage_mv"] == [3_850, 3_851, 3_852, 3_853]
    assert row.values["current_ma"] == -12_300


def test_two_readings_of_one_time_are_both_kept() -> None:
    rows = rows_of(report(2016, cells(1, 3850, 3851)), report(2016, cells(1, 3850, 3900)))

    assert [row.values["cell_voltage_mv"] for row in rows] == [[3_850, 3_851], [3_850, 3_900]]
    assert [row.sampled_at_ms for row in rows] == [NOON_MS, NOON_MS]


def test_the_same_frame_again_is_the_same_reading() -> None:
    frame = report(2016, VEHICLE_2016, cells(1, 3850, 3851))

    assert len(rows_of(frame, frame)) == 1


def test_two_packs_follow_each_other() -> None:
    block = "08 02 01 0dac 2774 0003 0001 02 0f0a 0f0b 02 0dac 2774 0002 0001 02 0f0c 0f0d"
    (row,) = rows_of(report(2016, block))

    assert row.values["cell_voltage_mv"] == [3_850, 3_851, None, 3_852, 3_853]
    assert "current_ma" not in row.values


def test_backfill_counts_and_other_commands_do_not() -> None:
    rows = rows_of(
        report(2016, VEHICLE_2016, command=3),
        gbt_frame(2016, TIME_HEX + "0001", command=4),
        gbt_frame(2016, TIME_HEX, command=2, answer=1),
    )

    assert len(rows) == 1


def test_what_is_left_out_is_said() -> None:
    documents: list[Any] = [
        decode_frame(report(2016, cells(60_000, 3850))),
        decode_frame(gbt_frame(2016, "ffffffffffff" + VEHICLE_2016)),
        {"error": {"message": "broken"}},
    ]
    rows, assumptions = recorded_rows(documents)

    assert [row.values for row in rows] == [{"pack_voltage_mv": 350_000, "current_ma": 10_000}]
    assert assumptions[2:] == (
        "1 of 3 frames were broken and are left out",
        "1 reports have no time and are left out",
        "1 reports number more than 1024 cells and are left out",
    )


def test_two_vehicles_are_refused_without_naming_them() -> None:
    one = decode_frame(report(2016, VEHICLE_2016))

    with pytest.raises(UnreadableSource) as caught:
        recorded_rows([one, one | {"vin": "SOMEBODY ELSE"}])
    assert VIN not in str(caught.value)
