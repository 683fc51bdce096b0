"""The TCP door for cars and platforms that speak GB/T 32960.

In: connections. Out: each frame's answer, in the order of the frames, once what it says is durable.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from battery_passport.adapters.gbt32960.answers import command_of
from battery_passport.adapters.gbt32960.framing import FrameStream, Skipped

_LOG = logging.getLogger(__name__)
REPORTS: Final = frozenset({0x02, 0x03})
_PIECE_BYTES: Final = 1 << 16
_MOST_AT_ONCE: Final = 64
"""Frames of one connection whose answers are not sent yet; more are not read."""

_MOST_FALSE_STARTS: Final = 64
_MOST_SKIPPED_BYTES: Final = 1 << 16
"""Without a good frame in between, so many are enough to hang up."""

_PART_S: Final = 10.0
_SEND_S: Final = 30.0

Answer = Callable[[bytes], Awaitable[bytes | None]]
"""Takes a frame and returns the bytes of its answer, None for one that wants none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them, may do."""

    idle_s: float = 300.0
    connections: int = 5_000


@dataclass(slots=True, kw_only=True)
class VehicleDoor:
    """Lets connections in; `welcome` gives what answers the frames of one."""

    listener: socket.socket
    tls: ssl.SSLContext | None
    welcome: Callable[[], Answer]
    refuse: Callable[[str], None]
    count: Callable[[int], None]
    limits: Limits = field(default_factory=Limits)
    _inside: dict[asyncio.StreamWriter, asyncio.Event] = field(default_factory=dict)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Listen until the block ends; connections that are open then are hung up on."""
        server = await asyncio.start_server(self._serve, sock=self.listener, ssl=self.tls)
        try:
            yield
        finally:
            server.close()
            inside = list(self._inside.items())
            for writer, _gone in inside:
                writer.transport.abort()
            for _writer, gone in inside:
                await gone.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._inside) >= self.limits.connections:
            self.refuse("too-many")
            writer.transport.abort()
            return
        gone = self._inside[writer] = asyncio.Event()
        self.count(1)
        try:
            await self._hear(reader, writer, self.welcome())
        except (ConnectionError, TimeoutError, ssl.SSLError):
            _LOG.debug("a connection broke")
        finally:
            self.count(-1)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), _PART_S)
            del self._inside[writer]
            gone.set()

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer
    ) -> None:
        """Read until the other side hangs up, keeps silent, or talks nonsense."""
        answers: asyncio.Queue[asyncio.Future[bytes | None] | None] = asyncio.Queue(_MOST_AT_ONCE)
        sending = asyncio.create_task(_send_all(answers, writer))
        try:
            await self._read(reader, answer, answers, sending)
        finally:
            if not sending.done():
                await answers.put(None)
            await sending

    async def _read(
        self,
        reader: asyncio.StreamReader,
        answer: Answer,
        answers: "asyncio.Queue[asyncio.Future[bytes | None] | None]",
        sending: "asyncio.Task[None]",
    ) -> None:
        stream, skipped = FrameStream(), 0
        while not sending.done() and (pieces := await self._pieces(reader, stream)) is not None:
            for found in pieces:
                if isinstance(found, Skipped):
                    skipped += found.count
                    self.refuse(found.reason)
                else:
                    skipped = 0
                    await answers.put(await _begun(answer, found))
            if stream.false_starts > _MOST_FALSE_STARTS or skipped > _MOST_SKIPPED_BYTES:
                self.refuse("no-protocol")
                return

    async def _pieces(
        self, reader: asyncio.StreamReader, stream: FrameStream
    ) -> list[bytes | Skipped] | None:
        """Return what came; None at the end, or after too long a silence."""
        waits_s = _PART_S if stream.held_bytes else self.limits.idle_s
        try:
            octets = await asyncio.wait_for(reader.read(_PIECE_BYTES), waits_s)
        except TimeoutError:
            if stream.held_bytes:
                return stream.give_up()
            self.refuse("silent")
            return None
        return stream.feed(octets) if octets else None


async def _begun(answer: Answer, frame: bytes) -> "asyncio.Future[bytes | None]":
    """Begin to answer a frame; only reports go on side by side, everything else is done first."""
    task = asyncio.ensure_future(answer(frame))
    if command_of(frame) not in REPORTS:
        await asyncio.wait([task])
    return task


async def _send_all(
    answers: "asyncio.Queue[asyncio.Future[bytes | None] | None]", writer: asyncio.StreamWriter
) -> None:
    """Send the answers in their order; end with the first that cannot be sent."""
    while (waiting := await answers.get()) is not None:
        octets = await waiting
        if octets is not None:
            writer.write(octets)
            await asyncio.wait_for(writer.drain(), _SEND_S)
