"""The known columns: name, place on the wire, meaning, unit, scale and physical range.

In: nothing. Out: one table that codec, quality checks, conversion and the reference page share.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

COLUMN_NAME = re.compile(r"[a-z0-9_]{1,64}")
"""Unknown columns with such names are carried as they are; their unit is their name's ending."""


class Axis(StrEnum):
    """What a column has one value for."""

    SAMPLE = "sample"
    CELL = "cell"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Column:
    """One known column.

    A value times `scale` is in `unit`, the SI unit (or °C, Ah, ratio) of calculations. `low` and
    `high` are limits of what any road vehicle's battery can physically show, whatever its
    chemistry; `sentinels` are values by which devices say "no measurement".
    """

    wire_id: int
    name: str
    meaning: str
    unit: str
    scale: float
    low: int
    high: int
    axis: Axis = Axis.SAMPLE
    sentinels: tuple[int, ...] = ()


_FAR = 2**53
_VOLT_SENTINELS_MV = (0, 5_000, 65_534, 65_535, 66_535)
_TEMPERATURE_SENTINELS_DC = (-400, 2_150, 2_540, 2_550, 5_110)

# Wire ids are never reused and never change their meaning.
COLUMNS: tuple[Column, ...] = (
    Column(
        1, "current_ma", "Pack current, positive on discharge", "A", 1e-3, -3_000_000, 3_000_000
    ),
    Column(2, "pack_voltage_mv", "Pack voltage", "V", 1e-3, 10_000, 1_500_000, sentinels=(0,)),
    Column(
        3,
        "cell_voltage_mv",
        "Voltage of each cell in series, in the order of the source",
        "V",
        1e-3,
        500,
        4_900,
        Axis.CELL,
        _VOLT_SENTINELS_MV,
    ),
    Column(
        4,
        "cell_voltage_mean_uv",
        "Mean cell voltage as the source states it",
        "V",
        1e-6,
        500_000,
        4_900_000,
        sentinels=(0, 5_000_000),
    ),
    Column(
        5,
        "cell_voltage_max_mv",
        "Highest cell voltage as the source states it",
        "V",
        1e-3,
        500,
        4_900,
        sentinels=_VOLT_SENTINELS_MV,
    ),
    Column(
        6,
        "cell_voltage_min_mv",
        "Lowest cell voltage as the source states it",
        "V",
        1e-3,
        500,
        4_900,
        sentinels=_VOLT_SENTINELS_MV,
    ),
    Column(
        7,
        "charged_uah",
        "Charge taken up since the segment began, positive while charging",
        "Ah",
        1e-6,
        -5_000_000_000,
        5_000_000_000,
    ),
    Column(
        8,
        "bms_soc_permyriad",
        "State of charge as the BMS states it",
        "ratio",
        1e-4,
        0,
        10_000,
        sentinels=(12_750, 25_400, 25_500, 51_100),
    ),
    Column(
        9,
        "display_soc_permyriad",
        "State of charge as the driver sees it",
        "ratio",
        1e-4,
        0,
        10_000,
        sentinels=(12_750, 25_400, 25_500, 51_100),
    ),
    Column(
        10,
        "bms_soh_permyriad",
        "State of health as the BMS states it",
        "ratio",
        1e-4,
        0,
        15_000,
        sentinels=(25_400, 25_500, 51_100),
    ),
    Column(
        11,
        "probe_temperature_dc",
        "Temperature of each probe, in the order of the source",
        "°C",
        0.1,
        -500,
        2_000,
        Axis.PROBE,
        _TEMPERATURE_SENTINELS_DC,
    ),
    Column(
        12,
        "probe_temperature_mean_mc",
        "Mean probe temperature as the source states it",
        "°C",
        1e-3,
        -50_000,
        200_000,
    ),
    Column(
        13,
        "temperature_max_dc",
        "Highest temperature as the source states it",
        "°C",
        0.1,
        -500,
        2_000,
        sentinels=_TEMPERATURE_SENTINELS_DC,
    ),
    Column(
        14,
        "temperature_min_dc",
        "Lowest temperature as the source states it",
        "°C",
        0.1,
        -500,
        2_000,
        sentinels=_TEMPERATURE_SENTINELS_DC,
    ),
    Column(
        15,
        "ambient_temperature_dc",
        "Temperature outside the pack",
        "°C",
        0.1,
        -600,
        700,
        sentinels=(2_150, 2_540, 2_550, 5_110),
    ),
    Column(16, "odometer_m", "Distance the vehicle has been driven", "m", 1.0, 0, 5_000_000_000),
    Column(17, "speed_mm_s", "Vehicle speed", "m/s", 1e-3, 0, 110_000),
    Column(
        18,
        "insulation_kohm",
        "Insulation resistance between pack and chassis",
        "kΩ",
        1.0,
        0,
        100_000,
        sentinels=(65_534, 65_535),
    ),
    Column(
        19,
        "bms_warning_level",
        "The BMS's own warning level: 0 none, 3 highest",
        "1",
        1.0,
        0,
        3,
        sentinels=(254, 255, 511),
    ),
    Column(
        20,
        "charge_status",
        "The source's own code of charging",
        "1",
        1.0,
        0,
        253,
        sentinels=(254, 255, 511),
    ),
    Column(21, "segment", "Number of a stretch recorded without a break", "1", 1.0, 0, _FAR),
    Column(
        22, "cumulative_charge_mah", "Charge taken up in the battery's life", "Ah", 1e-3, 0, _FAR
    ),
    Column(
        23, "cumulative_discharge_mah", "Charge given in the battery's life", "Ah", 1e-3, 0, _FAR
    ),
    Column(24, "cumulative_charge_wh", "Energy taken up in the battery's life", "Wh", 1.0, 0, _FAR),
    Column(25, "cumulative_discharge_wh", "Energy given in the battery's life", "Wh", 1.0, 0, _FAR),
    Column(26, "operating_time_s", "Time the BMS has been working", "s", 1.0, 0, 2**33),
    Column(27, "available_charge_power_w", "Charging power the BMS allows", "W", 1.0, 0, 2_000_000),
    Column(
        28, "available_discharge_power_w", "Driving power the BMS allows", "W", 1.0, 0, 2_000_000
    ),
    Column(
        29,
        "auxiliary_voltage_mv",
        "Voltage of the low-voltage battery",
        "V",
        1e-3,
        0,
        60_000,
        sentinels=(25_500,),
    ),
    Column(30, "cell_max_number", "Number of the highest cell, from 1", "1", 1.0, 1, 1_024),
    Column(31, "cell_min_number", "Number of the lowest cell, from 1", "1", 1.0, 1, 1_024),
    Column(32, "vehicle_state", "The source's own code of the vehicle's state", "1", 1.0, 0, 253),
    Column(33, "alarm_bits", "The source's own alarm bits", "1", 1.0, 0, _FAR),
    Column(
        34, "thermal_alarm", "The vehicle's own thermal-event alarm: 0 no, 1 yes", "1", 1.0, 0, 1
    ),
)

COLUMN_BY_NAME = {column.name: column for column in COLUMNS}
COLUMN_BY_WIRE_ID = {column.wire_id: column for column in COLUMNS}


def is_column_name(name: str) -> bool:
    """Return whether a batch may carry a column of this name."""
    return COLUMN_NAME.fullmatch(name) is not None
