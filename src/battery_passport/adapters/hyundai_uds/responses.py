"""A whole response read by the table.

In: the bytes of a response and who sent it. Out: named values; what is unknown as hex with a
warning.
"""

from collections.abc import Callable, Sequence

from battery_passport.adapters.hyundai_uds.errors import ResponseRefused
from battery_passport.adapters.hyundai_uds.fields import (
    BATTERY_COMPUTER,
    CELL_BYTES,
    CELL_STEPS_PER_V,
    CELLS_AT,
    CELLS_IN_A_RESPONSE,
    FIRST_CELL_NUMBERS,
    HEALTH_BYTES,
    HEALTH_FIELDS,
    LAST_CELLS_AT,
    LAST_CELLS_FIRST_NUMBER,
    MODULE_TEMPERATURES_AT,
    NEGATIVE_RESPONSES,
    STATUS_BITS,
    STATUS_BYTES,
    STATUS_FIELDS,
    VIN_BYTES,
    VIN_IDENTIFIER,
    UdsField,
)
from battery_passport.foundation.strict_json import JsonObject, JsonValue

_READ_DATA_RESPONSE = 0x62
_NEGATIVE_RESPONSE = 0x7F
_PADDING = {b"\x00", b"\xaa", b"\xff", b"\x55"}
_LOWEST_LIKELY_CELL_V = 0.5

Warnings = list[str]


def decode_response(payload: bytes, sender: str = BATTERY_COMPUTER) -> JsonObject:
    """Return a response's values. Raises: ResponseRefused if it is shorter than its kind."""
    document: JsonObject = {"ecu": sender or None}
    warnings: Warnings = []
    if not payload:
        raise ResponseRefused("The response is empty.")
    if payload[0] == _NEGATIVE_RESPONSE:
        return document | _negative(payload)
    document["service"] = f"{payload[0] - 0x40 & 0xFF:02X}"
    if payload[0] == _READ_DATA_RESPONSE and len(payload) >= 3:
        document |= _identified(payload, sender, warnings)
    else:
        document["hex"] = payload.hex().upper()
        warnings.append("this service is not decoded; its bytes are kept")
    return document | ({"warnings": list(warnings)} if warnings else {})


def _negative(payload: bytes) -> JsonObject:
    if len(payload) < 3:
        raise ResponseRefused("A negative response of less than 3 bytes names no reason.")
    code = payload[2]
    return {
        "service": f"{payload[1]:02X}",
        "negative_response": {
            "code": f"{code:02X}",
            "meaning": NEGATIVE_RESPONSES.get(code, "not a code of the standard"),
        },
    }


def _identified(payload: bytes, sender: str, warnings: Warnings) -> JsonObject:
    identifier = payload[1:3].hex().upper()
    if identifier == VIN_IDENTIFIER:
        return {"identifier": identifier} | _vin(payload, warnings)
    known = _KINDS.get(identifier) if sender in ("", BATTERY_COMPUTER) else None
    if known is None:
        warnings.append(
            f"identifier {identifier} of {sender or 'an unnamed sender'} is not decoded; "
            "its bytes are kept"
        )
        return {"identifier": identifier, "hex": payload[3:].hex().upper()}
    length, read = known
    if len(payload) < length:
        raise ResponseRefused(
            f"Identifier {identifier} needs {length} bytes, the response has {len(payload)}."
        )
    return {"identifier": identifier} | read(payload, warnings) | _rest(payload, identifier)


def _vin(payload: bytes, warnings: Warnings) -> JsonObject:
    octets = payload[3 : 3 + VIN_BYTES]
    text = octets.decode("ascii", errors="backslashreplace")
    if len(octets) < VIN_BYTES or not text.isalnum():
        warnings.append("this is no vehicle identification number; its bytes are kept")
        return {"hex": payload[3:].hex().upper()}
    return {"vin": text}


