"""The 2016 edition's information blocks, table by table.

In: nothing. Out: layouts that reading and writing follow.
Source: GB/T 32960.3-2016 §7.2.3; GB/T 32960.3-2016 §B.3.5.3
"""

from battery_passport.adapters.gbt32960.bits import AlarmBits, Gear, Position
from battery_passport.adapters.gbt32960.fields import Choice, Number
from battery_passport.adapters.gbt32960.layout import Layout
from battery_passport.adapters.gbt32960.lists import Codes, Numbers, Rows
from battery_passport.adapters.gbt32960.words import (
    ALARMS_2016,
    CHARGING_STATES,
    ENGINE_STATES,
    MOTOR_STATES,
    ON_OFF,
    RUNNING_MODES,
    VEHICLE_STATES,
)

# Table 9 and table B.4. A brake travel of 101 says "braking, travel not known".
VEHICLE: Layout = (
    Choice("vehicle_state", VEHICLE_STATES),
    Choice("charging_state", CHARGING_STATES),
    Choice("running_mode", RUNNING_MODES),
    Number("speed_kmh", 2, 10, top=2_200),
    Number("odometer_km", 4, 10, top=9_999_999),
    Number("pack_voltage_v", 2, 10, top=10_000),
    Number("current_a", 2, 10, offset=-1_000, top=20_000),
    Number("soc_percent", 1, top=100),
    Choice("dcdc_state", ON_OFF),
    Gear(may_be_invalid=False),
    Number("insulation_kohm", 2, top=60_000),
    Number("accelerator_percent", 1, top=100),
    Number("brake_percent", 1, top=101),
)

# Table 11.
_MOTOR: Layout = (
    Number("number", 1, low=1, top=253),
    Choice("motor_state", MOTOR_STATES),
    Number("controller_temperature_c", 1, offset=-40, top=250),
    Number("speed_rpm", 2, offset=-20_000, top=65_531),
    Number("torque_nm", 2, 10, offset=-2_000, top=65_531),
    Number("temperature_c", 1, offset=-40, top=250),
    Number("controller_voltage_v", 2, 10, top=60_000),
    Number("controller_current_a", 2, 10, offset=-1_000, top=20_000),
)
# Table 10.
MOTORS: Layout = (Rows("motors", _MOTOR),)

# Table 12.
FUEL_CELL: Layout = (
    Number("fuel_cell_voltage_v", 2, 10, top=20_000),
    Number("fuel_cell_current_a", 2, 10, top=20_000),
    Number("fuel_consumption_kg_per_100km", 2, 100, top=60_000),
    Numbers(Number("fuel_cell_temperatures_c", 1, offset=-40, top=240), count_size=2),
    Number("hydrogen_temperature_max_c", 2, 10, offset=-40, top=2_400),
    Number("hydrogen_temperature_max_probe", 1, low=1, top=252),
    Number("hydrogen_concentration_max_mg_per_kg", 2, top=60_000),
    Number("hydrogen_concentration_max_sensor", 1, low=1, top=252),
    Number("hydrogen_pressure_max_mpa", 2, 10, top=1_000),
    Number("hydrogen_pressure_max_sensor", 1, low=1, top=252),
    Choice("high_voltage_dcdc_state", ON_OFF),
)

# Table 13.
ENGINE: Layout = (
    Choice("engine_state", ENGINE_STATES),
    Number("crankshaft_rpm", 2, top=60_000),
    Number("fuel_consumption_l_per_100km", 2, 100, top=60_000),
)

# Tables 14 and 15.
POSITION: Layout = (Position(has_coordinate_system=False),)

# Table 16.
EXTREMES: Layout = (
    Number("cell_max_pack_number", 1, low=1, top=250),
    Number("cell_max_number", 1, low=1, top=250),
    Number("cell_voltage_max_v", 2, 1_000, top=15_000),
    Number("cell_min_pack_number", 1, low=1, top=250),
    Number("cell_min_number", 1, low=1, top=250),
    Number("cell_voltage_min_v", 2, 1_000, top=15_000),
    Number("temperature_max_pack_number", 1, low=1, top=250),
    Number("temperature_max_probe", 1, low=1, top=250),
    Number("temperature_max_c", 1, offset=-40, top=250),
    Number("temperature_min_pack_number", 1, low=1, top=250),
    Number("temperature_min_probe", 1, low=1, top=250),
    Number("temperature_min_c", 1, offset=-40, top=250),
)

# Tables 17 and 18.
ALARMS: Layout = (
    Number("alarm_level", 1, top=3),
    AlarmBits(ALARMS_2016),
    Codes("pack_fault_codes"),
    Codes("motor_fault_codes"),
    Codes("engine_fault_codes"),
    Codes("other_fault_codes"),
)

# Table B.6. The current's offset is 1,000 A here as in table B.4.
_PACK_CELLS: Layout = (
    Number("number", 1, low=1, top=250),
    Number("pack_voltage_v", 2, 10, top=10_000),
    Number("current_a", 2, 10, offset=-1_000, top=20_000),
    Number("cell_count", 2, low=1, top=65_531),
    Number("first_cell_number", 2, low=1, top=65_531),
    Numbers(Number("cell_voltages_v", 2, 1_000, top=60_000), count_size=1, has_unknown_count=False),
)
# Table B.5.
CELLS: Layout = (Rows("packs", _PACK_CELLS),)

# Table B.8.
_PACK_TEMPERATURES: Layout = (
    Number("number", 1, low=1, top=250),
    Numbers(Number("temperatures_c", 1, offset=-40, top=250), count_size=2),
)
# Table B.7.
TEMPERATURES: Layout = (Rows("packs", _PACK_TEMPERATURES),)

# Tables 8 and B.3.
BLOCKS_2016: dict[int, tuple[str, Layout]] = {
    0x01: ("vehicle", VEHICLE),
    0x02: ("motors", MOTORS),
    0x03: ("fuel-cell", FUEL_CELL),
    0x04: ("engine", ENGINE),
    0x05: ("position", POSITION),
    0x06: ("extremes", EXTREMES),
    0x07: ("alarms", ALARMS),
    0x08: ("cell-voltages", CELLS),
    0x09: ("temperatures", TEMPERATURES),
}
