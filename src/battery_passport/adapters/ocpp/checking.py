"""Payloads held against the schemas that the `ocpp` library publishes.

In: an action and its payload. Out: nothing, or the error that OCPP has for what is wrong.
"""

from typing import Final

from ocpp.exceptions import OCPPError
from ocpp.messages import Call as LibraryCall
from ocpp.messages import CallResult as LibraryResult
from ocpp.messages import validate_payload

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.foundation.strict_json import JsonObject

V16: Final = "1.6"
V201: Final = "2.0.1"
SUBPROTOCOLS = {"ocpp2.0.1": V201, "ocpp1.6": V16}
"""The versions by the name of their WebSocket subprotocol, the better one first."""


async def check_call(version: str, action: str, payload: JsonObject) -> None:
    """Hold a call against its schema. Raises: OcppRefused."""
    await _check(LibraryCall("", action, payload), version)


async def check_result(version: str, action: str, payload: JsonObject) -> None:
    """Hold an answer against its schema. Raises: OcppRefused."""
    await _check(LibraryResult("", payload, action), version)


async def _check(message: LibraryCall | LibraryResult, version: str) -> None:
    try:
        # A coroutine: called without await it would let everything pass.
        await validate_payload(message, version)
    except OCPPError as error:
        told = error.details.get("cause") if isinstance(error.details, dict) else None
        raise OcppRefused(str(told or error.description)[:255], ocpp_code=error.code) from error
