"""Our DataTransfer: what a charger knows of the battery, which OCPP has no words for.

In: the data of a DataTransfer. Out: columns of the battery, or a driver's wish.
docs/reference/ocpp.md tells vendor, messages and schema.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.metering import read_moment
from battery_passport.adapters.ocpp.news import BatteryNews, WishNews
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue, parse_json_object
from battery_passport.telemetry.rows import Row, RowColumn, put_numbers

VENDOR = "battery-passport"
BATTERY_DATA, CHARGING_WISH = "BatteryData", "ChargingWish"
_SCHEMAS = {BATTERY_DATA: "battery_data", CHARGING_WISH: "charging_wish"}
_COLUMNS: Mapping[str, RowColumn] = {
    "stateOfChargePercent": RowColumn("bms_soc_permyriad", 100),
    "stateOfHealthPercent": RowColumn("bms_soh_permyriad", 100),
    "packVoltage": RowColumn("pack_voltage_mv", 1_000),
    "packCurrent": RowColumn("current_ma", 1_000),
    "cellVoltages": RowColumn("cell_voltage_mv", 1_000),
    "temperatures": RowColumn("probe_temperature_dc", 10),
    "insulationKohm": RowColumn("insulation_kohm", 1),
    "warningLevel": RowColumn("bms_warning_level", 1),
    "thermalAlarm": RowColumn("thermal_alarm", 1),
}


@cache
def schema_text(message: str) -> str:
    """Return the JSON Schema of a message."""
    name = f"{_SCHEMAS[message]}.schema.json"
    return files("battery_passport.adapters.ocpp").joinpath(name).read_text("utf-8")


@cache
def _validator(message: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(message)))


def read_data(message: str, data: JsonValue) -> BatteryNews | WishNews:
    """Return what a DataTransfer of ours says. Raises: OcppRefused."""
    document = _document(data)
    try:
        _validator(message).validate(document)
    except ValidationError as error:
        # The value itself may be a VIN: it is not repeated.
        place = "/".join(str(part) for part in error.absolute_path) or "the object"
        raise OcppRefused(
            f"{message}: {place} breaks the rule {error.validator!r}.",
            ocpp_code="PropertyConstraintViolation",
        ) from error
    return _battery(document) if message == BATTERY_DATA else _wish(document)


def _document(data: JsonValue) -> JsonObject:
    """Return the object; 1.6 sends it as text, 2.0.1 as text or as it is."""
    if isinstance(data, dict):
        return dict(data)
    try:
        return parse_json_object(data if isinstance(data, str) else "")
    except InvalidInput as error:
        raise OcppRefused("The data is no JSON object.") from error


def _battery(document: JsonObject) -> BatteryNews:
    try:
        moment = parse_utc(read_moment(document["at"]))
    except InvalidInput as error:
        raise OcppRefused(error.message, ocpp_code="PropertyConstraintViolation") from error
    row = Row(0)
    put_numbers(row, document, _COLUMNS)
    return BatteryNews(
        at=moment,
        connector=_whole(document.get("connector")),
        transaction=_text(document, "transaction"),
        token=_text(document, "idToken"),
        vin=_text(document, "vin"),
        pack=_text(document, "pack"),
        values=row.values,
    )


def _wish(document: JsonObject) -> WishNews:
    percent, kilowatts = document.get("stateOfChargePercent"), document.get("powerKw")
    return WishNews(
        connector=_whole(document["connector"]) or 0,
        transaction=_text(document, "transaction"),
        soc_ratio=percent / 100 if isinstance(percent, int | float) else None,
        power_w=kilowatts * 1_000 if isinstance(kilowatts, int | float) else None,
    )


def _whole(value: JsonValue) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _text(document: JsonObject, name: str) -> str:
    value = document.get(name, "")
    return value if isinstance(value, str) else ""
