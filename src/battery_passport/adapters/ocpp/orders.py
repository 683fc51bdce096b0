"""What a charger is asked to do, in words that both versions share.

In: nothing. Out: orders, and their wording as calls of either version.
"""

from dataclasses import dataclass
from typing import Final

from battery_passport.adapters.ocpp.checking import V16
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.foundation.strict_json import JsonObject

_PROFILE_ID: Final = 32_960
"""Our one profile a connector: a newer one of the same id takes the place of an older."""

_STACK_LEVEL: Final = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """End a transaction."""

    connector: int
    transaction: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Charge a transaction no faster than that; zero is a pause."""

    connector: int
    transaction: str
    power_w: float


Order = Stop | Limit


def worded(order: Order, version: str) -> tuple[str, JsonObject]:
    """Return action and payload of an order. Raises: OcppRefused."""
    if isinstance(order, Stop):
        return _stop_16(order) if version == V16 else _stop_201(order)
    return _limit_16(order) if version == V16 else _limit_201(order)


def _number(transaction: str) -> int:
    try:
        return int(transaction)
    except ValueError as error:
        raise OcppRefused(f"Transaction {transaction!r} is no number, as 1.6 has it.") from error


def _stop_16(order: Stop) -> tuple[str, JsonObject]:
    return "RemoteStopTransaction", {"transactionId": _number(order.transaction)}


def _stop_201(order: Stop) -> tuple[str, JsonObject]:
    return "RequestStopTransaction", {"transactionId": order.transaction}


def _schedule(order: Limit) -> JsonObject:
    period: JsonObject = {"startPeriod": 0, "limit": round(order.power_w, 1)}
    return {"chargingRateUnit": "W", "chargingSchedulePeriod": [period]}


def _limit_16(order: Limit) -> tuple[str, JsonObject]:
    profile: JsonObject = {
        "chargingProfileId": _PROFILE_ID + order.connector,
        "transactionId": _number(order.transaction),
        "stackLevel": _STACK_LEVEL,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": _schedule(order),
    }
    return "SetChargingProfile", {"connectorId": order.connector, "csChargingProfiles": profile}


def _limit_201(order: Limit) -> tuple[str, JsonObject]:
    profile: JsonObject = {
        "id": _PROFILE_ID + order.connector,
        "stackLevel": _STACK_LEVEL,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "transactionId": order.transaction,
        "chargingSchedule": [{"id": 1, **_schedule(order)}],
    }
    return "SetChargingProfile", {"evseId": order.connector, "chargingProfile": profile}
