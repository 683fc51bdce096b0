"""The processes of a platform under load, each killed and begun again on the same folder and port.

In: commands and how one sees that they are ready. Out: parts; what each of them has used.
"""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.factories.postgresql import OPTIONS, as_owner, programs_of_postgresql
from tests.integration.support.homes import PROGRAM, TestHome

READY_S = 180.0
"""How long a process may take to begin on a machine that is very busy."""

FILES = "files"
_LOOK_S = 0.05
_SAMPLE_S = 1.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Part:
    """One process, which `begun_by` may start as somebody else.

    `used_cpu_s` and `most_bytes` are those of all its lives, children included.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    is_ready: Callable[[], bool]
    folder: Path
    used_cpu_s: float = 0.0
    most_bytes: int = 0
    kills: int = 0
    begun_by: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    _this_life_s: float = 0.0

    def start(self, extra: Mapping[str, str] | None = None) -> None:
        """Begin, and return once it is ready."""
        deadline = time.monotonic() + READY_S
        while True:
            self._begin(extra or {})
            while self.process is not None and self.process.poll() is None:
                if self.is_ready():
                    return
                assert time.monotonic() < deadline, self.said()
                time.sleep(_LOOK_S)
            # Something of its last life may not have gone yet.
            assert time.monotonic() < deadline, self.said()
            time.sleep(_LOOK_S)

    def _begin(self, extra: Mapping[str, str]) -> None:
        with self._log().open("ab") as log:
            self.process = subprocess.Popen(
                # What is extra is for the program alone, not for what begins it.
                [*self.begun_by, "env", *(f"{k}={v}" for k, v in extra.items()), *self.command],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and its children as a power cut would: at once."""
        if self.process is not None and self.process.poll() is None:
            self.sample()
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(READY_S)
            self.kills += 1
        self._end_of_life()

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self.sample()
            self.process.send_signal(signal.SIGINT if self.name == "postgres" else signal.SIGTERM)
            self.process.wait(READY_S)
        self._end_of_life()

    def sample(self) -> None:
        """Note what it uses now."""
        if self.process is None:
            return
        try:
            parent = psutil.Process(self.process.pid)
            family = [parent, *parent.children(recursive=True)]
            times = [each.cpu_times() for each in family]
            self.most_bytes = max(self.most_bytes, sum(_own_bytes(each) for each in family))
        except psutil.Error:
            return
        ended = times[0].children_user + times[0].children_system
        self._this_life_s = ended + sum(each.user + each.system for each in times)

    def _end_of_life(self) -> None:
        self.used_cpu_s += self._this_life_s
        self._this_life_s = 0.0

    def said(self) -> str:
        """Return its last words."""
        return f"{self.name}: {self._log().read_text('utf-8', 'replace')[-3_000:]}"

    def _log(self) -> Path:
        return self.folder / f"{self.name}.log"


def _own_bytes(process: psutil.Process) -> int:
    """Return the memory of a process alone, without what it shares with its siblings."""
    try:
        return int(process.memory_info().rss - process.memory_info().shared)
    except psutil.Error:
        return 0


def server_part(home: TestHome, port: int) -> Part:
    """The platform's own server."""
    return Part(
        name="server",
        command=[*PROGRAM, "serve", "--port", str(port)],
        environment=home.environment(),
        is_ready=lambda: answers(port),
        folder=home.folder.parent,
    )


def intake_part(home: TestHome, port: int, *, name: str = "intake") -> Part:
    """A process that only takes batches."""
    return Part(
        name=name,
        command=[*PROGRAM, "intake", "serve", "--port", str(port)],
        environment=home.environment(),
        is_ready=lambda: answers(port),
        folder=home.folder.parent,
    )


def broker_part(home: TestHome, port: int) -> Part:
    """Mosquitto with the files that the platform writes for it; skips where it is missing."""
    mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if mosquitto is None:
        pytest.skip("mosquitto is not installed: apt-get install mosquitto")
    folder = home.folder.parent / "broker"
    folder.mkdir(exist_ok=True)
    written = home.start_verb("mqtt", "configure", "--out", str(folder), "--json")
    out, err = written.communicate(timeout=READY_S)
    assert written.returncode == 0, out + err
    (configuration,) = folder.glob("*.conf")
    return Part(
        name="broker",
        command=[mosquitto, "-c", str(configuration)],
        environment=dict(os.environ),
        is_ready=lambda: listens(port),
        folder=home.folder.parent,
    )


def collector_part(home: TestHome, *, name: str = "collector") -> Part:
    """The process that takes batches from the broker."""
    part = Part(
        name=name,
        command=[*PROGRAM, "mqtt", "serve"],
        environment=home.environment(),
        is_ready=lambda: True,
        folder=home.folder.parent,
    )
    part.is_ready = lambda: "Collecting" in part.said()
    return part


@contextlib.contextmanager
def postgres_part() -> Iterator[tuple[Part, str]]:
    """Give a PostgreSQL of its own, not yet begun, and the address of its database.

    Skips the test where it is missing.
    """
    programs = programs_of_postgresql()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    # Where whoever it runs as may go, which tests' own folders are not.
    place = Path(tempfile.mkdtemp(prefix="bp-postgresql-part-"))
    owner = as_owner(place)
    files = place / FILES
    init = [*owner, f"{programs}/initdb", f"--pgdata={files}", "--auth=trust"]
    init += ["--encoding=UTF8", "--locale=C.UTF-8", "--username=tester"]
    subprocess.run(init, check=True, capture_output=True, cwd=place)
    options = [word for option in OPTIONS for word in ("-c", option)]
    part = Part(
        name="postgres",
        begun_by=owner,
        command=[f"{programs}/postgres", "-D", f"{files}", "-k", f"{place}", *options],
        environment=dict(os.environ),
        is_ready=lambda: _takes_orders(programs, place),
        folder=place,
    )
    try:
        yield part, f"postgresql://tester@/postgres?host={place}"
    finally:
        part.kill()
        shutil.rmtree(place)


def _takes_orders(programs: Path, place: Path) -> bool:
    asked = subprocess.run([f"{programs}/pg_isready", "-q", "-h", str(place)], check=False)
    return asked.returncode == 0


def answers(port: int) -> bool:
    """Return whether a server answers that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listens(port: int) -> bool:
    """Return whether somebody listens."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


@dataclass
class Watch:
    """Looks every second at what the parts use."""

    parts: Sequence[Part]
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Look while the block lasts."""
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _look(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            for part in self.parts:
                part.sample()
