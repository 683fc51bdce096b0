"""A real broker and collectors of a home, as processes of their own.

In: a home. Out: mosquitto on the files that the home wrote, `mqtt serve`; their ends by SIGKILL.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.support.homes import PROGRAM, TestHome

_START_S = 30.0
_STOP_S = 30.0
_POLL_S = 0.05


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def need_mosquitto() -> str:
    """Return the broker's program; skips the test where there is none."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if found is None:
        pytest.skip("needs mosquitto: apt-get install mosquitto")
    return found


@dataclass
class Running:
    """A process that can be killed and started again."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it as a power cut would end the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(_STOP_S)
            self.process = None

    def wait_for(self, word: str) -> None:
        """Return once it has said a word since it was started. Raises: AssertionError."""
        until = time.monotonic() + _START_S
        while word not in self.log.read_text():
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(_POLL_S)


@contextlib.contextmanager
def broker_of(home: TestHome, folder: Path, port: int) -> Iterator[Running]:
    """Run mosquitto on the files that the home writes into a folder."""
    program = need_mosquitto()
    told = home.verb("mqtt", "configure", "--out", str(folder))
    assert told.code == 0, told.err
    command = [program, "-c", str(folder / "mosquitto.conf")]
    broker = Running(command, home.environment(), folder / "broker.log")
    broker.start()
    try:
        wait_for_port(port)
        yield broker
    finally:
        broker.kill()


def wait_for_port(port: int) -> None:
    """Return once somebody listens there."""
    until = time.monotonic() + _START_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert time.monotonic() < until, f"nobody listens on {port}"
        time.sleep(_POLL_S)


@contextlib.contextmanager
def collector_of(home: TestHome, log: Path) -> Iterator[Running]:
    """Run `mqtt serve` until the block ends."""
    collector = Running([*PROGRAM, "mqtt", "serve"], home.environment(), log)
    collector.start()
    try:
        collector.wait_for("Collecting over MQTT")
        yield collector
    finally:
        collector.kill()
