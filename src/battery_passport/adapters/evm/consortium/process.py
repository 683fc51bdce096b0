"""A validator as a child process: it dies with us, writes a log, leaves its process id.

In: the node program and a node's folder. Out: a running validator, ended in order or killed.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from battery_passport.adapters.evm import launcher
from battery_passport.adapters.evm.consortium.errors import ValidatorDown
from battery_passport.adapters.evm.consortium.program import NodeProgram

_PATIENCE_S = 30.0
_LOG_BYTES = 64 * 1024 * 1024
PID_FILE = "node.pid"
LOG_FILE = "node.log"


class ValidatorProcess:
    """A running validator. A thread of ours watches it from its first moment to its last."""

    def __init__(self, program: NodeProgram, folder: Path, *, network: str) -> None:
        """Start the validator; it listens some seconds later. Raises: ValidatorDown."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._started = threading.Event()
        words = [
            sys.executable,
            "-I",
            "-S",
            str(launcher.__file__),
            str(os.getpid()),
            str(program.path),
            *("start", "--home", str(folder), "--chain-id", network),
        ]
        # The kernel ties the child's life to the thread that starts it, so the thread that
        # starts it is one that lives as long as the child.
        self._keeper = threading.Thread(
            target=self._keep, args=(words,), name=f"validator-{folder.name}", daemon=True
        )
        self._keeper.start()
        self._started.wait(_PATIENCE_S)
        if self._process is None:
            raise ValidatorDown(f"The validator of {folder.name} could not be started.")

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the validator in order; kill it if it takes too long."""
        self._end(signal.SIGTERM)
        if self.is_running():
            self.kill()

    def kill(self) -> None:
        """End the validator at once, as a power failure would."""
        self._end(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """Send the order to end, and do not wait."""
        if self.is_running() and self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def _end(self, order: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(order)
        self._keeper.join(_PATIENCE_S)

    def _keep(self, words: list[str]) -> None:
        log = self._folder / LOG_FILE
        pid_file = self._folder / PID_FILE
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".old"))
        try:
            with log.open("ab") as stream:
                self._process = subprocess.Popen(  # noqa: S603  # our own program, no shell
                    words, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, cwd="/"
                )
            pid_file.write_text(f"{self._process.pid}\n")
            self._started.set()
            self._process.wait()
        finally:
            pid_file.unlink(missing_ok=True)
            self._started.set()
