"""Batches taken straight off the connection are answered as on the road of all other requests.

In: one server of both roads. Out: the same answers; whatever is odd takes the full road.
"""

import asyncio
import hashlib
from collections.abc import Callable

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from battery_passport.assembly.collection.quick_http import QuickDoor, quick_protocol
from battery_passport.assembly.collection.taking import awaiting
from battery_passport.foundation.errors import BatteryPassportError, TemporarilyUnavailable
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.web.api.telemetry import (
    Receipt,
    TelemetryAnswers,
    TelemetryRoute,
    TellResult,
)
from battery_passport.web.security import HostGuard, HostNames, MachineResponses, machine_headers

ADDRESS = "https://passports.example"
NAMES = HostNames(("passports.example", "127.0.0.1"))
USUAL = b"POST /v1/telemetry HTTP/1.1\r\nHost: localhost:80\r\nContent-Length: %d\r\n\r\n%s"
LAST = (
    b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
    b"content-length: 4\r\n\r\nlast"
)


class Intake:
    """Both roads into one intake that tells by a batch's first letter what becomes of it."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.full_road = 0

    def take(self, encoded: bytes, tell: TellResult) -> None:
        self.taken.append(encoded)
        results: dict[bytes, Receipt | BatteryPassportError] = {
            b"m": MalformedBatch("That is no batch."),
            b"b": TemporarilyUnavailable("Too many.", retry_after_s=7),
            b"q": Receipt("quarantined", hashlib.sha256(encoded).digest()),
        }
        if encoded[:1] == b"!":
            raise ZeroDivisionError
        result = results.get(encoded[:1], Receipt("stored", hashlib.sha256(encoded).digest()))
        if encoded[:1] == b"s":
            asyncio.get_running_loop().call_later(0.05, tell, result)
        else:
            tell(result)

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.full_road += 1
        answers = TelemetryAnswers(public_address=ADDRESS)
        route = MachineResponses(
            TelemetryRoute(awaiting(self.take), answers), public_address=ADDRESS
        )
        await HostGuard(route, names=NAMES)(scope, receive, send)


class NoNames(HostNames):
    """Knows no name, so that every request takes the full road."""

    def include(self, host: bytes) -> bool:
        return not host


async def _talk(intake: Intake, pieces: list[bytes], *, quick: bool) -> bytes:
    door = QuickDoor(
        intake.take,
        TelemetryAnswers(public_address=ADDRESS),
        names=NAMES if quick else NoNames(()),
        headers=machine_headers(ADDRESS),
    )
    protocol = quick_protocol(door)
    config = uvicorn.Config(
        intake.application, http=protocol, log_config=None, lifespan="off", interface="asgi3"
    )
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config, state, {}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.004)
    answer = await asyncio.wait_for(reader.read(), timeout=10)
    writer.close()
    server.close()
    return answer


def answers(*pieces: bytes, quick: bool = True) -> tuple[bytes, Intake]:
    intake = Intake()
    return asyncio.run(_talk(intake, list(pieces), quick=quick)), intake


def usual(body: bytes) -> bytes:
    return USUAL % (len(body), body)


def settled(answer: bytes) -> list[bytes]:
    """Return the lines of an answer, headers in any order."""
    return sorted(answer.replace(b"\r\n", b"\n").split(b"\n"))


@pytest.mark.parametrize("body", [b"a", b"mal", b"busy", b"quar", b"slow", b"x" * 70_000])
def test_both_roads_answer_alike(body: bytes) -> None:
    quick, intake = answers(usual(body), LAST)
    full, other = answers(usual(body), LAST, quick=False)
    assert settled(quick) == settled(full)
    assert intake.taken == other.taken == [body, b"last"]
    # `connection: close` is not usual: the last request always takes the full road.
    assert (intake.full_road, other.full_road) == (1, 2)


def test_what_fails_unforeseen_is_told_and_the_connection_goes_on() -> None:
    answer, _intake = answers(usual(b"!"), usual(b"a"), LAST)
    assert answer.startswith(b"HTTP/1.1 500")
    assert b"ZeroDivision" not in answer
    assert answer.count(b"HTTP/1.1 200 OK") == 2


@pytest.mark.parametrize(
    "cut",
    [
        lambda whole: [whole],
        lambda whole: [whole[:1], whole[1:]],
        lambda whole: [whole[:60], whole[60:]],
        lambda whole: [whole[:-1], whole[-1:]],
        lambda whole: [bytes([each]) for each in whole],
    ],
)
def test_requests_that_come_in_pieces_or_before_the_last_answer_are_each_answered(
    cut: Callable[[bytes], list[bytes]],
) -> None:
    whole = usual(b"slow-1") + usual(b"a2") + usual(b"m3") + usual(b"slow-4") + LAST
    answer, intake = answers(*cut(whole))
    assert intake.taken == [b"slow-1", b"a2", b"m3", b"slow-4", b"last"]
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    assert answer.count(b"HTTP/1.1 422") == 1


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /v1/telemetry HTTP/1.1\r\nhost: localhost\r\n\r\n",
        b"POST /v1/telemetry HTTP/1.1\r\nhost: elsewhere\r\ncontent-length: 1\r\n\r\na",
        b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\nhost: b\r\ncontent-length: 1\r\n\r\na",
        (
            b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n"
            b"content-length: 1\r\n\r\na"
        ),
        (
            b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n"
            b"content-length: 3\r\n\r\nabc"
        ),
        (
            b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
            b"1\r\na\r\n0\r\n\r\n"
        ),
        (
            b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n"
            b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length: +1\r\n\r\na",
        b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length : 1\r\n\r\na",
        b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\nx: \x01\r\ncontent-length: 1\r\n\r\na",
        b"POST /v1/telemetry HTTP/1.1\nhost: localhost\ncontent-length: 1\n\na",
        b"POST /v1/telemetry HTTP/1.0\r\nhost: localhost\r\ncontent-length: 1\r\n\r\na",
        (
            b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n"
            b"content-length: 1\r\n\r\na"
        ),
        b"POST /v1/telemetry HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1048577\r\n\r\n"
        + b"x" * 1_048_577,
    ],
)
def test_odd_requests_are_left_to_the_full_reader(request_bytes: bytes) -> None:
    quick, intake = answers(request_bytes, LAST)
    full, other = answers(request_bytes, LAST, quick=False)
    assert settled(quick) == settled(full)
    assert intake.taken == other.taken
    assert intake.full_road == other.full_road


def test_the_rest_of_another_request_is_never_taken_for_a_batch() -> None:
    hidden = usual(b"a")
    pieces = [
        b"POST /other HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % len(hidden)
    ]
    _answer, intake = answers(usual(b"a1") + pieces[0], hidden, LAST)
    assert intake.taken[0] == b"a1"
    assert intake.taken.count(b"a") == 0
    _answer, intake = answers(usual(b"a1") + b"POST /x HTTP/1.1\r\nx: ", hidden, LAST)
    assert intake.taken[0] == b"a1"
    assert b"last" in intake.taken or intake.taken == [b"a1"]
