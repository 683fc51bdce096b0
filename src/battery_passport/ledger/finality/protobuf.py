"""Just enough of protocol buffers: strict reading, and the writing of a few kinds of field.

In: encoded messages, or values. Out: the fields by number, or bytes; lax spellings are refused.
Source: Protocol Buffers encoding
"""

import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

VARINT, FIXED64, BLOB, FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {FIXED64: 8, FIXED32: 4}
_MAX_VARINT = (1 << 64) - 1


class BadMessage(ValueError):
    """Bytes that are not the one encoding of any message we know."""


@dataclass(frozen=True, slots=True)
class Message:
    """The fields of a message by number, in order; numbers as int, everything else as bytes."""

    fields: Mapping[int, list[int | bytes]]

    def number(self, field: int) -> int:
        """Return a whole number that is there at most once; 0 if it is not."""
        found = self._single(field, 0)
        if not isinstance(found, int):
            raise BadMessage(f"field {field} is not a number")
        return found

    def blob(self, field: int) -> bytes:
        """Return bytes that are there at most once; none if they are not."""
        found = self._single(field, b"")
        if not isinstance(found, bytes):
            raise BadMessage(f"field {field} is not bytes")
        return found

    def blobs(self, field: int) -> list[bytes]:
        """Return the bytes of a field that may be repeated."""
        found = self.fields.get(field, [])
        if not all(isinstance(each, bytes) for each in found):
            raise BadMessage(f"field {field} is not bytes")
        return [each for each in found if isinstance(each, bytes)]

    def text(self, field: int) -> str:
        """Return ASCII text that is there at most once."""
        return ascii_text(self.blob(field))

    def message(self, field: int) -> "Message":
        """Return a message that is there at most once; an empty one if it is not."""
        return read_message(self.blob(field))

    def _single(self, field: int, default: int | bytes) -> int | bytes:
        found = self.fields.get(field, [default])
        if len(found) != 1:
            raise BadMessage(f"field {field} is there {len(found)} times")
        return found[0]


def read_message(octets: bytes) -> Message:
    """Return the fields of a message. Raises: BadMessage."""
    fields: defaultdict[int, list[int | bytes]] = defaultdict(list)
    place = 0
    while place < len(octets):
        tag, place = _read_varint(octets, place)
        field, kind = tag >> 3, tag & 7
        if field < 1:
            raise BadMessage("a field has no number")
        value, place = _read_value(octets, place, kind)
        fields[field].append(value)
    return Message(dict(fields))


def ascii_text(octets: bytes) -> str:
    """Return the text of bytes that are plain ASCII. Raises: BadMessage."""
    try:
        return octets.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadMessage("a text is not ASCII") from error


def _read_value(octets: bytes, place: int, kind: int) -> tuple[int | bytes, int]:
    if kind == VARINT:
        return _read_varint(octets, place)
    if kind == BLOB:
        length, place = _read_varint(octets, place)
    elif kind in _FIXED_BYTES:
        length = _FIXED_BYTES[kind]
    else:
        raise BadMessage(f"a field is of the unknown kind {kind}")
    end = place + length
    if end > len(octets):
        raise BadMessage("a field ends beyond its message")
    return octets[place:end], end


def _read_varint(octets: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    for position in range(place, min(place + 10, len(octets))):
        byte = octets[position]
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            if value > _MAX_VARINT or (byte == 0 and position > place):
                break
            return value, position + 1
    raise BadMessage("a number has no end, or is not in its shortest form")


def varint(value: int) -> bytes:
    """Return a whole number from 0 in its shortest form."""
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def number_field(field: int, value: int) -> bytes:
    """Return a number's field; nothing for 0, which is the default."""
    return varint(field << 3 | VARINT) + varint(value) if value else b""


def fixed_field(field: int, value: int) -> bytes:
    """Return the field of a signed number of 64 bits; nothing for 0."""
    return varint(field << 3 | FIXED64) + struct.pack("<q", value) if value else b""


def blob_field(field: int, octets: bytes) -> bytes:
    """Return the field of bytes, of text or of a message, even an empty one."""
    return varint(field << 3 | BLOB) + varint(len(octets)) + octets
