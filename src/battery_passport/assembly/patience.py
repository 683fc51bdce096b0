"""HTTP over a socket that is not waited for without end: who sends too slowly is hung up on.

In: uvicorn's own protocol. Out: the same with deadlines for head and body, and a largest head.
Without them a few hundred connections that send a byte now and then would take every place
(an attack known as slowloris).
"""

from asyncio import TimerHandle, Transport
from enum import Enum
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 20.0
"""From the connection, or the first byte of a further request, to the end of its head."""

BODY_S = 60.0
"""A batch of 1 MiB takes this long at 17 kB/s, slower than any mobile network worth the name."""

MAX_HEAD_BYTES = 64 << 10


class Awaited(Enum):
    """What is to come next of the request that has begun."""

    HEAD = "head"
    BODY = "body"
    NOTHING = "nothing"


class PatientProtocol(HttpToolsProtocol):
    """Hangs up when a deadline has passed; answers that are being made are not touched.

    A request that comes in one piece, as nearly all do, costs no timer.
    """

    deadlines_s = {Awaited.HEAD: HEAD_S, Awaited.BODY: BODY_S}  # noqa: RUF012 - tests shorten it

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._awaited = Awaited.HEAD
        self._timed = Awaited.NOTHING
        self._deadline: TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes, unless a head has become too large with them."""
        if self._awaited is not Awaited.BODY:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._awaited is Awaited.HEAD and self._head_bytes > MAX_HEAD_BYTES:
            self._hang_up()
        self._watch()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._awaited = Awaited.HEAD

    def on_headers_complete(self) -> None:
        """The head is whole; its body may follow."""
        self._awaited = Awaited.BODY
        self._head_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; the answer may take as long as it takes."""
        self._awaited = Awaited.NOTHING
        self._stop_waiting()
        super().on_message_complete()

    def _watch(self) -> None:
        """See that the time runs for what is awaited, and for nothing else."""
        if self._awaited is not self._timed:
            self._stop_waiting()
            self._timed = self._awaited
            if self._awaited is not Awaited.NOTHING:
                seconds = self.deadlines_s[self._awaited]
                self._deadline = self.loop.call_later(seconds, self._hang_up)

    def _stop_waiting(self) -> None:
        self._timed = Awaited.NOTHING
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