def _rest(payload: bytes, identifier: str) -> JsonObject:
    """Return what follows the bytes that the table knows, if the car says something there."""
    length = STATUS_BYTES if identifier == "0101" else CELL_BYTES
    rest = payload[length:] if identifier != "0105" else b""
    is_padding = any(rest == byte * len(rest) for byte in _PADDING)
    return {} if is_padding else {"trailing_hex": rest.hex().upper()}


def _number(payload: bytes, field: UdsField, warnings: Warnings) -> float | int:
    raw = int.from_bytes(payload[field.at : field.at + field.size], "big", signed=field.signed)
    value = raw / field.per_unit if field.per_unit != 1 else raw
    beyond = field.high is not None and value > field.high
    if beyond or (field.low is not None and value < field.low):
        warnings.append(f"{field.name} {value} is not from {field.low:g} to {field.high:g}")
    return value


def _numbers(payload: bytes, fields: Sequence[UdsField], warnings: Warnings) -> JsonObject:
    return {field.name: _number(payload, field, warnings) for field in fields}


def _status(payload: bytes, warnings: Warnings) -> JsonObject:
    values = _numbers(payload, STATUS_FIELDS, warnings)
    values["module_temperatures_c"] = [
        int.from_bytes(payload[at : at + 1], "big", signed=True) for at in MODULE_TEMPERATURES_AT
    ]
    values |= {bit.name: bool(payload[bit.at] & bit.mask) for bit in STATUS_BITS}
    values["cells_in_series_estimate"] = _series_count(values, warnings)
    return values


def _series_count(values: JsonObject, warnings: Warnings) -> JsonValue:
    """Return how many cells in series the voltages speak of; none while the car sleeps.

    Cell voltages come in steps of 20 mV, so the count may be off by one or two.
    """
    highest, lowest, pack = (
        values[name] for name in ("cell_voltage_max_v", "cell_voltage_min_v", "pack_voltage_v")
    )
    if not (isinstance(highest, float) and isinstance(lowest, float) and isinstance(pack, float)):
        return None
    if lowest < _LOWEST_LIKELY_CELL_V:
        if pack > 0:
            warnings.append("cell voltages of 0 beside a pack voltage: the car was asleep")
        return None
    return round(2 * pack / (highest + lowest))


def _health(payload: bytes, warnings: Warnings) -> JsonObject:
    values = _numbers(payload, HEALTH_FIELDS, warnings)
    last = [payload[at] for at in LAST_CELLS_AT if at < len(payload)]
    if len(last) == len(LAST_CELLS_AT) and all(last):
        values["first_cell_number"] = LAST_CELLS_FIRST_NUMBER
        values["cell_voltages_v"] = [raw / CELL_STEPS_PER_V for raw in last]
    return values


def _cells(payload: bytes, warnings: Warnings) -> JsonObject:
    present = int.from_bytes(payload[3:CELLS_AT], "big")
    is_present = [bool(present >> (31 - place) & 1) for place in range(CELLS_IN_A_RESPONSE)]
    count = max((place + 1 for place, there in enumerate(is_present) if there), default=0)
    voltages: list[JsonValue] = [
        raw / CELL_STEPS_PER_V if there else None
        for raw, there in zip(payload[CELLS_AT:CELL_BYTES], is_present[:count], strict=False)
    ]
    zeros = sum(value == 0 for value in voltages)
    if zeros:
        why = ": the car was asleep" if zeros == sum(is_present) else ""
        warnings.append(f"{zeros} of {sum(is_present)} cells read 0 V{why}")
    return {
        "first_cell_number": FIRST_CELL_NUMBERS[payload[1:3].hex().upper()],
        "cells_present": sum(is_present),
        "cell_voltages_v": voltages,
    }


_Reader = Callable[[bytes, Warnings], JsonObject]
_KINDS: dict[str, tuple[int, _Reader]] = {
    "0101": (STATUS_BYTES, _status),
    "0105": (HEALTH_BYTES, _health),
    **dict.fromkeys(FIRST_CELL_NUMBERS, (CELL_BYTES, _cells)),
}
