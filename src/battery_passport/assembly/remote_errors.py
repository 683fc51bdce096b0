"""Errors across the control connection: the same code, words and exit code on both sides.

In: an error here. Out: JSON there, and an error of the same kind when it is read back.
"""

from typing import NoReturn

from battery_passport.foundation.errors import (
    BatteryPassportError,
    InvalidInput,
    TemporarilyUnavailable,
    VerificationFailed,
)
from battery_passport.foundation.strict_json import JsonObject

_KINDS: dict[str, type[BatteryPassportError]] = {
    "no": VerificationFailed,
    "later": TemporarilyUnavailable,
    "unusable": InvalidInput,
}


def describe_error(error: BatteryPassportError) -> JsonObject:
    """Return what the other side needs to raise the error again."""
    kind = "unusable"
    if isinstance(error, VerificationFailed):
        kind = "no"
    elif isinstance(error, TemporarilyUnavailable):
        kind = "later"
    return {
        "kind": kind,
        "code": error.code,
        "message": error.message,
        "next_step": error.next_step,
    }


def raise_remote(described: JsonObject) -> NoReturn:
    """Raise the error that `describe_error` told of, under its own code."""
    kind = _KINDS.get(str(described.get("kind")), InvalidInput)
    code = str(described.get("code", "error"))
    remote = type("RemoteError", (kind,), {"code": code})
    raise remote(str(described.get("message", "")), remedy=str(described.get("next_step", "")))
