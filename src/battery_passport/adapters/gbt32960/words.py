"""Words for the standard's codes.

In: nothing. Out: tables of code and word, for both editions.
Source: GB/T 32960.3-2016 §7; GB/T 32960.3-2025 §7
"""

COMMANDS = {
    0x01: "vehicle-login",
    0x02: "realtime",
    0x03: "backfill",
    0x04: "vehicle-logout",
    0x05: "platform-login",
    0x06: "platform-logout",
    0x07: "heartbeat",
    0x08: "time-synchronisation",
    0x80: "parameter-query",
    0x81: "parameter-setting",
    0x82: "terminal-control",
}
COMMANDS_2025 = {0x09: "activation", 0x0A: "activation-answer", 0x0B: "key-exchange"}

ANSWERS = {
    0x01: "success",
    0x02: "error",
    0x03: "vin-duplicate",
    0x04: "vin-unknown",
    0x05: "signature-wrong",
    0x06: "structure-wrong",
    0x07: "decryption-failed",
    0xFE: "command",
}
ENCRYPTIONS = {0x01: "none", 0x02: "RSA", 0x03: "AES", 0x04: "SM2", 0x05: "SM4"}
SIGNATURES = {0x01: "SM2", 0x02: "RSA", 0x03: "ECC"}

VEHICLE_STATES = {1: "started", 2: "off", 3: "other"}
CHARGING_STATES = {
    1: "charging-parked",
    2: "charging-driving",
    3: "not-charging",
    4: "charge-complete",
}
RUNNING_MODES = {1: "electric", 2: "hybrid", 3: "fuel"}
ON_OFF = {1: "working", 2: "disconnected"}
MOTOR_STATES = {1: "consuming", 2: "generating", 3: "off", 4: "ready"}
ENGINE_STATES = {1: "started", 2: "off"}
COORDINATE_SYSTEMS = {1: "WGS84", 2: "GCJ02", 3: "other"}
GEARS = {
    0: "N",
    **{gear: str(gear) for gear in range(1, 13)},
    13: "R",
    14: "D",
    15: "P",
}
ACTIVATION_RESULTS = {1: "success", 2: "failure"}
ACTIVATION_REASONS = {0: "success", 1: "chip-already-active", 2: "vin-duplicate"}

THERMAL_EVENT_BIT = 23
ALARMS_2016 = (
    "temperature-difference",
    "battery-temperature-high",
    "pack-voltage-high",
    "pack-voltage-low",
    "soc-low",
    "cell-voltage-high",
    "cell-voltage-low",
    "soc-high",
    "soc-jump",
    "pack-mismatch",
    "cell-consistency-poor",
    "insulation",
    "dcdc-temperature",
    "brakes",
    "dcdc-state",
    "motor-controller-temperature",
    "high-voltage-interlock",
    "motor-temperature",
    "pack-overcharged",
)
ALARMS_2025 = (
    *ALARMS_2016,
    "motor-overspeed",
    "motor-overcurrent",
    "supercapacitor-temperature",
    "supercapacitor-voltage",
    "thermal-event",
    "hydrogen-leak",
    "hydrogen-pressure",
    "hydrogen-temperature",
    "fuel-cell-stack-temperature",
)
