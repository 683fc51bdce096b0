"""One process and two that take batches for one home, on SQLite and on PostgreSQL.

In: the city's batches. Out: acknowledged batches a second by the clock, and per CPU-second of the
processes that take them.
"""

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.simulation.activity import Kind
from battery_passport.telemetry.model import Samples
from benchmarks.batches import BenchDevice, city_samples, sealed_batches
from benchmarks.figures import Figure
from benchmarks.ingest import QUIET, Run, send_bodies
from benchmarks.load_generator import write_bodies
from tests.factories.made_up_cars import enrol, opened
from tests.integration.support.homes import TestHome
from tests.integration.support.parts import free_port, intake_part, postgres_part

BATCHES = 8_000
DIFFERENT = 500
CARS = 8


def measure(folder: Path) -> list[Figure]:
    """Return the figures of both databases."""
    samples = list(islice(city_samples({Kind.DRIVING}), DIFFERENT))
    figures = []
    for name, on_postgresql in (("SQLite", False), ("PostgreSQL", True)):
        for processes in (1, 2):
            place = folder / f"{name}-{processes}"
            runs, seconds = _run(place, samples, processes, on_postgresql=on_postgresql)
            taken = sum(run.answers for run in runs)
            used_s = sum(run.cpu_s for run in runs)
            title = f"{processes} intake on {name}"
            figures += [
                Figure(name=f"{title}, by the clock", value=taken / seconds, unit="batches/s"),
                Figure(name=f"{title}", value=taken / used_s, unit="batches/s/core"),
                Figure(
                    name=f"{title}, 99 of 100 acknowledged within",
                    value=max(run.p99_ms for run in runs),
                    unit="ms",
                ),
            ]
    return figures


def _run(
    folder: Path, samples: Sequence[Samples], processes: int, *, on_postgresql: bool
) -> tuple[list[Run], float]:
    """Send as many batches to each process at once; every one must be stored."""
    folder.mkdir(parents=True)
    with ExitStack() as ending:
        url = ""
        if on_postgresql:
            database, url = ending.enter_context(postgres_part())
            database.start()
        home = TestHome(folder / "home", {**QUIET, **({"database_url": url} if url else {})})
        files = _files(home, samples, processes=processes, url=url)
        parts = []
        for number in range(processes):
            port = free_port()
            part = intake_part(home, port, name=f"intake-{number}")
            part.start()
            ending.callback(part.stop)
            parts.append((part, port))
        runs: list[Run] = []

        def send(number: int) -> None:
            part, port = parts[number]
            assert part.process is not None
            runs.append(send_bodies(port, files[number], pid=part.process.pid))

        threads = [threading.Thread(target=send, args=(number,)) for number in range(processes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with opened(home.folder, url) as installation, installation.database.read() as connection:
            assert EvidenceStore(connection).count() == BATCHES
    return runs, max(run.seconds for run in runs)


def _files(home: TestHome, samples: Sequence[Samples], *, processes: int, url: str) -> list[Path]:
    folder = home.folder.parent
    with opened(home.folder, url) as installation:
        cars = [enrol(installation, f"car-{number}") for number in range(CARS)]
    devices = [BenchDevice(car.device_id, car.battery_ref, car.seed) for car in cars]
    sealed = list(sealed_batches(samples, devices, count=BATCHES))
    files = [folder / f"batches-{number}" for number in range(processes)]
    for number, file in enumerate(files):
        write_bodies(file, sealed[number::processes])
    return files
