"""A gateway as a process of its own, on a port that the kernel chose.

In: a home and a verb. Out: a gateway that listens, and its end: asked for politely or by SIGKILL.
"""

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.integration.support.homes import PROGRAM, TestHome

_STOP_S = 30


@dataclass
class GatewayProcess:
    """A running gateway."""

    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        return int(self.address.split("/")[2].rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut would end the process."""
        self.process.kill()
        self.process.wait(_STOP_S)

    def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        return self.process.wait(_STOP_S)


@contextlib.contextmanager
def gateway(home: TestHome, words: Sequence[str], *, port: int = 0) -> Iterator[GatewayProcess]:
    """Run a gateway until the block ends."""
    process = subprocess.Popen(
        [*PROGRAM, *words, "--port", str(port)],
        env=home.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Gateway: "), f"the gateway ended: {process.wait(_STOP_S)}"
        yield GatewayProcess(process, line.removeprefix("Gateway: ").strip())
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        if process.stdout is not None:
            process.stdout.close()
