"""Integers as byte planes: all low bytes first, then all second bytes, and so on.

In: int64 arrays. Out: bytes that compress well, and the arrays back, modulo 2^64.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.errors import MalformedBatch

Int64s = NDArray[np.int64]
Bits = NDArray[np.bool_]

_BYTES = np.arange(256, dtype=np.int64)
_ONE_BYTE = (_BYTES >> 1) ^ -(_BYTES & 1)
"""The signed value of each zigzag byte."""


def plane_count(values: Int64s) -> int:
    """Return how many bytes each value needs once its sign is folded in: 0 to 8."""
    if values.size == 0:
        return 0
    return (int(_zigzag(values).max()).bit_length() + 7) // 8


def write_planes(values: Int64s, *, planes: int) -> bytes:
    """Return the low `planes` bytes of each zigzag value, plane after plane.

    Shape: any; read in C order.
    """
    folded = np.ascontiguousarray(_zigzag(values).ravel(), dtype="<u8")
    return folded.view(np.uint8).reshape(-1, 8)[:, :planes].T.tobytes()


def _zigzag(values: Int64s) -> NDArray[np.uint64]:
    return ((values << 1) ^ (values >> 63)).view(np.uint64)


class StreamReader:
    """Reads one decompressed frame from its start to its very end."""

    def __init__(self, frame: bytes) -> None:
        self._frame = frame
        self._at = 0

    def planes(self, count: int, *, planes: int) -> Int64s:
        """Return the next `count` values. Shape: (count,)."""
        octets = self._take(count * planes)
        if planes == 0:
            return np.zeros(count, dtype=np.int64)
        if planes == 1:
            return _ONE_BYTE.take(octets)
        folded = octets[:count].astype(np.uint64)
        for plane in range(1, planes):
            part = octets[plane * count : (plane + 1) * count].astype(np.uint64)
            folded |= part << np.uint64(8 * plane)
        magnitude = (folded >> np.uint64(1)).view(np.int64)
        return magnitude ^ -(folded & np.uint64(1)).view(np.int64)

    def bits(self, count: int) -> Bits:
        """Return the next `count` bits, lowest bit of each byte first. Shape: (count,)."""
        octets = self._take((count + 7) // 8)
        return np.unpackbits(octets, count=count, bitorder="little").astype(np.bool_)

    def finish(self) -> None:
        """Raise MalformedBatch if anything is left."""
        if self._at != len(self._frame):
            raise MalformedBatch(f"{len(self._frame) - self._at} bytes follow the last column.")

    def _take(self, size: int) -> NDArray[np.uint8]:
        if self._at + size > len(self._frame):
            raise MalformedBatch("The columns end before their values do.")
        octets = np.frombuffer(self._frame, dtype=np.uint8, count=size, offset=self._at)
        self._at += size
        return octets
