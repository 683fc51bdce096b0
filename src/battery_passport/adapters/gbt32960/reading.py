"""A text of frames as JSON objects.

In: lines, one frame in hexadecimal digits each. Out: one object per frame, in their order.
"""

import re
from collections.abc import Iterable, Iterator

from battery_passport.adapters.gbt32960.errors import FrameRefused
from battery_passport.adapters.gbt32960.frame import MOST_FRAME_BYTES, decode_frame
from battery_passport.foundation.strict_json import JsonObject

_NOT_HEX = re.compile(r"[^0-9A-Fa-f]")


def decode_lines(lines: Iterable[str]) -> Iterator[JsonObject]:
    """Return each frame's values, or `{"error": ...}` for one that is refused."""
    for number, text in enumerate(lines, 1):
        digits = "".join(text.split())
        if not digits:
            continue
        try:
            yield decode_frame(frame_bytes(digits))
        except FrameRefused as error:
            reason: JsonObject = {"code": error.code, "message": error.message, "line": number}
            yield {"error": reason}


def frame_bytes(digits: str) -> bytes:
    """Return the bytes of hexadecimal digits. Raises: FrameRefused."""
    plain = digits[2:] if digits[:2] in ("0x", "0X") else digits
    wrong = _NOT_HEX.search(plain)
    if wrong is not None:
        raise FrameRefused(f"The line holds {wrong[0]!r}, which is no hexadecimal digit.")
    if len(plain) % 2:
        raise FrameRefused(f"The line has {len(plain)} hexadecimal digits, an odd number.")
    if len(plain) > 2 * MOST_FRAME_BYTES:
        raise FrameRefused(f"The line holds more than the {MOST_FRAME_BYTES} bytes of a frame.")
    return bytes.fromhex(plain)
