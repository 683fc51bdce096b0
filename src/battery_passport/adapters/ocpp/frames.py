"""OCPP-J messages: arrays of a type, an id and what is said.

In: text of a WebSocket. Out: calls, results and errors; and the text of our own.
Source: OCPP-1.6 §4; OCPP-2.0.1 part-4
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from battery_passport.adapters.ocpp.errors import OcppRefused
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue, parse_json

CALL: Final = 2
RESULT: Final = 3
ERROR: Final = 4
LONGEST_FRAME_CHARACTERS = 512 * 1024
_LONGEST_ID = 64
_LONGEST_TOLD = 255
_ACTION = re.compile(r"[A-Za-z0-9]{1,64}")
_CALL_MEMBERS, _RESULT_MEMBERS, _ERROR_MEMBERS = 4, 3, 5


@dataclass(frozen=True, slots=True)
class Call:
    """A question, to be answered under its id."""

    unique_id: str
    action: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a call."""

    unique_id: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Failure:
    """The refusal of a call."""

    unique_id: str
    code: str
    description: str


Frame = Call | Result | Failure


def read_frame(text: str | bytes) -> Frame:
    """Return what a message is. Raises: OcppRefused."""
    if isinstance(text, bytes):
        raise OcppRefused("The message is binary, where OCPP sends text.")
    if len(text) > LONGEST_FRAME_CHARACTERS:
        raise OcppRefused(f"The message has {len(text)} characters.")
    try:
        parts = parse_json(text)
    except InvalidInput as error:
        raise OcppRefused(f"The message is no JSON: {error.message}") from error
    if not isinstance(parts, list) or len(parts) < _RESULT_MEMBERS:
        raise OcppRefused("The message is no array of three members or more.")
    unique_id = parts[1]
    if not isinstance(unique_id, str) or not 1 <= len(unique_id) <= _LONGEST_ID:
        raise OcppRefused("The message has no id.")
    kind = parts[0]
    read = _READ.get(kind) if type(kind) is int else None
    if read is None:
        raise OcppRefused(f"There is no message type {json.dumps(parts[0])[:20]}.")
    return read(unique_id, parts)


def _call(unique_id: str, parts: list[JsonValue]) -> Call:
    if len(parts) != _CALL_MEMBERS:
        raise OcppRefused(f"A call has 4 members, not {len(parts)}.")
    action, payload = parts[2], parts[3]
    # The library opens a file of this name: nothing but a name may come that far.
    if not isinstance(action, str) or not _ACTION.fullmatch(action):
        raise OcppRefused("The call names no action.")
    if not isinstance(payload, dict):
        raise OcppRefused("The call's payload is no object.")
    return Call(unique_id, action, payload)


def _result(unique_id: str, parts: list[JsonValue]) -> Result:
    if len(parts) != _RESULT_MEMBERS or not isinstance(parts[2], dict):
        raise OcppRefused("A result has 3 members, of which the last is an object.")
    return Result(unique_id, parts[2])


def _failure(unique_id: str, parts: list[JsonValue]) -> Failure:
    if len(parts) > _ERROR_MEMBERS:
        raise OcppRefused(f"An error has at most 5 members, not {len(parts)}.")
    told = parts[3] if len(parts) > _RESULT_MEMBERS else ""
    return Failure(unique_id, str(parts[2])[:_LONGEST_ID], str(told)[:_LONGEST_TOLD])


_READ: Mapping[int, Callable[[str, list[JsonValue]], Frame]] = {
    CALL: _call,
    RESULT: _result,
    ERROR: _failure,
}


def call_text(unique_id: str, action: str, payload: JsonObject) -> str:
    """Return the text of a call."""
    return _text([CALL, unique_id, action, payload])


def result_text(unique_id: str, payload: JsonObject) -> str:
    """Return the text of an answer."""
    return _text([RESULT, unique_id, payload])


def error_text(unique_id: str, code: str, description: str) -> str:
    """Return the text of a refusal."""
    return _text([ERROR, unique_id, code, description[:_LONGEST_TOLD], {}])


def _text(parts: list[JsonValue]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
