"""What lies where in the battery computer's responses: the one table that decoding follows.

In: nothing. Out: fields by identifier; places count from the response's first byte, 62.
"""

from dataclasses import dataclass

BATTERY_COMPUTER = "7EC"
CELLS_IN_A_RESPONSE = 32
CELL_STEPS_PER_V = 50
CELLS_AT = 7
CELL_BYTES = CELLS_AT + CELLS_IN_A_RESPONSE


@dataclass(frozen=True, slots=True)
class UdsField:
    """A number of the response: its name ends in its unit; the raw value counts `per_unit`."""

    name: str
    at: int
    size: int = 1
    per_unit: int = 1
    signed: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class UdsBit:
    """A yes or no of the response: `mask` of the byte at a place."""

    name: str
    at: int
    mask: int


STATUS_BYTES = 62
STATUS_FIELDS: tuple[UdsField, ...] = (
    UdsField("soc_percent", 7, per_unit=2, low=0, high=100),
    UdsField("available_charge_power_kw", 8, 2, per_unit=100),
    UdsField("available_discharge_power_kw", 10, 2, per_unit=100),
    UdsField("current_a", 13, 2, per_unit=10, signed=True),
    UdsField("pack_voltage_v", 15, 2, per_unit=10),
    UdsField("temperature_max_c", 17, signed=True),
    UdsField("temperature_min_c", 18, signed=True),
    UdsField("cell_voltage_max_v", 26, per_unit=CELL_STEPS_PER_V),
    UdsField("cell_max_number", 27),
    UdsField("cell_voltage_min_v", 28, per_unit=CELL_STEPS_PER_V),
    UdsField("cell_min_number", 29),
    UdsField("auxiliary_voltage_v", 32, per_unit=10),
    UdsField("cumulative_charge_ah", 33, 4, per_unit=10),
    UdsField("cumulative_discharge_ah", 37, 4, per_unit=10),
    UdsField("cumulative_charge_kwh", 41, 4, per_unit=10),
    UdsField("cumulative_discharge_kwh", 45, 4, per_unit=10),
    UdsField("operating_time_s", 49, 4),
    UdsField("insulation_kohm", 60, 2),
)
MODULE_TEMPERATURES_AT = range(19, 24)
"""Five signed bytes; a car with four modules sends 0 for the fifth."""

STATUS_BITS: tuple[UdsBit, ...] = (
    UdsBit("is_charging", 12, 0x80),
    UdsBit("is_fast_charge_plugged", 12, 0x40),
    UdsBit("is_normal_charge_plugged", 12, 0x20),
    UdsBit("is_main_relay_closed", 12, 0x01),
)

HEALTH_BYTES = 35
HEALTH_FIELDS: tuple[UdsField, ...] = (
    UdsField("soh_percent", 28, 2, per_unit=10, low=0, high=150),
    UdsField("display_soc_percent", 34, per_unit=2, low=0, high=100),
)
LAST_CELLS_AT = (37, 38)
LAST_CELLS_FIRST_NUMBER = 97
"""Packs of 98 cells send their last two beside the health; others send 0 there."""

FIRST_CELL_NUMBERS = {
    "0102": 1,
    "0103": 33,
    "0104": 65,
    "010A": 97,
    "010B": 129,
    "010C": 161,
}

VIN_IDENTIFIER = "F190"
VIN_BYTES = 17
"""Every control unit gives the vehicle's number under this identifier."""

NEGATIVE_RESPONSES = {
    0x10: "general reject",
    0x11: "service not supported",
    0x12: "sub-function not supported",
    0x13: "incorrect message length or invalid format",
    0x14: "response too long",
    0x21: "busy, repeat request",
    0x22: "conditions not correct",
    0x24: "request sequence error",
    0x25: "no response from sub-net component",
    0x26: "failure prevents execution",
    0x31: "request out of range",
    0x33: "security access denied",
    0x34: "authentication required",
    0x35: "invalid key",
    0x36: "exceeded number of attempts",
    0x37: "required time delay not expired",
    0x72: "general programming failure",
    0x78: "request received, response pending",
    0x7E: "sub-function not supported in active session",
    0x7F: "service not supported in active session",
}
RESPONSE_PENDING = 0x78
