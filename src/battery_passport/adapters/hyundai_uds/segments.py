"""The frames of a recording, gathered into responses.

In: lines. Out: segments, in the order in which they began; what belongs to none makes one that
says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from battery_passport.adapters.hyundai_uds.isotp import (
    CONSECUTIVE,
    FIRST,
    FLOW_CONTROL,
    SINGLE,
    frame_type,
    payload_start,
)
from battery_passport.adapters.hyundai_uds.lines import Kind, Line

MOST_FRAMES = 4_096
"""A response has at most 586 frames; one that goes on beyond this is closed as it is."""

_OLDEST_LINES = 8_192
_FIRST_RESPONSE_SERVICE = 0x40


@dataclass(slots=True)
class Segment:
    """The frames of one response, from its first on; `fault` says what is wrong with them.

    `strays` counts consecutive frames of an earlier response, whose first frame is not there.
    """

    sender: str
    line: int
    at: str = ""
    first: bytes | None = None
    merged: bytes | None = None
    following: list[bytes] = field(default_factory=list)
    fault: str = ""
    strays: int = 0
    is_closed: bool = False

    def blame(self, reason: str) -> None:
        """Note what is wrong, unless something was before."""
        self.fault = self.fault or reason


class _Gatherer:
    """Segments that may still grow, in the order in which they began."""

    def __init__(self) -> None:
        self.queue: list[Segment] = []
        self.open: dict[str, Segment] = {}
        self.strays: dict[str, tuple[int, int]] = {}
        self.pending: Line | None = None

    def finish(self) -> Iterator[Segment]:
        """Return all segments: the block of lines has ended, and with it this gatherer."""
        yield from self.queue
        leftover = self._leftover()
        if leftover is not None:
            yield leftover

    def _leftover(self) -> Segment | None:
        """Return a segment that stands for lines that belong to no response, if there are any."""
        if self.pending is not None:
            return Segment(self.pending.sender, self.pending.number, fault=self.pending.reason)
        for sender, (first_line, _count) in self.strays.items():
            reason = f"line {first_line} continues a response whose first frame is missing"
            return Segment(sender, first_line, fault=reason)
        return None

    def ready(self, number: int) -> Iterator[Segment]:
        """Return the segments at the head of the queue that will not grow any more."""
        while self.queue and (self.queue[0].is_closed or self._is_stale(self.queue[0], number)):
            done = self.queue.pop(0)
            if self.open.get(done.sender) is done:
                del self.open[done.sender]
            yield done

    @staticmethod
    def _is_stale(segment: Segment, number: int) -> bool:
        return number - segment.line > _OLDEST_LINES or len(segment.following) > MOST_FRAMES

    def begin(self, line: Line) -> None:
        """Open the segment that the line's frame begins."""
        earlier = self.open.get(line.sender)
        if earlier is not None:
            if earlier.first == line.data and not earlier.following and line.data:
                earlier.blame(f"the first frame came twice, again in line {line.number}")
                return
            earlier.is_closed = True
        segment = Segment(line.sender, line.number, line.at, first=line.data)
        segment.strays = self.strays.pop(line.sender, (0, 0))[1]
        if self.pending is not None:
            segment.blame(self.pending.reason)
            self.pending = None
        self.queue.append(segment)
        self.open[line.sender] = segment

    def go_on(self, line: Line) -> None:
        """Add a consecutive frame to its response."""
        segment = self.open.get(line.sender)
        if segment is not None:
            segment.following.append(line.data)
        else:
            first_line, count = self.strays.get(line.sender, (line.number, 0))
            self.strays[line.sender] = (first_line, count + 1)

    def blame(self, line: Line) -> None:
        """Note a broken line with the response that it most likely belongs to."""
        if frame_type(line.data) == FIRST and len(line.sender) in (3, 8):
            self.begin(line)
            self.open[line.sender].blame(line.reason)
            return
        segment = self.open.get(line.sender) or next(
            (one for one in reversed(self.queue) if not one.is_closed), None
        )
        if segment is not None:
            segment.blame(line.reason)
        elif self.pending is None:
            self.pending = line


def gather(lines: Iterable[Line]) -> Iterator[Segment]:
    """Return the responses of a recording; a blank line ends those that are open."""
    gatherer = _Gatherer()
    for line in lines:
        if line.kind is Kind.BLANK:
            yield from gatherer.finish()
            gatherer = _Gatherer()
        elif line.kind is Kind.BROKEN:
            gatherer.blame(line)
        elif line.kind is Kind.MERGED:
            yield from gatherer.finish()
            gatherer = _Gatherer()
            yield Segment("", line.number, merged=line.data)
        elif line.kind is Kind.FRAME and _is_of_interest(line):
            _take(gatherer, line)
        yield from gatherer.ready(line.number)
    yield from gatherer.finish()


def _take(gatherer: _Gatherer, line: Line) -> None:
    kind = frame_type(line.data)
    if kind in (SINGLE, FIRST):
        gatherer.begin(line)
    elif kind == CONSECUTIVE:
        gatherer.go_on(line)
    else:
        reason = f"line {line.number} holds no frame of a diagnostic response"
        gatherer.blame(Line(line.number, Kind.BROKEN, line.sender, reason=reason))


def _is_of_interest(line: Line) -> bool:
    """Return whether a frame can be part of a response: neither a request nor other traffic."""
    kind = frame_type(line.data)
    if kind == FLOW_CONTROL or not line.data:
        return False
    if line.is_candump and not (line.sender.startswith(("7", "18DA")) and kind is not None):
        return False
    said = payload_start(line.data) if kind in (SINGLE, FIRST) else b""
    return not (kind == SINGLE and said and said[0] < _FIRST_RESPONSE_SERVICE)
