"""The form of values: one shape for each kind of data point, and the check against it.

In: a value and its data point. Out: nothing, or what is wrong.
"""

from collections.abc import Mapping
from types import MappingProxyType

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.fields import (
    CELSIUS,
    HEALTH_PERCENT,
    PERCENT,
    PERIOD_STATE_OF_CHARGE,
    PERIOD_TEMPERATURE,
    SIGNED_PERCENT,
)
from battery_passport.lifecycle.model import Status
from battery_passport.lifecycle.scalar_shapes import Choice, Day, Month, Number, Shape, Text
from battery_passport.lifecycle.shapes import Either, ListOf, Record
from battery_passport.passport.errors import InvalidPointValue
from battery_passport.passport.model import DataPoint, Kind
from battery_passport.registry.model import BatteryCategory

_NAME = Text(200)
_LINE = Text(500)
_WEB_ADDRESS = Text(500, r"https://[^\s\"<>]+", "a web address that begins with https://")
_MAIL_ADDRESS = Text(200, r"[^\s@]+@[^\s@]+\.[^\s@]+", "an e-mail address")
_SHA256 = Text(64, r"[0-9a-f]{64}", "a SHA-256 in hexadecimal")
_VOLT = Number(0, 2_000, "V")
_WATT = Number(0, 10_000_000, "W")
_OHM = Number(0, 1_000, "Ω")
_CELSIUS_ORDER = ("from_celsius", "to_celsius")
_CELSIUS_RANGE = Record({"from_celsius": CELSIUS, "to_celsius": CELSIUS}, ordered=_CELSIUS_ORDER)
_ADDRESS: Mapping[str, Shape] = {
    "street": _NAME,
    "postal_code": Text(20),
    "city": _NAME,
    "country": _NAME,
}


def _by_temperature(number: Number) -> Shape:
    at = Record({"value": number, **_CELSIUS_RANGE.required}, ordered=_CELSIUS_ORDER)
    return Either(number, ListOf(at, most=20))


_INCIDENT = Record(
    {"kind": Text(40), "severity": Text(40), "occurred_on": Day()}, {"description": _LINE}
)

SHAPES: Mapping[Kind, Shape] = MappingProxyType(
    {
        Kind.TEXT: _LINE,
        Kind.OPERATOR: Record({"name": _NAME, "identifier": _NAME}),
        Kind.ADDRESS: Record(_ADDRESS),
        Kind.WEB_CONTACT: Record(optional={"web": _WEB_ADDRESS, "email": _MAIL_ADDRESS}),
        Kind.CONTACTS: ListOf(
            Record(
                {"name": _NAME},
                {**_ADDRESS, "web": _WEB_ADDRESS, "email": _MAIL_ADDRESS, "phone": Text(40)},
            ),
            most=50,
        ),
        Kind.CATEGORY: Choice(tuple(BatteryCategory)),
        Kind.IDENTIFICATION: Record({"gtin": Text(14), "serial": Text(20)}, {"model": _NAME}),
        Kind.MONTH: Month(),
        Kind.MASS: Number(0.001, 100_000, "kg"),
        Kind.CAPACITY: Number(0.001, 10_000, "Ah"),
        Kind.PERCENT: PERCENT,
        Kind.CHANGE_PERCENT: SIGNED_PERCENT,
        Kind.HEALTH_PERCENT: HEALTH_PERCENT,
        Kind.VOLTAGE: _by_temperature(_VOLT),
        Kind.POWER: _by_temperature(_WATT),
        Kind.POWER_LIMITS: Record(
            {"charge_w": _by_temperature(_WATT), "discharge_w": _by_temperature(_WATT)}
        ),
        Kind.RESISTANCE: _OHM,
        Kind.RESISTANCES: Record({"cell_ohm": _OHM, "pack_ohm": _OHM}, {"module_ohm": _OHM}),
        Kind.CYCLES: Number(0, 1_000_000, "cycles"),
        Kind.YEARS: Number(0, 200, "years"),
        Kind.C_RATE: Either(
            Number(0.001, 100, "A/Ah"),
            Record({"charge": Number(0.001, 100), "discharge": Number(0.001, 100)}),
        ),
        Kind.CELSIUS_RANGE: _CELSIUS_RANGE,
        Kind.WARRANTY: Either(
            Record({"years": Number(0.1, 100, "years")}, {"distance_km": Number(1, 10_000_000)}),
            Record({"until": Day()}),
        ),
        Kind.SUBSTANCES: ListOf(
            Record(
                {"name": _NAME},
                {
                    "cas": Text(12, r"[0-9]{2,7}-[0-9]{2}-[0-9]", "a CAS number"),
                    "share_percent": PERCENT,
                    "part": _NAME,
                },
            ),
            least=0,
            most=200,
        ),
        Kind.TEXTS: ListOf(_LINE, most=500),
        Kind.DOCUMENTS: ListOf(
            Record({"title": _NAME, "address": _WEB_ADDRESS}, {"sha256": _SHA256}), most=50
        ),
        Kind.STATUS: Choice(tuple(Status)),
        Kind.INCIDENTS: ListOf(_INCIDENT),
        Kind.TEMPERATURES: PERIOD_TEMPERATURE,
        Kind.CHARGE_LEVELS: PERIOD_STATE_OF_CHARGE,
    }
)


def check_value(point: DataPoint, value: JsonValue) -> None:
    """Return if a value has the form its data point asks for.

    Raises: InvalidPointValue naming the data point and the first fault.
    """
    if found := SHAPES[point.kind].fault(value):
        raise InvalidPointValue(f"Data point {point.number} ({point.name_en}): value {found}.")
