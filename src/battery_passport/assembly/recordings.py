"""Recordings of frames: text files, and the decoder of each protocol.

In: a path and a protocol. Out: one JSON object per frame or response, in their order.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from battery_passport.adapters.gbt32960 import reading as gbt32960
from battery_passport.adapters.hyundai_uds import reading as hyundai_uds
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject

Decode = Callable[[Iterable[str]], Iterator[JsonObject]]
DECODERS: dict[str, Decode] = {
    "hyundai-uds": hyundai_uds.decode_lines,
    "gbt32960": gbt32960.decode_lines,
}
LONGEST_LINE = 1 << 20
"""Characters; no frame needs a fifth of it. What a line has beyond this is left out."""

_PIECE_BYTES = 1 << 16
_MOST_WAITING = 64
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Terminals end lines by any number of carriage returns before the line feed, adapters by one alone.
_LINE_END = re.compile(r"\r*\n|\r")


class UnusableRecording(InvalidInput):
    """A file that holds no recording of frames."""

    code = "unusable-recording"
    remedy = "Give a text file with frames as docs/reference/decoders.md describes it."


def decode_recording(path: Path, protocol: str) -> Iterator[JsonObject]:
    """Return what the frames of a recording say; refused ones are `{"error": ...}`.

    Raises: UnusableRecording if the file cannot be read, is no text, or holds no frame.
    """
    count = 0
    for document in DECODERS[protocol](recorded_lines(path)):
        count += 1
        yield document
    if not count:
        raise UnusableRecording(f"{path.name} holds no frame.")


def recorded_lines(path: Path) -> Iterator[str]:
    """Return the lines of a text file; memory stays bounded however long they are.

    Raises: UnusableRecording if the file cannot be read or is no text.
    """
    try:
        with path.open("rb") as file:
            yield from split_lines(_pieces(file, path.name))
    except OSError as error:
        raise UnusableRecording(f"{path} cannot be read: {error.strerror}.") from error


def _pieces(file: BinaryIO, name: str) -> Iterator[str]:
    is_first = True
    while piece := file.read(_PIECE_BYTES):
        if b"\0" in piece:
            raise UnusableRecording(f"{name} is no text: it holds zero bytes.")
        text = piece.removeprefix(_BYTE_ORDER_MARK) if is_first else piece
        is_first = False
        yield text.decode("ascii", errors="replace")


def split_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Return the lines of a text that comes in pieces, cut off at `LONGEST_LINE`."""
    held = ""
    for piece in pieces:
        held += piece
        # A line feed may follow the carriage returns at the end: they wait.
        settled = held.rstrip("\r")
        waiting = held[len(settled) :][:_MOST_WAITING]
        *lines, rest = _LINE_END.split(settled)
        yield from (line[:LONGEST_LINE] for line in lines)
        held = rest[:LONGEST_LINE] + waiting
    *lines, rest = _LINE_END.split(held)
    yield from lines
    if rest:
        yield rest
