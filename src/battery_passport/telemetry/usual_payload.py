"""Payloads as nearly all devices write them, read by one pattern instead of a CBOR reader.

In: a payload's bytes. Out: its values, or None: then the full reader reads or refuses it.
The pattern admits shortest forms alone, so that what it reads has one way to be written.
Source: RFC 8949 §4.2.1.
"""

import re
from functools import lru_cache
from typing import NamedTuple, TypedDict, cast

import cbor2

from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.layout import frame_size, read_layout
from battery_passport.telemetry.limits import DEFAULT_LIMITS
from battery_passport.telemetry.model import ColumnLayout

_UINT = (
    rb"(?:[\x00-\x17]|\x18[\x18-\xff]|\x19[\x01-\xff].|\x1a(?!\x00\x00).{4}"
    rb"|\x1b(?!\x00\x00\x00\x00).{8})"
)
_ENTRY = rb"\x86" + 6 * _UINT

_UNTIL_NOTES = re.compile(
    rb"\xab\x61v\x01\x64boot\x50(.{16})\x63seq(" + _UINT + rb")\x62at(" + _UINT + rb")"
    rb"\x64mono(" + _UINT + rb")\x64fill([\xf4\xf5])\x63ref\x50(.{16})\x64note",
    re.DOTALL,
)
_AFTER_NOTES = re.compile(
    rb"\x61n(" + _UINT + rb")\x64cols(?P<entries>(?:[\x80-\x97]|\x98[\x18-\xff])"
    rb"(?:" + _ENTRY + rb")+)\x61z"
    rb"(?:[\x40-\x57]|\x58[\x18-\xff]|\x59[\x01-\xff].|\x5a(?!\x00\x00).{4})",
    re.DOTALL,
)
_SHORT_TEXT = 0x60
_TEXT_OF_ONE_BYTE_LENGTH = 0x78
_SHORTEST_LONG = 24
_MOST_NOTES = 0x17
_TRUE = b"\xf5"
_MOST_ENTRY_BYTES = 1_024
"""Longer ones, which no device of ours writes, would fill the memory of what was read before."""


class Said(TypedDict):
    """The members of a payload that are its claims."""

    boot: bytes
    seq: int
    at: int
    mono: int
    fill: bool
    ref: bytes


class UsualPayload(NamedTuple):
    """The values of a payload; claims and assumptions are still to be checked."""

    said: Said
    assumptions: tuple[str, ...]
    sample_count: int
    layout: tuple[ColumnLayout, ...]
    frame_bytes: int
    frame: bytes


def read_usual(octets: bytes) -> UsualPayload | None:
    """Return a payload's values, or None if any byte of it is not as usual."""
    head = _UNTIL_NOTES.match(octets)
    notes = _read_notes(octets, head.end()) if head is not None else None
    rest = _AFTER_NOTES.match(octets, notes[1]) if notes is not None else None
    if head is None or notes is None or rest is None:
        return None
    count, entries = rest.groups()
    start = rest.end()
    if _string_length(octets, rest.end("entries") + 2) != len(octets) - start:
        return None
    if len(entries) > _MOST_ENTRY_BYTES:
        return None
    try:
        layout, frame_bytes = _measured(entries, _uint(count))
    except MalformedBatch:
        return None
    boot, sequence, collected_at, monotonic, backfill, reference = head.groups()
    said: Said = {
        "boot": boot,
        "seq": _uint(sequence),
        "at": _uint(collected_at),
        "mono": _uint(monotonic),
        "fill": backfill == _TRUE,
        "ref": reference,
    }
    return UsualPayload(said, notes[0], _uint(count), layout, frame_bytes, octets[start:])


def _uint(octets: bytes) -> int:
    """Return an unsigned number, whose form was checked."""
    return octets[0] if len(octets) == 1 else int.from_bytes(octets[1:], "big")


def _string_length(octets: bytes, at: int) -> int:
    """Return the length that the head of a byte string declares; its form was checked."""
    width = (octets[at] & 0x1F) - 0x17
    if width <= 0:
        return octets[at] & 0x1F
    return int.from_bytes(octets[at + 1 : at + 1 + (1 << (width - 1))], "big")


def _read_notes(octets: bytes, at: int) -> tuple[tuple[str, ...], int] | None:
    """Return the assumptions and where they end."""
    if octets[at : at + 1] == b"\x80":
        return (), at + 1
    count = octets[at] - 0x80 if at < len(octets) else -1
    if not 0 < count <= _MOST_NOTES:
        return None
    at += 1
    texts = []
    for _ in range(count):
        length, start = _text_head(octets, at)
        at = start + length
        if length < 1 or at > len(octets):
            return None
        try:
            texts.append(octets[start:at].decode())
        except UnicodeDecodeError:
            return None
    return tuple(texts), at


def _text_head(octets: bytes, at: int) -> tuple[int, int]:
    """Return the length of a text and where it begins; 0 if it is not as usual."""
    initial, following = octets[at : at + 1], octets[at + 1 : at + 2]
    if not initial or not following:
        return 0, at
    if _SHORT_TEXT <= initial[0] < _TEXT_OF_ONE_BYTE_LENGTH:
        return initial[0] - _SHORT_TEXT, at + 1
    if initial[0] == _TEXT_OF_ONE_BYTE_LENGTH and following[0] >= _SHORTEST_LONG:
        return following[0], at + 2
    return 0, at


# Batches of devices of one kind repeat their entries, and this is on the way of every batch.
@lru_cache(maxsize=4_096)
def _measured(entries: bytes, sample_count: int) -> tuple[tuple[ColumnLayout, ...], int]:
    """Return the columns of a batch and the bytes that they expand to.

    Raises: MalformedBatch, also where an entry is missing or there is one too many.
    """
    try:
        read = cbor2.loads(entries, allow_indefinite=False)
    except (cbor2.CBORError, ValueError) as error:
        raise MalformedBatch("The batch's columns are not as many as it says.") from error
    columns = cast("list[object]", read)
    if cbor2.dumps(columns) != entries:
        raise MalformedBatch("The batch's columns are not as many as it says.")
    layout = read_layout(columns, sample_count=sample_count, limits=DEFAULT_LIMITS)
    return layout, frame_size(layout, sample_count)
