"""A recording of diagnostic responses as JSON objects.

In: the lines of an ELM327 or candump text. Out: one object per response, in their order.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from battery_passport.adapters.hyundai_uds.errors import ResponseRefused
from battery_passport.adapters.hyundai_uds.fields import RESPONSE_PENDING
from battery_passport.adapters.hyundai_uds.isotp import assemble
from battery_passport.adapters.hyundai_uds.lines import read_line
from battery_passport.adapters.hyundai_uds.responses import decode_response
from battery_passport.adapters.hyundai_uds.segments import Segment, gather
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject

_UNIX_STAMP = re.compile(r"\d{9,11}(?:\.\d{1,9})?")
_FIRST_UNIX = datetime(1970, 1, 1, tzinfo=UTC)


def decode_lines(lines: Iterable[str]) -> Iterator[JsonObject]:
    """Return each response's values, or `{"error": ...}` for one that is refused."""
    pending: JsonObject | None = None
    for segment in gather(read_line(number, text) for number, text in enumerate(lines, 1)):
        document = _decoded(segment)
        if pending is not None and pending["ecu"] != document.get("ecu"):
            yield pending
            pending = None
        if _is_pending(document):
            pending = document
            continue
        pending = None
        yield document
    if pending is not None:
        yield pending


def _is_pending(document: JsonObject) -> bool:
    """Return whether the sender only says that its response will come."""
    negative = document.get("negative_response")
    return isinstance(negative, dict) and negative.get("code") == f"{RESPONSE_PENDING:02X}"


def _decoded(segment: Segment) -> JsonObject:
    try:
        return _remarked(_values(segment), segment)
    except ResponseRefused as error:
        reason: JsonObject = {"code": error.code, "message": error.message, "line": segment.line}
        return {"error": reason}


def _values(segment: Segment) -> JsonObject:
    if segment.fault:
        raise ResponseRefused(f"{segment.fault[0].upper()}{segment.fault[1:]}.")
    if segment.merged is not None:
        return decode_response(segment.merged, "")
    return decode_response(assemble(segment.first or b"", segment.following), segment.sender)


def _remarked(document: JsonObject, segment: Segment) -> JsonObject:
    time = _utc(segment.at)
    if time is not None:
        document = {"time": time} | document
    if segment.strays:
        warnings = document.get("warnings")
        remark = f"{segment.strays} frames of an earlier response came before and are left out"
        document["warnings"] = [*(warnings if isinstance(warnings, list) else []), remark]
    return document


def _utc(stamp: str) -> str | None:
    """Return a candump stamp in Unix seconds as a time; None for none and for relative ones."""
    if not _UNIX_STAMP.fullmatch(stamp):
        return None
    seconds, _, fraction = stamp.partition(".")
    micros = int((fraction + "000000")[:6])
    return format_utc(_FIRST_UNIX + timedelta(seconds=int(seconds), microseconds=micros))
