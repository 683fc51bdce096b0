"""One version of OCPP as a whole: what is heard, how it is answered, what a boot is told.

In: calls that keep to their schema. Out: news for a desk, and payloads of answers.
"""

from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Final

from battery_passport.adapters.ocpp import hearing_16, hearing_201
from battery_passport.adapters.ocpp.battery_data import (
    BATTERY_DATA,
    CHARGING_WISH,
    VENDOR,
    read_data,
)
from battery_passport.adapters.ocpp.checking import V16, V201, check_call
from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.adapters.ocpp.frames import Call
from battery_passport.adapters.ocpp.news import News
from battery_passport.adapters.ocpp.ports import Noted
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject

HEARTBEAT_S: Final = 300
AUTHORISE: Final = "Authorize"
HEARTBEAT: Final = "Heartbeat"
_BOOT: Final = "BootNotification"
_TRANSFER: Final = "DataTransfer"


@dataclass(frozen=True, slots=True)
class Version:
    """A version by its number and the module that hears it."""

    number: str
    hearing: ModuleType

    def knows(self, action: str) -> bool:
        """Return whether a call of that action is answered by more than an error."""
        return action in self.hearing.HEARD or action in (
            AUTHORISE,
            HEARTBEAT,
            _TRANSFER,
            *self.hearing.NOTIFICATIONS,
        )

    async def hear(self, call: Call) -> News | None:
        """Return what a call says, None if nothing is to be noted. Raises: OcppRefused."""
        if not self.knows(call.action):
            raise OcppRefused(
                f"{call.action[:40]} is not answered here.", ocpp_code="NotImplemented"
            )
        await check_call(self.number, call.action, call.payload)
        if call.action == _TRANSFER:
            return self._transfer(call.payload)
        if call.action in self.hearing.HEARD:
            heard: News = self.hearing.hear(call.action, call.payload)
            return heard
        return None

    def token(self, call: Call) -> str:
        """Return who asks to charge, by an Authorize."""
        return str(self.hearing.token_of(call.payload))

    def verdict(self, noted: Noted) -> JsonObject:
        """Return the answer to an Authorize."""
        answer: JsonObject = self.hearing.verdict_answer(noted)
        return answer

    def answer(
        self, call: Call, news: News | None, noted: Noted, *, moment: datetime
    ) -> JsonObject:
        """Return the answer to a call whose news is durable."""
        if call.action == _BOOT:
            return {
                "currentTime": format_utc(moment),
                "interval": HEARTBEAT_S,
                "status": "Accepted",
            }
        if call.action == HEARTBEAT:
            return {"currentTime": format_utc(moment)}
        if call.action == _TRANSFER:
            return {"status": _transfer_status(call.payload, news)}
        if news is None:
            return {}
        answer: JsonObject = self.hearing.answer(call.action, news, noted)
        return answer

    def _transfer(self, payload: JsonObject) -> News | None:
        if _is_ours(payload):
            return read_data(str(payload["messageId"]), payload.get("data"))
        return None


def _is_ours(payload: JsonObject) -> bool:
    return payload.get("vendorId") == VENDOR and payload.get("messageId") in (
        BATTERY_DATA,
        CHARGING_WISH,
    )


def _transfer_status(payload: JsonObject, news: News | None) -> str:
    if news is not None:
        return "Accepted"
    return "UnknownMessageId" if payload.get("vendorId") == VENDOR else "UnknownVendorId"


VERSIONS = {V16: Version(V16, hearing_16), V201: Version(V201, hearing_201)}
