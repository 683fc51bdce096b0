"""Several processes take batches for one home at once: every batch counts exactly once.

In: three `intake serve` beside nothing else, on SQLite and on PostgreSQL. Out: each batch stored
by one of them, a duplicate for the others; all of it in the log once the platform looks.
"""

import contextlib
import random
import subprocess
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.facts import FactStore
from tests.factories.installation import run
from tests.factories.made_up_cars import Car, enrol, opened
from tests.factories.postgresql import running_cluster
from tests.integration.support.homes import PROGRAM, TestHome
from tests.integration.support.sending import Sender

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

PROCESSES = 3
CARS = 3
BATCHES = 20


@contextlib.contextmanager
def intake(home: TestHome) -> Iterator[int]:
    """Run a process that takes batches, and give its port."""
    process = subprocess.Popen(
        [*PROGRAM, "intake", "serve", "--port", "0"],
        env=home.environment(),
        cwd=home.folder.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().rsplit(":", 1)[1])
    finally:
        process.terminate()
        process.wait(30)
        process.communicate()
    assert process.returncode == 0


def send_all(port: int, batches: Sequence[bytes], outcomes: list[str]) -> None:
    with Sender(port) as sender:
        outcomes.extend(sender.acknowledged(batch) for batch in batches)


def send_to_all(ports: Sequence[int], cars: Sequence[Car]) -> Counter[str]:
    """Send every batch to every process, each car's over connections of its own at once."""
    outcomes: list[str] = []
    threads = []
    for car in cars:
        batches = [car.batch(number) for number in range(BATCHES)]
        for port in ports:
            mixed = random.Random(port).sample(batches, BATCHES)
            threads.append(threading.Thread(target=send_all, args=(port, mixed, outcomes)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    return running_cluster().fresh(template="template0")


def test_processes_at_once_store_each_batch_exactly_once(tmp_path: Path, url: str) -> None:
    home = TestHome(tmp_path / "home", {"database_url": url} if url else {})
    with opened(home.folder, url) as installation:
        cars = [enrol(installation, f"car-{number}") for number in range(CARS)]
        with contextlib.ExitStack() as running:
            ports = [running.enter_context(intake(home)) for _ in range(PROCESSES)]
            outcomes = send_to_all(ports, cars)
            assert "bp_intake_waiting_batches 0.0" in scrape(ports[0])
        once = CARS * BATCHES
        assert outcomes == {"stored": once, "duplicate": (PROCESSES - 1) * once}
        installation.pipeline.settle()
        with installation.database.read() as connection:
            assert EvidenceStore(connection).count() == once
            logged = Counter(fact.digest for fact in FactStore(connection).from_index(0, 10_000))
        sent = [car.batch(number) for car in cars for number in range(BATCHES)]
        assert len(sent) == once
        assert max(logged.values()) == 1
        assert run(installation, "audit")["finding"] is None


def scrape(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())
