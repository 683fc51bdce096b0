"""Sends prepared requests over kept-alive connections and times the answers; a process of its own.

In: a file of length-prefixed bodies, a port, limits. Out: one JSON object on stdout.
Run as `python -m benchmarks.load_generator PORT FILE --connections N --seconds S`.
"""

import argparse
import asyncio
import json
import struct
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import uvloop

PATH = "/v1/telemetry"
_LENGTH = struct.Struct("<I")
_END_OF_HEAD = b"\r\n\r\n"


def write_bodies(path: Path, bodies: list[bytes]) -> None:
    """Write bodies where a load generator finds them."""
    path.write_bytes(b"".join(_LENGTH.pack(len(body)) + body for body in bodies))


def _read_requests(path: Path, media_type: str) -> Iterator[bytes]:
    content = path.read_bytes()
    at = 0
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        body = content[at + _LENGTH.size : at + _LENGTH.size + length]
        head = (
            f"POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {media_type}\r\n"
            f"content-length: {length}\r\n\r\n"
        )
        yield head.encode() + body
        at += _LENGTH.size + length


class _Tally:
    """What all connections saw; `deadline` ends the run however many requests are left."""

    def __init__(self, requests: Iterator[bytes], deadline: float) -> None:
        self.requests = requests
        self.deadline = deadline
        self.statuses: Counter[str] = Counter()
        self.waits_s: list[float] = []


class _Connection(asyncio.Protocol):
    """One connection: the next request leaves when the last one was answered."""

    def __init__(self, tally: _Tally) -> None:
        self._tally = tally
        self._buffer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END_OF_HEAD)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(self._buffer) < end + len(_END_OF_HEAD) + length:
            return
        self._tally.waits_s.append(time.perf_counter() - self._sent_at)
        self._tally.statuses[head[9:12].decode()] += 1
        self._buffer = b""
        self._send_next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self._tally.statuses["lost"] += 1
            self.done.set_result(None)

    def _send_next(self) -> None:
        request = next(self._tally.requests, None)
        self._sent_at = time.perf_counter()
        if request is None or self._sent_at > self._tally.deadline:
            self.done.set_result(None)
            self._transport.close()
            return
        self._transport.write(request)


async def _run(arguments: argparse.Namespace) -> dict[str, object]:
    requests = list(_read_requests(arguments.file, arguments.media_type))
    begun = time.perf_counter()
    tally = _Tally(iter(requests), begun + arguments.seconds)
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Connection(tally), "127.0.0.1", arguments.port)
        for _ in range(arguments.connections)
    ]
    for _transport, connection in made:
        await connection.done
    waits_s = sorted(tally.waits_s) or [0.0]
    return {
        "seconds": time.perf_counter() - begun,
        "answers": len(tally.waits_s),
        "statuses": dict(tally.statuses),
        "p50_ms": 1_000 * waits_s[len(waits_s) // 2],
        "p99_ms": 1_000 * waits_s[len(waits_s) * 99 // 100],
    }


def main() -> None:
    """Send everything, then print what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--media-type", default="application/cose")
    arguments = parser.parse_args()
    print(json.dumps(uvloop.run(_run(arguments))))


if __name__ == "__main__":
    main()
