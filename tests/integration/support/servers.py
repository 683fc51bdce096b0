"""A server as a process of its own, on a port that the kernel chose.

In: a home. Out: a server that answers, and its end: asked for politely or by SIGKILL.
"""

import contextlib
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from battery_passport.foundation.strict_json import JsonObject
from tests.integration.support.effects import anchored_size, effects_of, row_counts
from tests.integration.support.homes import PROGRAM, TestHome

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
_POLL_S = 0.02
_REST_S = 0.3


class DidNotStart(Exception):
    """The server ended or stayed silent; the message holds its last words."""


@dataclass
class Server:
    """A running server."""

    home: TestHome
    process: subprocess.Popen[bytes]
    port: int

    def kill(self) -> None:
        """End it as a power cut would end the process: at once, without a word."""
        self.process.kill()
        self.process.wait(STOP_TIMEOUT_S)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the JSON of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Accept": "application/json"})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        return response.status, json.loads(body)

    def ask(self, operation: str, request: JsonObject) -> JsonObject:
        """Run an operation as a verb beside the server does. Raises: OSError if it dies."""
        token = json.loads(self.home.server_file.read_bytes())["token"]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", f"/control/{operation}", json.dumps(request), headers)
            response = connection.getresponse()
            answer: JsonObject = json.loads(response.read())
        finally:
            connection.close()
        assert response.status == http.HTTPStatus.OK, answer
        return answer

    def talk(self, octets: bytes) -> None:
        """Send bytes on a connection of their own and hang up at once."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(octets)

    def components(self) -> dict[str, str]:
        """Return what /readyz says of each part."""
        _status, report = self.get("/readyz")
        return {each["name"]: each["detail"] for each in report["components"]}

    def wait_until_settled(self, *, timeout_s: float = 60.0) -> None:
        """Return once every stored record has its place in the log."""
        deadline = time.monotonic() + timeout_s
        while not self.components()["pipeline"].startswith("0 pending"):
            assert time.monotonic() < deadline, self.components()
            time.sleep(_POLL_S)

    def wait_until_projected(self, *, timeout_s: float = 60.0) -> None:
        """Return once every stored batch was looked into, too."""
        self.wait_until_settled(timeout_s=timeout_s)
        deadline = time.monotonic() + timeout_s
        while (found := effects_of(self.home.database)).contents != found.batches:
            assert time.monotonic() < deadline, found.faults()
            time.sleep(_POLL_S)

    def wait_until_anchored(self, *, timeout_s: float = 60.0) -> None:
        """Return once the log as it is now is on the chain, and noted so."""
        size = effects_of(self.home.database).log_size
        deadline = time.monotonic() + timeout_s
        while anchored_size(self.home.database) < size:
            assert time.monotonic() < deadline, self.components()
            time.sleep(_POLL_S)

    def counts_at_rest(self, *, timeout_s: float = 60.0) -> dict[str, int]:
        """Return the rows of each table once nothing is added to any of them."""
        deadline = time.monotonic() + timeout_s
        before: dict[str, int] = {}
        while (found := row_counts(self.home.database)) != before:
            assert time.monotonic() < deadline, found
            before = found
            time.sleep(_REST_S)
        return found

    def said(self) -> str:
        """Return everything that it has written to its log so far."""
        return _log_file(self.home).read_text("utf-8", "replace")


def start_server(home: TestHome, *, extra: Mapping[str, str] | None = None) -> Server:
    """Return a server that answers. Raises: DidNotStart."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with _log_file(home).open("ab") as log:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", "0"],
            env=home.environment(extra),
            cwd=home.folder.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        port = _port_of(home, process.pid)
        if port and _answers(port):
            return Server(home=home, process=process, port=port)
        time.sleep(_POLL_S)
    process.kill()
    process.wait()
    last_words = _log_file(home).read_text("utf-8", "replace")[-4_000:]
    raise DidNotStart(f"The server ended with {process.returncode}:\n{last_words}")


@contextlib.contextmanager
def running_server(home: TestHome, *, extra: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a server while the block lasts."""
    server = start_server(home, extra=extra)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def _log_file(home: TestHome) -> Path:
    # Beside the home, because a cut home is put in place of the old one.
    return home.folder.with_name(f"{home.folder.name}.server.log")


def _port_of(home: TestHome, pid: int) -> int:
    try:
        known = json.loads(home.server_file.read_bytes())
    except (OSError, ValueError):
        return 0
    return int(known["port"]) if known["pid"] == pid else 0


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
