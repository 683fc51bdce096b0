"""Whole frames: start, command, answer, VIN, encryption, length, data unit and check byte.

In: a frame's bytes, or named values. Out: named values, or bytes.
Source: GB/T 32960.3-2016 §6.2; GB/T 32960.3-2025 §6.2
"""

from functools import reduce
from operator import xor

from battery_passport.adapters.gbt32960.errors import FrameRefused, UnencodableFrame
from battery_passport.adapters.gbt32960.fields import Choice, Text, hex_bytes
from battery_passport.adapters.gbt32960.layout import (
    NOT_MEASURED,
    Cursor,
    Layout,
    Values,
    needed,
    read_layout,
    write_layout,
)
from battery_passport.adapters.gbt32960.payloads import PAYLOADS, TIME
from battery_passport.adapters.gbt32960.words import (
    ANSWERS,
    COMMANDS,
    COMMANDS_2025,
    ENCRYPTIONS,
)
from battery_passport.foundation.strict_json import JsonObject, JsonValue

STARTS = {b"##": 2016, b"$$": 2025}
_HEADER_BYTES = 24
_TIME_BYTES = 6
MOST_DATA_BYTES = 0xFFFF
MOST_FRAME_BYTES = _HEADER_BYTES + MOST_DATA_BYTES + 1
_REST = "data_hex"


def _header(edition: int) -> Layout:
    commands = COMMANDS if edition == 2016 else COMMANDS | COMMANDS_2025
    return (
        Choice("command", commands),
        Choice("answer", ANSWERS),
        Text("vin", 17),
        Choice("encryption", ENCRYPTIONS),
    )


HEADERS = {edition: _header(edition) for edition in PAYLOADS}


def decode_frame(frame: bytes) -> JsonObject:
    """Return a frame's values. Raises: FrameRefused saying what is wrong with it."""
    edition, data = _checked(frame)
    header = Cursor(frame[2:_HEADER_BYTES])
    document: JsonObject = {"edition": edition, **read_layout(HEADERS[edition], header)}
    if data and document["encryption"] != "none":
        kind = document["encryption"]
        raise FrameRefused(
            f"The data unit is encrypted with {kind}, and the key is not here."
            if isinstance(kind, str)
            else "The frame does not say how, or whether, its data unit is encrypted."
        )
    cursor = Cursor(data)
    values = _read_data(cursor, document)
    warnings: list[JsonValue] = [*header.warnings, *cursor.warnings]
    notes = {
        reason: [*_names(document.pop(reason, ())), *_names(values.pop(reason, ()))]
        for reason in NOT_MEASURED
    }
    notes["warnings"] = warnings
    return document | values | {name: texts for name, texts in notes.items() if texts}


def _names(value: JsonValue) -> list[JsonValue]:
    return list(value) if isinstance(value, list) else []


def _checked(frame: bytes) -> tuple[int, bytes]:
    """Return edition and data unit of a frame whose start, length and check byte hold."""
    edition = STARTS.get(frame[:2])
    if edition is None:
        raise FrameRefused(
            f"The frame starts with {frame[:2].hex() or 'nothing'}, not with 2323 or 2424."
        )
    if len(frame) <= _HEADER_BYTES:
        raise FrameRefused(f"The frame has {len(frame)} bytes; the shortest has 25.")
    stated = int.from_bytes(frame[22:24], "big")
    if len(frame) != _HEADER_BYTES + stated + 1:
        raise FrameRefused(
            f"The frame states a data unit of {stated} bytes, "
            f"{len(frame) - _HEADER_BYTES - 1} came."
        )
    expected = check_byte(frame[2:-1])
    if expected != frame[-1]:
        raise FrameRefused(f"The check byte is {frame[-1]:02x}, the bytes give {expected:02x}.")
    return edition, frame[_HEADER_BYTES:-1]


def check_byte(octets: bytes) -> int:
    """Return all bytes joined by exclusive or."""
    return reduce(xor, octets, 0)


def _layout(values: Values, edition: int) -> Layout | None:
    command = values.get("command")
    return PAYLOADS[edition].get(command) if isinstance(command, str) else None


def _is_answer(values: Values) -> bool:
    return values.get("answer") != "command" and values.get("command") != "activation-answer"


def _read_data(cursor: Cursor, header: JsonObject) -> JsonObject:
    edition = 2016 if header["edition"] == 2016 else 2025
    layout = _layout(header, edition)
    if _is_answer(header):
        layout = (TIME,) if cursor.left >= _TIME_BYTES else ()
    row = read_layout(layout or (), cursor)
    if layout is None:
        cursor.warnings.append("this command is not decoded; its data unit is kept")
    elif cursor.left:
        cursor.warnings.append(f"{cursor.left} bytes follow that have no meaning here")
    if cursor.left:
        row[_REST] = cursor.rest().hex()
    return row


def encode_frame(document: Values) -> bytes:
    """Return the frame of a document such as `decode_frame` returns.

    `edition`, `command` and `vin` are needed; `answer` is `command` and `encryption` is `none`
    if left out. Raises: UnencodableFrame.
    """
    edition = needed(document, "edition")
    if edition not in PAYLOADS or not isinstance(edition, int):
        raise UnencodableFrame(f"There is no edition {edition!r}; there are 2016 and 2025.")
    values = {"answer": "command", "encryption": "none", **document}
    for name in ("edition", "warnings"):
        values.pop(name, None)
    rest = hex_bytes(values.pop(_REST, ""), _REST)
    in_header = {name for field in HEADERS[edition] for name in field.names}
    head = write_layout(
        HEADERS[edition],
        {name: value for name, value in values.items() if name in in_header | set(NOT_MEASURED)},
    )
    body = {name: value for name, value in values.items() if name not in in_header}
    layout = _layout(values, edition) or ()
    if _is_answer(values):
        layout = (TIME,) if "time" in body else ()
    data = write_layout(layout, body) + rest
    if len(data) > MOST_DATA_BYTES:
        raise UnencodableFrame(f"The data unit has {len(data)} bytes; at most 65,535 fit.")
    checked = head + len(data).to_bytes(2, "big") + data
    start = next(start for start, year in STARTS.items() if year == edition)
    return start + checked + bytes([check_byte(checked)])
