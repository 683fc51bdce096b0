"""A server whose machine loses its power again and again while devices go on sending.

In: a home, its server, the recorder of the shared folder. Out: after each failure a home as the
disk may hold it, and a server begun anew on it.
"""

import contextlib
import http.client
import random
import threading
import time
from dataclasses import dataclass

from tests.integration.support.homes import TestHome
from tests.integration.support.parts import Part
from tests.integration.support.powerfail import Recorder, Recording
from tests.integration.support.servers import Server

_LONGEST_AT_WORK_S = 1.0


@dataclass
class PowerCuts:
    """The power of one machine. `recorded` counts what its lives have written in pieces."""

    recorder: Recorder
    home: TestHome
    server: Part
    port: int
    chance: random.Random
    cuts: int = 0
    recorded: int = 0
    _recording: Recording | None = None

    def begin(self) -> None:
        """Begin a life that is recorded."""
        self._recording = self.recorder.recording(self.home.folder, name=f"life-{self.cuts}")
        self.server.start(self._recording.environment)

    def fail(self) -> None:
        """Lose the power while evidence is being sealed, then begin again."""
        recording, process = self._recording, self.server.process
        assert recording is not None
        assert process is not None
        asked = threading.Event()
        sealing = threading.Thread(
            target=_seal, args=(Server(home=self.home, process=process, port=self.port), asked)
        )
        sealing.start()
        asked.wait()
        time.sleep(self.chance.uniform(0, _LONGEST_AT_WORK_S))
        self.server.kill()
        sealing.join()
        self.recorded += len(recording.records())
        recording.cut_back(self.chance.randrange(1 << 30))
        recording.close()
        self.cuts += 1
        self.begin()

    def close(self) -> None:
        """Forget what was recorded."""
        if self._recording is not None:
            self._recording.close()


def _seal(server: Server, asked: threading.Event) -> None:
    """Ask for all evidence to be sealed; a server that dies is no failure."""
    asked.set()
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        server.ask("evidence-seal", {"days": 0})
