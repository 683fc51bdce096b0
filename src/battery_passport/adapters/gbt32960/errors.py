"""What can be wrong with a frame.

In: nothing. Out: exceptions below `InvalidInput`.
"""

from typing import ClassVar

from battery_passport.foundation.errors import InvalidInput


class FrameRefused(InvalidInput):
    """A GB/T 32960 frame that is broken, encrypted or contradicts itself."""

    code: ClassVar[str] = "gbt32960-frame-refused"
    remedy: ClassVar[str] = "Ask the sender for the frame again, whole and not encrypted."


class UnencodableFrame(InvalidInput):
    """Values that no GB/T 32960 frame can carry."""

    code: ClassVar[str] = "gbt32960-unencodable"
    remedy: ClassVar[str] = "Give the values as docs/reference/decoders.md describes them."
