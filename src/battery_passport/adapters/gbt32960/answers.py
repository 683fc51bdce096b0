"""What a platform answers to a frame.

In: the frame as it came, and what became of it. Out: the bytes of the answer.
Source: GB/T 32960.3-2016 §6.3.2; GB/T 32960.3-2025 §6.3.2
"""

from datetime import datetime
from enum import Enum
from typing import Final

from battery_passport.adapters.gbt32960.fields import Moment
from battery_passport.adapters.gbt32960.frame import STARTS, check_byte
from battery_passport.foundation.clock import format_utc

_VIN: Final = slice(4, 21)
_HEADER_BYTES: Final = 24
_TIME_BYTES: Final = 6
_NOT_ENCRYPTED: Final = 0x01
_TIME_SYNCHRONISATION: Final = 0x08
_ERROR_2016: Final = 0x02


class Outcome(Enum):
    """What became of a frame, by the code of the 2025 edition."""

    DONE = 0x01
    ERROR = 0x02
    VIN_UNKNOWN = 0x04
    STRUCTURE_WRONG = 0x06
    NOT_DECRYPTED = 0x07


def command_of(frame: bytes) -> int:
    """Return a frame's command."""
    return frame[2]


def is_command(frame: bytes) -> bool:
    """Return whether a frame asks for an answer, and is none itself."""
    return frame[3] == 0xFE


def answer_frame(frame: bytes, outcome: Outcome, moment: datetime) -> bytes:
    """Return the answer: the frame's own command, VIN and time, and what became of it.

    The 2016 edition has no words for why; it says that there was an error. A time that is asked
    for is the platform's own.
    """
    edition = STARTS[frame[:2]]
    is_done = outcome is Outcome.DONE
    code = outcome.value if is_done or edition != 2016 else _ERROR_2016
    time = frame[_HEADER_BYTES : _HEADER_BYTES + _TIME_BYTES]
    if len(frame) - _HEADER_BYTES - 1 < _TIME_BYTES:
        time = b""
    if command_of(frame) == _TIME_SYNCHRONISATION and is_done:
        time = Moment("time").write({"time": format_utc(moment)})
    checked = (
        bytes([command_of(frame), code])
        + frame[_VIN]
        + bytes([_NOT_ENCRYPTED])
        + len(time).to_bytes(2, "big")
        + time
    )
    return frame[:2] + checked + bytes([check_byte(checked)])
