"""Witnesses as processes of their own, each with its own home.

In: a folder and the logs to follow. Out: a witness that answers, and its end by SIGKILL.
"""

import contextlib
import http.client
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from battery_passport.ledger.note_keys import VerifierKey
from tests.integration.support.homes import PROGRAM, TestHome


@dataclass
class WitnessProcess:
    """A witness's home, and its process while one runs. The port stays over restarts."""

    home: TestHome
    key: VerifierKey
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def setting(self) -> str:
        """How a platform's settings name it."""
        return f"{self.url} {self.key.text()}"

    def start(self, *, extra: Mapping[str, str] | None = None) -> None:
        """Return once it answers."""
        log = self.home.folder.with_suffix(".log")
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                [*PROGRAM, "witness", "--port", str(self.port)],
                env=self.home.environment(extra),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Witness: "), log.read_text()
        self.port = urlsplit(line.split(": ", 1)[1].strip()).port or 0

    def kill(self) -> None:
        """End it without a word."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def submit(self, body: bytes) -> tuple[int, str, bytes]:
        """Return status, content type and body of the answer to a submission."""
        return self._asked("POST", "/add-checkpoint", body)

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body of a page."""
        return self._asked("GET", path, None)

    def _asked(self, method: str, path: str, body: bytes | None) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.headers["Content-Type"], response.read()
        finally:
            connection.close()


def found_witness(
    folder: Path, name: str, log: VerifierKey, *, url: str = "", **settings: str
) -> WitnessProcess:
    """Return a witness that was set up by its own command, and does not run yet."""
    home = TestHome(folder, settings)
    where = ("--url", url) if url else ()
    told = home.done("witness", "--init", name, "--log", log.text(), *where)
    return WitnessProcess(home=home, key=VerifierKey.parse(told["vkey"]))


@contextlib.contextmanager
def running(*witnesses: WitnessProcess) -> Iterator[None]:
    """Run witnesses while the block lasts; a test may kill and start them in between."""
    try:
        for each in witnesses:
            each.start()
        yield
    finally:
        for each in witnesses:
            each.kill()
