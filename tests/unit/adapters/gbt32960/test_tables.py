"""A second reading of the standard's tables: bytes written by hand beside what they mean.

In: blocks as hex, laid out field by field. Out: their values.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from battery_passport.adapters.gbt32960.blocks import BLOCKS
from battery_passport.adapters.gbt32960.frame import decode_frame, encode_frame
from battery_passport.adapters.gbt32960.payloads import PAYLOADS
from tests.factories.frames import SIGNATURE_HEX, report
from tests.factories.gbt32960_blocks import (
    ALARMS_2016,
    ALARMS_2025,
    CELLS_2016,
    CELLS_2025,
    ENGINE_2016,
    ENGINE_2025,
    EXTREMES,
    FUEL_CELL_2016,
    FUEL_CELL_2025,
    MOTORS_2016,
    MOTORS_2025,
    POSITION_2016,
    POSITION_2025,
    STACKS,
    SUPERCAPACITOR,
    SUPERCAPACITOR_EXTREMES,
    TEMPERATURES_2016,
    TEMPERATURES_2025,
    VEHICLE_2016,
    VEHICLE_2025,
)

VEHICLE = {
    "speed_kmh": 123.4,
    "odometer_km": 123456.7,
    "pack_voltage_v": 350.1,
    "soc_percent": 81,
    "insulation_kohm": 2000,
}
EXPECTED: dict[tuple[int, str], dict[str, Any]] = {
    (2016, VEHICLE_2016): {
        "type": "vehicle",
        "vehicle_state": "started",
        "charging_state": "not-charging",
        "running_mode": "electric",
        **VEHICLE,
        "current_a": -12.3,
        "dcdc_state": "working",
        "gear": "D",
        "is_driving": True,
        "is_braking": False,
        "accelerator_percent": 30,
        "brake_percent": 101,
    },
    (2025, VEHICLE_2025): {
        "type": "vehicle",
        "vehicle_state": "off",
        "charging_state": "charging-parked",
        "running_mode": "hybrid",
        **VEHICLE,
        "current_a": -12.3,
        "dcdc_state": "disconnected",
        "gear": "R",
        "is_driving": False,
        "is_braking": False,
    },
    (2016, MOTORS_2016): {
        "motors": [
            {
                "number": 1,
                "motor_state": "consuming",
                "controller_temperature_c": 40,
                "speed_rpm": -100,
                "torque_nm": -50.5,
                "temperature_c": 50,
                "controller_voltage_v": 360.0,
                "controller_current_a": 25.5,
            },
            {
                "number": 2,
                "motor_state": "ready",
                "controller_temperature_c": 0,
                "speed_rpm": 0,
                "torque_nm": 0.0,
                "temperature_c": 0,
                "controller_voltage_v": None,
                "controller_current_a": None,
                "invalid": ["controller_voltage_v"],
                "abnormal": ["controller_current_a"],
            },
        ]
    },
    (2025, MOTORS_2025): {
        "motors": [
            {
                "number": 1,
                "motor_state": "generating",
                "controller_temperature_c": 40,
                "speed_rpm": -100,
                "torque_nm": -50.5,
                "temperature_c": 50,
            }
        ]
    },
    (2016, FUEL_CELL_2016): {
        "type": "fuel-cell",
        "fuel_cell_voltage_v": 350.0,
        "fuel_cell_current_a": 100.0,
        "fuel_consumption_kg_per_100km": 1.0,
        "fuel_cell_temperatures_c": [0, 40, 200],
        "hydrogen_temperature_max_c": 40.0,
        "hydrogen_temperature_max_probe": 1,
        "hydrogen_concentration_max_mg_per_kg": 500,
        "hydrogen_concentration_max_sensor": 2,
        "hydrogen_pressure_max_mpa": 35.0,
        "hydrogen_pressure_max_sensor": 3,
        "high_voltage_dcdc_state": "working",
    },
    (2025, FUEL_CELL_2025): {
        "type": "fuel-cell",
        "hydrogen_temperature_max_c": 40,
        "hydrogen_temperature_max_probe": 1,
        "hydrogen_concentration_max_percent": 1.0,
        "hydrogen_concentration_max_sensor": 2,
        "hydrogen_pressure_max_mpa": 35.0,
        "hydrogen_pressure_max_sensor": 3,
        "high_voltage_dcdc_state": "disconnected",
        "hydrogen_left_percent": 50,
        "high_voltage_dcdc_temperature_c": 50,
    },
    (2016, ENGINE_2016): {
        "engine_state": "started",
        "crankshaft_rpm": 3000,
        "fuel_consumption_l_per_100km": 7.0,
    },
    (2025, ENGINE_2025): {"type": "engine", "crankshaft_rpm": 3000},
    (2016, POSITION_2016): {
        "is_position_valid": True,
        "longitude": 129.038792,
        "latitude": 35.189412,
    },
    (2025, POSITION_2025): {
        "is_position_valid": True,
        "coordinate_system": "WGS84",
        "longitude": -129.038792,
        "latitude": -35.189412,
    },
    (2016, EXTREMES): {
        "cell_max_pack_number": 1,
        "cell_max_number": 10,
        "cell_voltage_max_v": 4.0,
        "cell_min_pack_number": 2,
        "cell_min_number": 20,
        "cell_voltage_min_v": 3.85,
        "temperature_max_pack_number": 1,
        "temperature_max_probe": 3,
        "temperature_max_c": 40,
        "temperature_min_pack_number": 1,
        "temperature_min_probe": 4,
        "temperature_min_c": 30,
    },
    (2016, ALARMS_2016): {
        "alarm_level": 2,
        "alarms": ["temperature-difference", "insulation", "pack-overcharged"],
        "pack_fault_codes": ["0000000a"],
        "motor_fault_codes": [],
        "engine_fault_codes": [],
        "other_fault_codes": ["00000001", "ffffffff"],
    },
    (2025, ALARMS_2025): {
        "alarm_level": 4,
        "alarms": ["temperature-difference", "thermal-event", "fuel-cell-stack-temperature"],
        "is_thermal_event": True,
        "pack_fault_codes": [],
        "motor_fault_codes": ["0000000b"],
        "alarm_levels": [
            {"bit": 23, "level": 4, "alarm": "thermal-event"},
            {"bit": 27, "level": 1, "alarm": "fuel-cell-stack-temperature"},
            {"bit": 0, "level": 2, "alarm": "temperature-difference"},
        ],
    },
    (2016, CELLS_2016): {
        "packs": [
            {
                "number": 1,
                "pack_voltage_v": 350.0,
                "current_a": 10.0,
                "cell_count": 200,
                "first_cell_number": 151,
                "cell_voltages_v": [3.85, None, None],
                "invalid": ["cell_voltages_v[1]"],
                "abnormal": ["cell_voltages_v[2]"],
            }
        ]
    },
    (2025, CELLS_2025): {
        "packs": [
            {
                "number": 1,
                "pack_voltage_v": 350.0,
                "current_a": 10.0,
                "cell_voltages_v": [3.85, None, None],
                "invalid": ["cell_voltages_v[1]"],
                "abnormal": ["cell_voltages_v[2]"],
            }
        ]
    },
    (2016, TEMPERATURES_2016): {
        "packs": [
            {
                "number": 1,
                "temperatures_c": [-40, 0, 210, None],
                "invalid": ["temperatures_c[3]"],
            }
        ]
    },
    (2025, TEMPERATURES_2025): {
        "packs": [
            {"number": 1, "temperatures_c": [40]},
            {"number": 2, "temperatures_c": [41, None], "abnormal": ["temperatures_c[1]"]},
        ]
    },
    (2025, STACKS): {
        "type": "fuel-cell-stacks",
        "stacks": [
            {
                "number": 1,
                "voltage_v": 350.0,
                "current_a": 100.0,
                "hydrogen_inlet_pressure_kpa": 100.0,
                "air_inlet_pressure_kpa": 0.0,
                "air_inlet_temperature_c": 30,
                "coolant_outlet_temperatures_c": [40, 41],
            }
        ],
    },
    (2025, SUPERCAPACITOR): {
        "type": "supercapacitor",
        "number": 1,
        "voltage_v": 350.0,
        "current_a": 10.0,
        "cell_voltages_v": [2.7, 2.701],
        "temperatures_c": [40],
    },
    (2025, SUPERCAPACITOR_EXTREMES): {
        "type": "supercapacitor-extremes",
        "cell_max_system_number": 1,
        "cell_max_number": 258,
        "cell_voltage_max_v": 2.701,
        "cell_min_system_number": 2,
        "cell_min_number": 259,
        "cell_voltage_min_v": 2.7,
        "temperature_max_system_number": 3,
        "temperature_max_probe": 1,
        "temperature_max_c": 40,
        "temperature_min_system_number": 4,
        "temperature_min_probe": 2,
        "temperature_min_c": 20,
    },
}


@pytest.mark.parametrize(("edition", "block"), EXPECTED)
def test_each_block_means_what_the_tables_say(edition: int, block: str) -> None:
    signature = SIGNATURE_HEX if edition == 2025 else ""
    frame = report(edition, block, signature)
    document: Any = decode_frame(frame)
    decoded = document["blocks"][0]
    expected = EXPECTED[edition, block]

    assert {name: decoded.get(name) for name in expected} == expected
    assert "warnings" not in document
    assert encode_frame(document) == frame


def test_every_block_of_both_editions_is_read_twice() -> None:
    codes = {(edition, int(block[:2], 16)) for edition, block in EXPECTED}

    assert codes == {(2016, code) for code in range(1, 10)} | {
        (2025, code) for code in (*range(1, 9), 0x30, 0x31, 0x32)
    }


# Code: a block whose every number is all ones but the last bit, and the counts are none.
ALL_ABNORMAL = {
    (2016, 1): "01 fefefe fffe fffffffe fffe fffe fe fe 00 fffe fe fe",
    (2016, 3): "03 fffe fffe fffe fffe fffe fe fffe fe fffe fe fe",
    (2016, 4): "04 fe fffe fffe",
    (2016, 7): "07 fe 00000000 fe fe fe fe",
    (2016, 8): "08 fe",
    (2016, 9): "09 fe",
    (2025, 2): "02 fe",
    (2025, 3): "03 fffe fe fffe fe fffe fe fe fe fe",
    (2025, 6): "06 fe 00000000 fe fe fe fe fe",
    (2025, 7): "07 01 fe fffe fffe fffe",
    (2025, 8): "08 01 fe fffe",
    (2025, 0x31): "31 fe fffe fffe fffe fffe",
}


@pytest.mark.parametrize(("edition", "code"), ALL_ABNORMAL)
def test_all_ones_but_the_last_bit_is_abnormal(edition: int, code: int) -> None:
    signature = SIGNATURE_HEX if edition == 2025 else ""
    frame = report(edition, ALL_ABNORMAL[edition, code], signature)
    document: Any = decode_frame(frame)
    block = document["blocks"][0]
    row = block["packs"][0] if isinstance(block.get("packs"), list) else block

    assert row["abnormal"]
    assert [row[name] for name in row["abnormal"]] == [None] * len(row["abnormal"])
    assert not [name for name, value in row.items() if isinstance(value, float)]
    assert "invalid" not in row
    assert encode_frame(document) == frame


def documented_names(layout: Any) -> Iterator[str]:
    for field in layout:
        yield from (name for name in field.names if name != "time_hex")
        yield from documented_names(getattr(field, "layout", ()))


@pytest.mark.parametrize("edition", [2016, 2025])
def test_every_name_is_in_the_reference(edition: int, repository: Path) -> None:
    page = (repository / "docs" / "reference" / "decoders.md").read_text("utf-8")
    layouts = [*PAYLOADS[edition].values(), *(layout for _, layout in BLOCKS[edition].values())]
    names = {name for layout in layouts for name in documented_names(layout)}

    assert len(names) > 60
    # The bytes of a text that is no plain text are described once for all.
    missing = {name for name in names if f"`{name}`" not in page}
    assert {name for name in missing if not name.endswith("_hex")} == set()
