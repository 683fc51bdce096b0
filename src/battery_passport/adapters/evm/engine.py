"""The embedded chain's engine as a child process that never outlives us.

In: the program's path and the chain's fixed parameters. Out: a running process and its port.
"""

import os
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from battery_passport.adapters.evm.errors import EngineMissing
from battery_passport.ledger.errors import ChainUnavailable

HARDFORK = "cancun"
GAS_LIMIT = 100_000_000
START_TIMEOUT_S = 20.0
_LAUNCHER = Path(__file__).with_name("launcher.py")
_PACKAGES = {"x86_64": "anvil-linux-amd64", "aarch64": "anvil-linux-arm64"}


def find_engine(*, start: Path | None = None) -> Path | None:
    """Return the engine in the nearest `node_modules` at or above `start` or this package."""
    package = _PACKAGES.get(platform.machine(), "")
    below = Path("node_modules", "@foundry-rs", package, "bin", "anvil")
    for folder in _folders_upwards(start):
        if package and os.access(folder / below, os.X_OK):
            return folder / below
    return None


def _folders_upwards(start: Path | None) -> Iterator[Path]:
    for origin in (start, Path(__file__)):
        if origin is not None:
            resolved = origin.resolve()
            yield from (resolved, *resolved.parents)


class EngineProcess:
    """A running engine. A thread of ours watches it from its first moment to its last."""

    def __init__(self, program: Path, *, chain_id: int, genesis_s: int) -> None:
        """Start the engine and wait until it listens.

        Raises: EngineMissing, ChainUnavailable.
        """
        if not os.access(program, os.X_OK):
            raise EngineMissing(f"The chain engine {program.name} is not at its place.")
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._listening = threading.Event()
        command = _command(program, chain_id=chain_id, genesis_s=genesis_s)
        # The kernel ties the child's life to the thread that starts it, so the thread that
        # starts it is one that lives as long as the child.
        self._keeper = threading.Thread(
            target=self._keep, args=(command,), name="chain-engine", daemon=True
        )
        self._keeper.start()
        self._listening.wait(START_TIMEOUT_S)
        if not self.port:
            self.kill()
            raise ChainUnavailable("The chain engine did not start.")

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the engine at once; all it knows is in the journal."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._keeper.join(START_TIMEOUT_S)

    def _keep(self, command: list[str]) -> None:
        """Start the engine, note its port, then read its words away until it ends."""
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own program, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
            )
            with self._process as process:
                assert process.stdout is not None  # noqa: S101  # given by PIPE above
                for line in process.stdout:
                    name, _, port = line.decode(errors="replace").rpartition(":")
                    if name.startswith("Listening on "):
                        self.port = int(port)
                        break
                self._listening.set()
                while os.read(process.stdout.fileno(), 65_536):
                    pass
        finally:
            self._listening.set()


def _command(program: Path, *, chain_id: int, genesis_s: int) -> list[str]:
    """Return the command line; everything that could change a block's hash is spelt out."""
    options: dict[str, object] = {
        "--host": "127.0.0.1",
        "--port": 0,
        "--chain-id": chain_id,
        "--timestamp": genesis_s,
        "--hardfork": HARDFORK,
        "--gas-limit": GAS_LIMIT,
        "--gas-price": 0,
        "--block-base-fee-per-gas": 0,
        "--accounts": 0,
        "--order": "fifo",
        "--threads": 1,
    }
    flags = ["--no-mining", "--prune-history", "--no-cors", "--no-request-size-limit"]
    pairs = [str(part) for pair in options.items() for part in pair]
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid())]
    return [*launcher, str(program), *pairs, *flags]
