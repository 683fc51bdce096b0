"""What a charger of version 2.0.1 says, and how it is answered.

In: checked payloads. Out: news; the payloads of answers. An EVSE counts as the connector.
Source: OCPP-2.0.1 part-2
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.hearing_16 import whole
from battery_passport.adapters.ocpp.metering import read_meter_values, read_moment
from battery_passport.adapters.ocpp.news import (
    Boot,
    News,
    SocketNews,
    Stage,
    TransactionNews,
    socket_of,
)
from battery_passport.adapters.ocpp.ports import Noted
from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue

_STAGES = {"Started": Stage.STARTED, "Updated": Stage.UPDATED, "Ended": Stage.ENDED}


def _boot(payload: JsonObject) -> Boot:
    station = _object(payload["chargingStation"])
    return Boot(
        str(station["vendorName"]),
        str(station["model"]),
        str(station.get("firmwareVersion", "")),
    )


def _socket(payload: JsonObject) -> SocketNews:
    return SocketNews(
        whole(payload["evseId"]),
        socket_of(str(payload["connectorStatus"])),
        parse_utc(read_moment(payload["timestamp"])),
    )


def _event(payload: JsonObject) -> TransactionNews:
    transaction = _object(payload["transactionInfo"])
    state = transaction.get("chargingState")
    return TransactionNews(
        stage=_STAGES[str(payload["eventType"])],
        connector=whole(_object(payload.get("evse")).get("id", 0)),
        transaction=str(transaction["transactionId"]),
        at=parse_utc(read_moment(payload["timestamp"])),
        token=str(_object(payload.get("idToken")).get("idToken", "")),
        readings=read_meter_values(payload.get("meterValue") or []),
        is_charging=None if state is None else state == "Charging",
        was_offline=payload.get("offline") is True,
        reason=str(transaction.get("stoppedReason", "")),
    )


def _metered(payload: JsonObject) -> TransactionNews:
    readings = read_meter_values(payload["meterValue"])
    return TransactionNews(
        stage=Stage.UPDATED,
        connector=whole(payload["evseId"]),
        transaction="",
        at=readings[-1].at,
        readings=readings,
    )


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


HEARD: Mapping[str, Callable[[JsonObject], News]] = MappingProxyType(
    {
        "BootNotification": _boot,
        "StatusNotification": _socket,
        "TransactionEvent": _event,
        "MeterValues": _metered,
    }
)
NOTIFICATIONS = frozenset(
    {
        "ClearedChargingLimit",
        "FirmwareStatusNotification",
        "LogStatusNotification",
        "NotifyChargingLimit",
        "NotifyDisplayMessages",
        "NotifyEvent",
        "NotifyMonitoringReport",
        "NotifyReport",
        "PublishFirmwareStatusNotification",
        "ReservationStatusUpdate",
        "SecurityEventNotification",
    }
)
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
    return str(_object(payload["idToken"]).get("idToken", ""))


def verdict_answer(noted: Noted) -> JsonObject:
    """Return the answer to Authorize."""
    return {"idTokenInfo": {"status": noted.verdict.value}}


def answer(action: str, news: News, noted: Noted) -> JsonObject:
    """Return the answer to a call that was noted, but for BootNotification."""
    is_event = action == "TransactionEvent" and isinstance(news, TransactionNews)
    return verdict_answer(noted) if is_event and _has_token(news) else {}


def _has_token(news: News) -> bool:
    return isinstance(news, TransactionNews) and bool(news.token)
