"""Batches whose HTTP request has the usual form are taken without the web server's machinery.

In: bytes of a connection. Out: answers; whatever is not as usual goes the way of all requests.
What is read here is read as the full reader would read it: every field is known, once, and plain.
"""

import logging
import re
from asyncio import TimerHandle  # noqa: TC003 - as everywhere, types are imported plainly
from collections.abc import Iterable, Sequence
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from battery_passport.assembly.patience import Awaited, PatientProtocol
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.web.api.telemetry import (
    MAX_BODY_BYTES,
    PATH,
    Answer,
    Receipt,
    TakeBatch,
    TelemetryAnswers,
)
from battery_passport.web.security import HostNames

_LOG = logging.getLogger(__name__)

_VALUE = rb"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?"
_IGNORED = (
    rb"(?:accept|accept-encoding|accept-language|user-agent|content-type|forwarded|via"
    rb"|x-forwarded-for|x-forwarded-host|x-forwarded-proto|x-real-ip|x-request-id)"
)
"""Fields that change nothing about how a batch is taken."""

_FIELDS = (
    rb"(?:host: (?P<host>[\x21-\x7e]+)\r\n"
    rb"|content-length: (?P<length>[1-9][0-9]{0,6})\r\n"
    rb"|connection: keep-alive\r\n"
    rb"|" + _IGNORED + rb": " + _VALUE + rb"\r\n)+"
)
_HEAD = re.compile(
    rb"POST /v1/telemetry HTTP/1\.1\r\n" + _FIELDS + rb"\r\n",
    re.IGNORECASE,
)
_BEGINS = b"POST " + PATH.encode() + b" HTTP/1.1\r\n"
_MOST_HEAD_BYTES = 2_048

_Headers = Sequence[tuple[bytes, bytes]]


class QuickDoor:
    """What all connections share: the intake, the names we answer to, and how answers look."""

    def __init__(
        self, take: TakeBatch, answers: TelemetryAnswers, *, names: HostNames, headers: _Headers
    ) -> None:
        self.take = take
        self.names = names
        self._answers = answers
        self._own_headers = _lines(headers)
        self._written_for: _Headers = ()
        self._default_lines = b""

    def answer(self, result: Receipt | BatteryPassportError, defaults: _Headers) -> bytes:
        """Return the bytes of an answer; `defaults` are the headers of all answers of now."""
        if self._written_for is not defaults:
            self._written_for, self._default_lines = defaults, _lines(defaults)
        answer: Answer = self._answers.to(result)
        return b"%s%s%scontent-length: %d\r\n%s\r\n%s" % (
            STATUS_LINE[answer.status],
            self._default_lines,
            _lines(answer.headers),
            len(answer.body),
            self._own_headers,
            answer.body,
        )


class QuickProtocol(PatientProtocol):
    """Answers batches by itself, one at a time, and hands all else on."""

    door: QuickDoor

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._gathered = b""
        self._expected = 0
        self._answering = False
        self._ends = False
        self._is_used = False
        self._body_at = 0
        self._idle_since_s = 0.0
        self._idle_timer: TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Take bytes: of a batch that is gathered, of a new one, or of something else."""
        if self._answering:
            # The next request came before our answer: it waits its turn.
            self._gathered += data
            self.flow.pause_reading()
        elif self._expected:
            self._gather(data)
        elif self._is_between_requests() and data.startswith(_BEGINS):
            self._begin(data)
        else:
            super().data_received(data)

    def on_message_begin(self) -> None:
        """The full reader begins a request."""
        self._is_used = True
        super().on_message_begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was gathered."""
        self._gathered, self._expected = b"", 0
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End once the batch that is being made durable has been answered."""
        if self._answering:
            self._ends = True
        else:
            super().shutdown()

    def _is_between_requests(self) -> bool:
        """Return whether the full reader has nothing begun, and the answer nothing left."""
        if self._is_used and (
            self._awaited is not Awaited.NOTHING or not self.cycle.response_complete
        ):
            return False
        return (
            self._head_bytes == 0
            and len(self.connections) < (self.limit_concurrency or len(self.connections) + 1)
            and not self.transport.is_closing()
        )

    def _begin(self, data: bytes) -> None:
        head = _HEAD.match(data, 0, _MOST_HEAD_BYTES)
        length = _length_of(data, head) if head is not None else 0
        if head is None or not length or not self.door.names.include(head["host"]):
            super().data_received(data)
            return
        if self.timeout_keep_alive_task is not self._idle_timer:
            self._unset_keepalive_if_required()
        self._body_at = head.end()
        self._expected = self._body_at + length
        if len(data) == self._expected:
            self._take(data)
        else:
            self._awaited = Awaited.BODY
            self._gather(data)
            self._watch()

    def _gather(self, data: bytes) -> None:
        self._gathered += data
        if len(self._gathered) >= self._expected:
            whole, self._gathered = self._gathered, b""
            self._take(whole)

    def _take(self, data: bytes) -> None:
        batch = data[self._body_at : self._expected]
        self._gathered = data[self._expected :]
        self._expected = 0
        self._answering = True
        self._awaited = Awaited.NOTHING
        if self._timed is not Awaited.NOTHING:
            self._watch()
        try:
            self.door.take(batch, self._tell)
        except Exception:  # noqa: BLE001 - whoever waits must hear that it was not kept
            _LOG.exception("a batch met something unforeseen")
            self._tell(BatteryPassportError("A batch met something unforeseen."))

    def _tell(self, result: Receipt | BatteryPassportError) -> None:
        self.server_state.total_requests += 1
        self._idle_since_s = self.loop.time()
        if self.transport.is_closing():
            self._answering = False
            return
        self.transport.write(self.door.answer(result, self.server_state.default_headers))
        if self._ends:
            self.transport.close()
        elif self._gathered:
            self.loop.call_soon(self._go_on)
            return
        elif self.timeout_keep_alive_task is None:
            self._watch_idle(self.timeout_keep_alive)
        self._answering = False

    def _go_on(self) -> None:
        """Take the request that came before the last answer."""
        self._answering = False
        if not self.transport.is_closing():
            waiting, self._gathered = self._gathered, b""
            self.flow.resume_reading()
            self.data_received(waiting)

    def _watch_idle(self, seconds: float) -> None:
        self._idle_timer = self.loop.call_later(seconds, self._look_idle)
        self.timeout_keep_alive_task = self._idle_timer

    def _look_idle(self) -> None:
        """Hang up on who has sent nothing for long; one timer serves many requests."""
        self._idle_timer = self.timeout_keep_alive_task = None
        if self.transport.is_closing():
            return
        rest_s = self.timeout_keep_alive - (self.loop.time() - self._idle_since_s)
        if self._answering or self._expected:
            self._watch_idle(self.timeout_keep_alive)
        elif rest_s > 0:
            self._watch_idle(rest_s)
        else:
            self.timeout_keep_alive_handler()


def _length_of(data: bytes, head: re.Match[bytes]) -> int:
    """Return the length of the body; 0 unless host and length are told exactly once."""
    if head["length"] is None or head["host"] is None:
        return 0
    fields = data[: head.end()].lower()
    if fields.count(b"\r\nhost:") != 1 or fields.count(b"\r\ncontent-length:") != 1:
        return 0
    length = int(head["length"])
    return length if length <= MAX_BODY_BYTES else 0


def _lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%s: %s\r\n" % header for header in headers)


def quick_protocol(door: QuickDoor) -> type[QuickProtocol]:
    """Return the protocol of a server whose batches go through this door."""
    return type("ServedProtocol", (QuickProtocol,), {"door": door})
