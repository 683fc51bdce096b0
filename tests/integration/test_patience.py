"""Senders that dawdle are hung up on; those that do not are answered, however slow the answer."""

import asyncio
import contextlib

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from battery_passport.assembly.patience import Awaited, PatientProtocol

HASTE_S = 0.15


class Hasty(PatientProtocol):
    deadlines_s = {Awaited.HEAD: HASTE_S, Awaited.BODY: HASTE_S}  # noqa: RUF012 - as in its base


async def _application(scope: Scope, receive: Receive, send: Send) -> None:
    length = 0
    while True:
        message = await receive()
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    if scope["path"] == "/slow":
        await asyncio.sleep(3 * HASTE_S)
    body = str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _talk(pieces: list[bytes], *, pause_s: float) -> bytes:
    """Send the pieces to a server with pauses between them, and return all that it answers."""
    config = uvicorn.Config(_application, http=Hasty, log_config=None, lifespan="off")
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Hasty(config, state, {}), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        answer = await asyncio.wait_for(reader.read(), timeout=5)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    server.close()
    return answer


def _answer(*pieces: bytes, pause_s: float = 0.0) -> bytes:
    return asyncio.run(_talk(list(pieces), pause_s=pause_s))


REQUEST = b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"


def test_a_request_in_time_is_answered() -> None:
    assert _answer(REQUEST, b"abcd").endswith(b"\r\n\r\n4")


def test_an_answer_may_take_longer_than_a_request() -> None:
    assert _answer(REQUEST.replace(b" / ", b" /slow ") + b"abcd").endswith(b"\r\n\r\n4")


def test_a_head_that_trickles_is_hung_up_on() -> None:
    pieces = [bytes([each]) for each in REQUEST]
    assert _answer(*pieces, pause_s=HASTE_S / 4) == b""


def test_a_connection_that_says_nothing_is_hung_up_on() -> None:
    assert _answer(b"", pause_s=2 * HASTE_S) == b""


def test_a_body_that_does_not_come_is_hung_up_on() -> None:
    assert _answer(REQUEST, b"ab", pause_s=2 * HASTE_S) == b""


def test_a_second_request_has_its_own_time() -> None:
    first = REQUEST.replace(b"Connection: close\r\n", b"") + b"abcd"
    answer = _answer(first, REQUEST + b"wxyz", pause_s=2 * HASTE_S)
    assert answer.count(b"HTTP/1.1 200") == 2
    assert _answer(first, b"POST / HT", pause_s=2 * HASTE_S).count(b"HTTP/1.1") == 1
