"""Frames out of a stream of bytes: split, joined, behind garbage, cut off.

In: bytes as TCP brings them. Out: whole frames whose check byte holds, and what was skipped.
"""

from dataclasses import dataclass
from typing import Final

from battery_passport.adapters.gbt32960.frame import STARTS, check_byte

HEADER_BYTES: Final = 24
_LENGTH_AT: Final = 22
_CHECK_BYTES: Final = 1
_ANSWER_AT, _ENCRYPTION_AT = 3, 21
_ANSWERS = frozenset({*range(1, 0x10), 0xFE})
_ENCRYPTIONS = frozenset({*range(1, 0x10), 0xFE, 0xFF})
_STARTS = tuple(STARTS)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that belong to no frame, and why."""

    count: int
    reason: str


class FrameStream:
    """Cuts one connection's bytes into frames; what it holds is never longer than one frame.

    A frame whose check byte is wrong may be no frame, or one whose length was changed on the way:
    the next start is looked for right behind its own, so that a good frame in it is found.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self.false_starts = 0

    @property
    def held_bytes(self) -> int:
        """How many bytes wait for the rest of their frame."""
        return len(self._held)

    def feed(self, octets: bytes) -> list[bytes | Skipped]:
        """Return the frames that are whole by now, in their order."""
        self._held += octets
        return self._cut()

    def give_up(self) -> list[bytes | Skipped]:
        """Take what waits for its rest for no frame; return what is behind its start."""
        self.false_starts += 1
        # Half a start may be all there is.
        count = min(len(_STARTS[0]), len(self._held))
        del self._held[:count]
        return [Skipped(count, "cut-off"), *self._cut()]

    def _cut(self) -> list[bytes | Skipped]:
        found: list[bytes | Skipped] = []
        place = 0
        while True:
            start = self._next_start(place)
            if start > place:
                found.append(Skipped(start - place, "no-frame"))
                place = start
            end = self._end(place)
            if end is None:
                break
            frame = bytes(self._held[place:end])
            if check_byte(frame[2:-1]) == frame[-1]:
                self.false_starts = 0
                found.append(frame)
                place = end
            else:
                self.false_starts += 1
                found.append(Skipped(1, "check-byte"))
                place += 1
        del self._held[:place]
        return found

    def _next_start(self, place: int) -> int:
        """Return where the next start is, or where half of one may be, or the end."""
        held = self._held
        while True:
            found = [at for start in _STARTS if (at := held.find(start, place)) != -1]
            if not found:
                break
            at = min(found)
            if self._may_be_header(at):
                return at
            place = at + 1
        ends_half = len(held) > place and any(held[-1:] == start[:1] for start in _STARTS)
        return len(held) - 1 if ends_half else len(held)

    def _may_be_header(self, at: int) -> bool:
        """Return whether what is there of a header may be one: `###` holds two starts."""
        held = self._held
        answer = held[at + _ANSWER_AT : at + _ANSWER_AT + 1]
        encryption = held[at + _ENCRYPTION_AT : at + _ENCRYPTION_AT + 1]
        return (not answer or answer[0] in _ANSWERS) and (
            not encryption or encryption[0] in _ENCRYPTIONS
        )

    def _end(self, place: int) -> int | None:
        """Return where the frame at a place ends, None if it is not whole yet."""
        held = self._held
        if len(held) - place < HEADER_BYTES + _CHECK_BYTES:
            return None
        length = int.from_bytes(held[place + _LENGTH_AT : place + HEADER_BYTES], "big")
        end = place + HEADER_BYTES + length + _CHECK_BYTES
        return end if len(held) >= end else None
