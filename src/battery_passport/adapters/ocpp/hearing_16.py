"""What a charger of version 1.6 says, and how it is answered.

In: checked payloads. Out: news; the payloads of answers.
Source: OCPP-1.6 §4
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.metering import (
    DEFAULT_MEASURAND,
    read_meter_values,
    read_moment,
)
from battery_passport.adapters.ocpp.news import (
    Boot,
    Metered,
    News,
    Sampled,
    SocketNews,
    Stage,
    TransactionNews,
    socket_of,
)
from battery_passport.adapters.ocpp.ports import Noted
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def _boot(payload: JsonObject) -> Boot:
    return Boot(
        str(payload["chargePointVendor"]),
        str(payload["chargePointModel"]),
        str(payload.get("firmwareVersion", "")),
    )


def _socket(payload: JsonObject) -> SocketNews:
    at = payload.get("timestamp")
    return SocketNews(
        whole(payload["connectorId"]),
        socket_of(str(payload["status"])),
        None if at is None else parse_utc(read_moment(at)),
    )


def _started(payload: JsonObject) -> TransactionNews:
    return TransactionNews(
        stage=Stage.STARTED,
        connector=whole(payload["connectorId"]),
        transaction="",
        at=parse_utc(read_moment(payload["timestamp"])),
        token=str(payload["idTag"]),
        readings=(_register(payload["timestamp"], payload["meterStart"]),),
    )


def _metered(payload: JsonObject) -> TransactionNews:
    readings = read_meter_values(payload["meterValue"])
    number = payload.get("transactionId")
    return TransactionNews(
        stage=Stage.UPDATED,
        connector=whole(payload["connectorId"]),
        transaction="" if number is None else str(number),
        at=readings[-1].at,
        readings=readings,
    )


def _ended(payload: JsonObject) -> TransactionNews:
    readings = read_meter_values(payload.get("transactionData") or [])
    return TransactionNews(
        stage=Stage.ENDED,
        connector=0,
        transaction=str(payload["transactionId"]),
        at=parse_utc(read_moment(payload["timestamp"])),
        token=str(payload.get("idTag", "")),
        readings=(*readings, _register(payload["timestamp"], payload["meterStop"])),
        reason=str(payload.get("reason", "Local")),
    )


def _register(at: JsonValue, watt_hours: JsonValue) -> Metered:
    value = Sampled(DEFAULT_MEASURAND, float(whole(watt_hours)))
    return Metered(parse_utc(read_moment(at)), (value,))


def whole(value: JsonValue) -> int:
    """Return a number that the schema has found to be whole, within what a database holds."""
    number = int(value) if isinstance(value, int | float) else 0
    if abs(number) >= 2**31:
        raise OcppRefused(
            f"{number} is beyond every counter.", ocpp_code="PropertyConstraintViolation"
        )
    return number


HEARD: Mapping[str, Callable[[JsonObject], News]] = MappingProxyType(
    {
        "BootNotification": _boot,
        "StatusNotification": _socket,
        "StartTransaction": _started,
        "MeterValues": _metered,
        "StopTransaction": _ended,
    }
)
NOTIFICATIONS = frozenset({"DiagnosticsStatusNotification", "FirmwareStatusNotification"})
"""Answered with nothing: they say nothing of a battery."""


def hear(action: str, payload: JsonObject) -> News:
    """Return what a call of `HEARD` says. Raises: OcppRefused."""
    try:
        return HEARD[action](payload)
    except InvalidInput as error:
        if isinstance(error, OcppRefused):
            raise
        raise OcppRefused(error.message, ocpp_code="PropertyConstraintViolation") from error


def token_of(payload: JsonObject) -> str:
    """Return who asks to charge."""
    return str(payload["idTag"])


def verdict_answer(noted: Noted) -> JsonObject:
    """Return the answer to Authorize."""
    return {"idTagInfo": {"status": noted.verdict.value}}


def answer(action: str, news: News, noted: Noted) -> JsonObject:
    """Return the answer to a call that was noted, but for BootNotification."""
    if action == "StartTransaction":
        return {"transactionId": int(noted.transaction), **verdict_answer(noted)}
    if action == "StopTransaction" and isinstance(news, TransactionNews) and news.token:
        return verdict_answer(noted)
    return {}
