"""What one line of a recording is: a CAN frame, something the adapter says, nothing, or broken.

In: text of an ELM327 adapter or of candump, told apart line by line. Out: lines with their bytes.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

ELM_LINE_CHARACTERS = 19
"""Three digits of the sender and eight bytes; the adapters pad every frame of a long response."""

_LONG_SENDER_CHARACTERS = 24
_FRAME_BYTES = 8

_STAMP = r"(?:\((?P<at>[^)]{1,40})\)\s+)?"
_CANDUMP_LOG = re.compile(
    _STAMP + r"(?P<bus>\w{1,16})\s+(?P<sender>[0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})#"
    r"(?P<data>[0-9A-Fa-f]*|R[0-9]?)(?:\s+[RT])?"
)
_CANDUMP_CONSOLE = re.compile(
    _STAMP + r"(?P<bus>\w{1,16})\s+(?:[RT]X\s+[-BE ]{1,8}\s+)?"
    r"(?P<sender>[0-9A-Fa-f]{3}|[0-9A-Fa-f]{8})\s+\[(?P<count>\d{1,2})\]"
    r"(?P<data>(?:\s+[0-9A-Fa-f]{2})*|\s+remote request)(?:\s+'.{0,8}')?"
)
_CANDUMP_HINT = re.compile(r"\(\d+\.\d+\)\s|\w+\s+[0-9A-Fa-f]{3,8}(?:#|\s+\[)")
_ECHO = re.compile(r"(?:22[0-9A-F]{4}|3E00|1003|0100)[0-9A-F]?")
_HARMLESS = re.compile(r"(?:AT|ST)[A-Z]{1,3}[0-9A-F]*|OK|ELM327.*|SEARCHING\.*|BUSINIT:?[.O-]*K?")
_TROUBLE = re.compile(
    r"NODATA|STOPPED|\?|UNABLETOCONNECT|BUFFERFULL|(?:CAN|BUS|DATA|RX|FB)ERROR.*|<(?:RX|DATA)ERROR"
    r"|.*<(?:RX|DATA)ERROR|LVRESET|LOWVOLTAGERESET|ACTALERT|ERR\d\d"
)
_HEX = re.compile(r"[0-9A-F]+")
_NOT_HEX = re.compile(r"[^0-9A-F]")
_MERGED = re.compile(r"(?:62[0-9A-F]{4}|7F22)(?:[0-9A-F]{2})+")


class Kind(Enum):
    """What a line turned out to be."""

    FRAME = auto()
    MERGED = auto()
    BLANK = auto()
    CHATTER = auto()
    BROKEN = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `sender` and `data` of a frame, `reason` of a broken one, `at` if it bears a time.

    A merged line is a whole response that a tool put together; its sender is not known.
    """

    number: int
    kind: Kind
    sender: str = ""
    data: bytes = b""
    at: str = ""
    reason: str = ""
    is_candump: bool = False


def read_line(number: int, text: str) -> Line:
    """Return what the line of that number is; never raises."""
    stripped = text.strip()
    if not stripped:
        return Line(number, Kind.BLANK)
    for pattern in (_CANDUMP_LOG, _CANDUMP_CONSOLE):
        found = pattern.fullmatch(stripped)
        if found is not None:
            return _candump_line(number, found)
    if _CANDUMP_HINT.match(stripped):
        return Line(
            number,
            Kind.BROKEN,
            reason=f"line {number} looks like candump but holds no whole frame",
            is_candump=True,
        )
    return _elm_line(number, "".join(stripped.lstrip(">").split()).upper())


def _candump_line(number: int, found: re.Match[str]) -> Line:
    digits = "".join(found["data"].split())
    sender, at = found["sender"].upper(), found["at"] or ""
    if digits.startswith("R") or digits == "remoterequest":
        return Line(number, Kind.CHATTER, sender, is_candump=True)
    stated = found.groupdict().get("count")
    count = len(digits) // 2
    if len(digits) % 2 or count > _FRAME_BYTES or (stated is not None and int(stated) != count):
        reason = f"line {number} does not hold the bytes of one frame"
        return Line(number, Kind.BROKEN, sender, reason=reason, is_candump=True)
    return Line(number, Kind.FRAME, sender, bytes.fromhex(digits), at, is_candump=True)


def _elm_line(number: int, digits: str) -> Line:
    if not digits or _HARMLESS.fullmatch(digits) or _ECHO.fullmatch(digits):
        return Line(number, Kind.CHATTER)
    if _TROUBLE.fullmatch(digits):
        reason = f"line {number}: the adapter says {digits[:24]}"
        return Line(number, Kind.BROKEN, reason=reason)
    wrong = _NOT_HEX.search(digits)
    if wrong is not None:
        reason = f"line {number} holds {wrong[0]!r}, which is no hexadecimal digit"
        return Line(number, Kind.BROKEN, digits[:3], reason=reason)
    return _hex_line(number, digits)


def _hex_line(number: int, digits: str) -> Line:
    if len(digits) == _LONG_SENDER_CHARACTERS and digits.startswith("18DA"):
        return Line(number, Kind.FRAME, digits[:8], bytes.fromhex(digits[8:]))
    if len(digits) == ELM_LINE_CHARACTERS or _is_short_single(digits):
        return Line(number, Kind.FRAME, digits[:3], bytes.fromhex(digits[3:]))
    if _MERGED.fullmatch(digits):
        return Line(number, Kind.MERGED, "", bytes.fromhex(digits))
    reason = (
        f"line {number} has {len(digits)} characters, "
        f"where a frame has {ELM_LINE_CHARACTERS} (3 of the sender, 16 of data)"
    )
    return Line(number, Kind.BROKEN, digits[:3], bytes_of(digits[3:]), reason=reason)


def bytes_of(digits: str) -> bytes:
    """Return as many whole bytes as the digits begin with."""
    return bytes.fromhex(digits[: len(digits) // 2 * 2]) if _HEX.fullmatch(digits) else b""


def _is_short_single(digits: str) -> bool:
    """Return whether this is a single frame that its sender did not pad to eight bytes."""
    count = (len(digits) - 3) // 2
    if len(digits) % 2 == 0 or not 2 <= count < _FRAME_BYTES or digits[3] != "0":
        return False
    return 1 <= int(digits[4], 16) == count - 1
