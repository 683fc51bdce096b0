"""What lies between a device and the platform may say anything: no batch ends its wait by it."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from battery_passport.assembly.agent.clock_error import ClockError
from battery_passport.assembly.agent.http_way import HttpWay
from battery_passport.device_agent.errors import Unreachable
from battery_passport.device_agent.model import (
    Acknowledged,
    Duplicate,
    Outcome,
    Refused,
    RetryLater,
)
from battery_passport.foundation.digests import sha256
from tests.factories.certificates import make_certificates

pytestmark = pytest.mark.integration

BATCH = b"a batch"
DIGEST = sha256(BATCH).hex()
USUAL, HOUR = RetryLater(retry_after_s=5.0), RetryLater(retry_after_s=3_600.0)


@contextlib.contextmanager
def somebody(answer: bytes, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer one connection with these bytes, then hang up; give the port."""

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _address = listener.accept()
            with connection if tls is None else tls.wrap_socket(connection, server_side=True) as to:
                to.recv(65_536)
                to.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def told(status: str, body: bytes, *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def sent(answer: bytes) -> Outcome:
    with somebody(answer) as port:
        return ask(f"http://127.0.0.1:{port}")


def ask(address: str) -> Outcome:
    with contextlib.closing(HttpWay(address, ClockError())) as way:
        return way(BATCH)


def kept(outcome: str, digest: str = DIGEST) -> bytes:
    return f'{{"digest":"{digest}","outcome":"{outcome}"}}'.encode()


PROBLEM = b'{"code":"wrong-signature","status":400,"title":"Wrong"}'
ANSWERS: dict[str, tuple[bytes, Outcome]] = {
    "stored": (told("200 OK", kept("stored")), Acknowledged()),
    "known": (told("200 OK", kept("duplicate")), Duplicate()),
    "refused": (told("400 Bad Request", PROBLEM), Refused(code="wrong-signature")),
    "another batch's answer": (told("200 OK", kept("stored", "00" * 32)), USUAL),
    "a portal's page": (told("200 OK", b"<html>Please sign in</html>"), USUAL),
    "a portal's JSON": (told("200 OK", b'{"status":"login"}'), USUAL),
    "nothing at all": (told("200 OK", b""), USUAL),
    "a way elsewhere": (told("302 Found", b"", "Location: http://portal.example/"), USUAL),
    "a proxy's refusal": (told("403 Forbidden", b"<html>Blocked</html>"), USUAL),
    "a proxy's JSON": (told("404 Not Found", b'{"code":404,"status":404}'), USUAL),
    "a gateway's words": (told("404 Not Found", b'{"code":"NoRoute"}'), USUAL),
    "a bad gateway": (told("502 Bad Gateway", b"<html>502</html>"), USUAL),
    "come back": (
        told("503 Service Unavailable", b"", "Retry-After: 30"),
        RetryLater(retry_after_s=30.0),
    ),
    "never": (told("503 Service Unavailable", b"", f"Retry-After: {'9' * 5_000}"), HOUR),
    "no number": (told("429 Too Many Requests", b"", "Retry-After: soon"), USUAL),
    "a broken date": (
        told("200 OK", kept("stored"), "Date: Mon, 23 Nov 2026 07:30:00 -0000"),
        Acknowledged(),
    ),
    "a date of no time": (told("200 OK", kept("stored"), "Date: yesterday"), Acknowledged()),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_only_the_platforms_own_words_about_this_batch_end_its_wait(name: str) -> None:
    answer, outcome = ANSWERS[name]
    assert sent(answer) == outcome


BROKEN = {
    "silence": b"",
    "no HTTP": b"\x00\xff\x16\x03 garbage\r\n\r\n",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + kept("stored"),
    "a wrong length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no end": told("200 OK", b" " * 200_000),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_off_is_no_answer(name: str) -> None:
    with pytest.raises(Unreachable):
        sent(BROKEN[name])


def test_a_server_with_a_strangers_certificate_hears_nothing(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.server, certificates.server_key)
    with (
        somebody(told("200 OK", kept("stored")), tls=context) as port,
        pytest.raises(Unreachable, match=r"(?i)certificate"),
    ):
        ask(f"https://127.0.0.1:{port}")


@pytest.mark.parametrize("name", ["no-such-name.invalid", f"{'x' * 70}.example"])
def test_a_name_that_leads_nowhere_is_no_answer(name: str) -> None:
    with pytest.raises(Unreachable):
        ask(f"http://{name}")


def test_the_same_way_goes_on_after_the_network_is_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    way = HttpWay(f"http://127.0.0.1:{port}", ClockError())
    with pytest.raises(Unreachable):
        way(BATCH)
    with socket.create_server(("127.0.0.1", port)) as listener:

        def serve() -> None:
            with listener.accept()[0] as connection:
                connection.recv(65_536)
                connection.sendall(told("200 OK", kept("stored")))

        thread = threading.Thread(target=serve)
        thread.start()
        assert way(BATCH) == Acknowledged()
        thread.join()
    way.close()
