"""Every answer of a real server carries the headers that browsers are to be held by.

Source: OWASP ASVS 5.0 V3.4, V4.2, V13.4.
"""

import http.client
import socket
import time
from collections.abc import Iterator

import pytest

from battery_passport.web.security import CONTENT_SECURITY_POLICY, headers_for
from tests.factories.web import node_modules
from tests.integration.support.homes import TestHome
from tests.integration.support.servers import Server, running_server

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("security-headers")]

PUBLIC = "https://passport.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a TLS proxy on the same machine, which is believed on who sends."""
    if not (node_modules() / "krds-uiux").is_dir():
        pytest.skip("node_modules is not installed: make setup")
    settings = {"public_base_url": PUBLIC, "trusted_proxies": "127.0.0.1"}
    home = TestHome(tmp_path_factory.mktemp("headers") / "home", settings)
    with running_server(home) as started:
        yield started


def _ask(
    server: Server, method: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, b"" if method == "POST" else None, headers or {})
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, fields, answer.read()
    finally:
        connection.close()


PAGES = [
    ("GET", "/", 200),
    ("GET", "/verify", 200),
    ("GET", "/healthz", 200),
    ("GET", "/openapi.json", 200),
    ("GET", "/favicon.ico", 200),
    ("GET", "/v1/trust", 200),
    ("GET", "/no/such/page", 404),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/v1/passports/09506000134352/NOBODY", 404),
    ("GET", "/01/12/21/X", 400),
    ("POST", "/verify", 403),
    ("TRACE", "/verify", 405),
]
MACHINES = [
    ("POST", "/v1/telemetry", 422),
    ("GET", "/v1/telemetry", 405),
    ("TRACE", "/v1/telemetry", 405),
    ("POST", "/control/audit", 403),
    ("GET", "/control/audit", 405),
    ("GET", "/control/no/such/thing", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), PAGES + MACHINES)
def test_every_answer_is_hardened(server: Server, method: str, path: str, status: int) -> None:
    found, fields, body = _ask(server, method, path)
    assert found == status, body
    assert fields["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in fields["content-security-policy"]
    assert fields["content-security-policy"].startswith("default-src 'none'")
    assert fields["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert fields["referrer-policy"] in ("same-origin", "no-referrer")
    assert fields["cross-origin-resource-policy"] == "same-origin"
    assert fields["cache-control"]
    assert fields["content-type"]
    assert "server" not in fields
    assert "access-control-allow-origin" not in fields
    assert "set-cookie" not in fields or "__Host-" in fields["set-cookie"]


@pytest.mark.parametrize(("method", "path", "status"), MACHINES)
def test_answers_to_machines_are_never_kept(
    server: Server, method: str, path: str, status: int
) -> None:
    found, fields, _body = _ask(server, method, path)
    assert (found, fields["cache-control"]) == (status, "no-store")


def test_the_policy_lets_nothing_in_that_is_not_ours() -> None:
    directives = dict(
        part.strip().split(" ", 1) for part in CONTENT_SECURITY_POLICY.split(";") if part.strip()
    )
    assert directives["default-src"] == "'none'"
    assert directives["object-src"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert set(directives.values()) <= {"'none'", "'self'"}


def test_plain_http_on_loopback_demands_no_transport_security() -> None:
    assert "Strict-Transport-Security" not in headers_for("http://localhost:8000")
    assert "Strict-Transport-Security" not in headers_for("https://localhost")
    assert "Strict-Transport-Security" in headers_for(PUBLIC)


@pytest.mark.parametrize(
    "host", ["passport.example", "PASSPORT.example:443", "localhost:1", "[::1]"]
)
def test_our_own_names_are_answered(server: Server, host: str) -> None:
    assert _ask(server, "GET", "/healthz", {"Host": host})[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "attacker.example",
        "passport.example.attacker.example",
        "attacker@127.0.0.2",
        "[::1",
        "",
        "ö",
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/v1/telemetry", "/control/audit"])
def test_another_name_for_this_machine_is_not(server: Server, host: str, path: str) -> None:
    status, fields, _body = _ask(server, "GET", path, {"Host": host})
    assert status == 421
    assert fields["x-content-type-options"] == "nosniff"


def _raw(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received


def test_two_hosts_or_two_lengths_are_refused(server: Server) -> None:
    two_hosts = _raw(
        server,
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: attacker.example\r\n"
        b"Connection: close\r\n\r\n",
    )
    assert two_hosts.startswith(b"HTTP/1.1 421")
    smuggled = (
        b"POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    )
    assert _raw(server, smuggled).startswith(b"HTTP/1.1 400")


def test_an_endless_head_is_cut_off(server: Server) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(head)
        with pytest.raises((ConnectionError, TimeoutError)):
            _fill(connection)


def _fill(connection: socket.socket) -> None:
    for _ in range(2_000):
        connection.sendall(b"X-Filler: " + b"x" * 1_000 + b"\r\n")
        time.sleep(0.001)


def test_who_sends_is_what_the_trusted_proxy_says_last(server: Server) -> None:
    """A caller may write what he likes before the proxy adds the address it sees."""
    refused = 0
    for number in range(140):
        forged = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9", "Origin": PUBLIC}
        refused += _ask(server, "POST", "/no-such-form", forged)[0] == 429
    assert refused > 0, "140 requests of one sender were let in"
    other = {"X-Forwarded-For": "203.0.113.10", "Origin": PUBLIC}
    assert _ask(server, "POST", "/no-such-form", other)[0] != 429
