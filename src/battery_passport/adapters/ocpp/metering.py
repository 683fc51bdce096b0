"""Meter values of both versions in base units.

In: the `meterValue` of a checked payload. Out: what was measured when; what cannot be read counts.
Units: Wh, W, A, V, percent and °C out, whatever the charger wrote.
"""

import math
import re
from collections.abc import Callable, Mapping

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.news import Metered, Sampled
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue

DEFAULT_MEASURAND = "Energy.Active.Import.Register"
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?\s*")
_LONGEST_NUMBER = 40
_MOST_EXPONENT = 12
_LARGEST = 2.0**43
"""Times a thousand it is still a whole number that every reader agrees on."""

_SCALES: Mapping[str, Callable[[float], float]] = {
    "kWh": lambda value: value * 1_000,
    "kW": lambda value: value * 1_000,
    "mA": lambda value: value / 1_000,
    "mV": lambda value: value / 1_000,
    "K": lambda value: value - 273.15,
    "Fahrenheit": lambda value: (value - 32) / 1.8,
    **dict.fromkeys(
        ("Wh", "W", "A", "V", "Percent", "Celsius", "Celcius", ""), lambda value: value
    ),
}


def read_meter_values(meter_values: JsonValue) -> tuple[Metered, ...]:
    """Return the readings in the charger's order. Raises: OcppRefused for a bad time."""
    return tuple(_metered(each) for each in objects(meter_values))


def read_moment(text: JsonValue) -> str:
    """Return a time as text with a zone: one without is UTC, as OCPP asks for."""
    written = str(text)
    return written if re.search(r"([Zz]|[+-]\d\d:?\d\d)$", written) else f"{written}Z"


def objects(values: JsonValue) -> list[JsonObject]:
    """Return the objects of a list; anything else has none."""
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _metered(meter_value: JsonObject) -> Metered:
    try:
        moment = parse_utc(read_moment(meter_value.get("timestamp")))
    except InvalidInput as error:
        raise OcppRefused(error.message, ocpp_code="PropertyConstraintViolation") from error
    samples = objects(meter_value.get("sampledValue"))
    read = [value for value in map(_sampled, samples) if value is not None]
    return Metered(moment, tuple(read), unread=len(samples) - len(read))


def _sampled(sample: JsonObject) -> Sampled | None:
    value = _value(sample)
    if value is None:
        return None
    return Sampled(
        measurand=str(sample.get("measurand", DEFAULT_MEASURAND)),
        value=value,
        phase=str(sample.get("phase", "")),
        location=str(sample.get("location", "")),
    )


def _value(sample: JsonObject) -> float | None:
    """Return a sample's value in its base unit, or None if it cannot be told.

    Version 1.6 writes numbers as text, and signed values as text that is no number at all.
    """
    if sample.get("format") == "SignedData":
        return None
    number = _number(sample.get("value"))
    measure = sample.get("unitOfMeasure")
    measure = measure if isinstance(measure, dict) else {}
    scale = _SCALES.get(str(sample.get("unit", measure.get("unit", ""))))
    exponent = measure.get("multiplier", 0)
    if number is None or scale is None or not isinstance(exponent, int):
        return None
    if abs(exponent) > _MOST_EXPONENT:
        return None
    value = scale(number * 10.0**exponent)
    return value if math.isfinite(value) and abs(value) < _LARGEST else None


def _number(value: JsonValue) -> float | None:
    if isinstance(value, str):
        plain = len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value) is not None
        return float(value) if plain else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
