"""The 2025 edition's information blocks, table by table.

In: nothing. Out: layouts that reading and writing follow.
Source: GB/T 32960.3-2025 §7.2
"""

from battery_passport.adapters.gbt32960.bits import AlarmBits, AlarmLevels, Gear, Position
from battery_passport.adapters.gbt32960.fields import Choice, Number, Octets
from battery_passport.adapters.gbt32960.layout import Layout
from battery_passport.adapters.gbt32960.lists import Codes, Numbers, Rows
from battery_passport.adapters.gbt32960.words import (
    ALARMS_2025,
    CHARGING_STATES,
    MOTOR_STATES,
    ON_OFF,
    RUNNING_MODES,
    SIGNATURES,
    VEHICLE_STATES,
)

# Table 8.
SIGNATURE: Layout = (Choice("algorithm", SIGNATURES), Octets("r_hex"), Octets("s_hex"))

# Table 10.
VEHICLE: Layout = (
    Choice("vehicle_state", VEHICLE_STATES),
    Choice("charging_state", CHARGING_STATES),
    Choice("running_mode", RUNNING_MODES),
    Number("speed_kmh", 2, 10, top=5_000),
    Number("odometer_km", 4, 10, top=9_999_999),
    Number("pack_voltage_v", 2, 10, top=60_000),
    Number("current_a", 2, 10, offset=-3_000, top=60_000),
    Number("soc_percent", 1, top=100),
    Choice("dcdc_state", ON_OFF),
    Gear(may_be_invalid=True),
    Number("insulation_kohm", 2, top=60_000),
)

# Table 12.
_PACK_CELLS: Layout = (
    Number("number", 1, low=1, top=50),
    Number("pack_voltage_v", 2, 10, top=60_000),
    Number("current_a", 2, 10, offset=-3_000, top=60_000),
    Numbers(Number("cell_voltages_v", 2, 1_000, top=60_000), count_size=2),
)
# Table 11.
CELLS: Layout = (Rows("packs", _PACK_CELLS),)

# Table 14.
_PACK_TEMPERATURES: Layout = (
    Number("number", 1, low=1, top=50),
    Numbers(Number("temperatures_c", 1, offset=-40, top=250), count_size=2),
)
# Table 13.
TEMPERATURES: Layout = (Rows("packs", _PACK_TEMPERATURES),)

# Table 16.
_MOTOR: Layout = (
    Number("number", 1, low=1, top=253),
    Choice("motor_state", MOTOR_STATES),
    Number("controller_temperature_c", 1, offset=-40, top=250),
    Number("speed_rpm", 2, offset=-32_000, top=65_531),
    Number("torque_nm", 4, 10, offset=-20_000, top=400_000),
    Number("temperature_c", 1, offset=-40, top=250),
)
# Table 15.
MOTORS: Layout = (Rows("motors", _MOTOR),)

# Table 17. A step of the concentration is 0.0001 percent of the volume.
FUEL_CELL: Layout = (
    Number("hydrogen_temperature_max_c", 2, offset=-40, top=250),
    Number("hydrogen_temperature_max_probe", 1, low=1, top=253),
    Number("hydrogen_concentration_max_percent", 2, 10_000, top=60_000),
    Number("hydrogen_concentration_max_sensor", 1, low=1, top=253),
    Number("hydrogen_pressure_max_mpa", 2, 10, top=1_000),
    Number("hydrogen_pressure_max_sensor", 1, low=1, top=253),
    Choice("high_voltage_dcdc_state", ON_OFF),
    Number("hydrogen_left_percent", 1, top=100),
    Number("high_voltage_dcdc_temperature_c", 1, offset=-40, top=250),
)

# Table 19.
_STACK: Layout = (
    Number("number", 1, low=1, top=253),
    Number("voltage_v", 2, 10, top=20_000),
    Number("current_a", 2, 10, top=20_000),
    Number("hydrogen_inlet_pressure_kpa", 2, 10, offset=-100, top=5_000),
    Number("air_inlet_pressure_kpa", 2, 10, offset=-100, top=5_000),
    Number("air_inlet_temperature_c", 1, offset=-40, top=250),
    Numbers(Number("coolant_outlet_temperatures_c", 1, offset=-40, top=250), count_size=2),
)
# Table 18.
STACKS: Layout = (Rows("stacks", _STACK),)

# Table 20.
ENGINE: Layout = (Number("crankshaft_rpm", 2, top=60_000),)

# Tables 21 and 22.
POSITION: Layout = (Position(has_coordinate_system=True),)

# Tables 23 and 24. Level 4 is the thermal event.
ALARMS: Layout = (
    Number("alarm_level", 1, top=4),
    AlarmBits(ALARMS_2025),
    Codes("pack_fault_codes"),
    Codes("motor_fault_codes"),
    Codes("engine_fault_codes"),
    Codes("other_fault_codes"),
    AlarmLevels(ALARMS_2025),
)

# Table 25.
SUPERCAPACITOR: Layout = (
    Number("number", 1, low=1, top=253),
    Number("voltage_v", 2, 10, top=10_000),
    Number("current_a", 2, 10, offset=-3_000, top=60_000),
    Numbers(Number("cell_voltages_v", 2, 1_000, top=60_000), count_size=2),
    Numbers(Number("temperatures_c", 1, offset=-40, top=250), count_size=2),
)

# Table 26.
SUPERCAPACITOR_EXTREMES: Layout = (
    Number("cell_max_system_number", 1, low=1, top=253),
    Number("cell_max_number", 2, low=1, top=65_531),
    Number("cell_voltage_max_v", 2, 1_000, top=60_000),
    Number("cell_min_system_number", 1, low=1, top=253),
    Number("cell_min_number", 2, low=1, top=65_531),
    Number("cell_voltage_min_v", 2, 1_000, top=60_000),
    Number("temperature_max_system_number", 1, low=1, top=253),
    Number("temperature_max_probe", 2, low=1, top=65_531),
    Number("temperature_max_c", 1, offset=-40, top=250),
    Number("temperature_min_system_number", 1, low=1, top=253),
    Number("temperature_min_probe", 2, low=1, top=65_531),
    Number("temperature_min_c", 1, offset=-40, top=250),
)

# Table 9.
SIGNATURE_CODE = 0xFF
BLOCKS_2025: dict[int, tuple[str, Layout]] = {
    0x01: ("vehicle", VEHICLE),
    0x02: ("motors", MOTORS),
    0x03: ("fuel-cell", FUEL_CELL),
    0x04: ("engine", ENGINE),
    0x05: ("position", POSITION),
    0x06: ("alarms", ALARMS),
    0x07: ("cell-voltages", CELLS),
    0x08: ("temperatures", TEMPERATURES),
    0x30: ("fuel-cell-stacks", STACKS),
    0x31: ("supercapacitor", SUPERCAPACITOR),
    0x32: ("supercapacitor-extremes", SUPERCAPACITOR_EXTREMES),
    SIGNATURE_CODE: ("signature", SIGNATURE),
}
