"""JSON with one reading and one writing: canonical bytes out, no duplicate keys or NaN in.

In: JSON values or text. Out: RFC 8785 bytes, or values that every parser agrees on.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

import rfc8785

from battery_passport.foundation.errors import InvalidInput

JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

MAX_DEPTH = 64
"""Nesting beyond this is refused: no document of ours is a tenth as deep."""

# A string, closed or not, or a bracket: it can never fail inside a string, so it never backtracks.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


class MalformedJson(InvalidInput):
    """Text that is not JSON, or that two parsers would read differently."""

    code = "malformed-json"


def canonical_json(value: JsonValue) -> bytes:
    """Return the RFC 8785 (JCS) bytes of a JSON value.

    Raises: MalformedJson for NaN, infinities, integers beyond 2^53 and keys that are not text.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as error:
        raise MalformedJson(f"The value has no canonical JSON form: {error}.") from error


def _no_duplicates(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found: JsonObject = {}
    for key, value in pairs:
        if key in found:
            raise MalformedJson(f"The JSON object has the member {key!r} twice.")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON.")


def parse_json(text: str | bytes) -> JsonValue:
    """Return the value of a JSON text.

    Raises: MalformedJson for bad UTF-8, duplicate keys, NaN, infinities or deep nesting.
    """
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        _refuse_depth(decoded)
        value: JsonValue = json.loads(
            decoded, object_pairs_hook=_no_duplicates, parse_constant=_no_constant
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise MalformedJson(f"The text is not JSON: {error}.") from error
    return value


def parse_json_object(text: str | bytes) -> JsonObject:
    """Return the members of a JSON object.

    Raises: MalformedJson as `parse_json` does, and for any other kind of value.
    """
    value = parse_json(text)
    if not isinstance(value, dict):
        raise MalformedJson("The JSON text is not an object.")
    return value


def _refuse_depth(text: str) -> None:
    """Return if nothing is nested too deeply; asked first, because parsing uses the C stack."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            raise MalformedJson(f"The JSON text is nested deeper than {MAX_DEPTH} levels.")
