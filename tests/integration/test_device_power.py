"""A device that loses power at any moment: what it kept is there, in order, and nothing twice.

In: one recorded life of the queue in files. Out: states at many moments, each opened as after a
restart; and with a barrier left out, which must be noticed.
"""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from battery_passport.device_agent.durable_queue import DurableQueue
from tests.integration.support.homes import TestHome
from tests.integration.support.powerfail import (
    Drop,
    Recorder,
    Recording,
    drop_barriers,
    drop_folder_barriers,
    make_recorder,
)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("power-failure"),
    # The rebuilder of disk states leaves closing its files to the interpreter.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

BATCHES = 40
DELIVERED = 12
STATES = 150
SEED = 7

LIFE = f"""
import hashlib, os, sys
from pathlib import Path
from tests.integration.test_device_power import batch_of
from battery_passport.device_agent.durable_queue import DurableQueue
queue = DurableQueue(Path(sys.argv[1]), segment_bytes=4_000)
for number in range({BATCHES}):
    encoded = batch_of(number)
    queue.append(encoded)
    digest = hashlib.sha256(encoded).hexdigest()
    os.write(1, ('{{"digest":"%s","outcome":"stored"}}' % digest).encode())
    if number % 3 == 2 and number // 3 < {DELIVERED}:
        queue.remove_first()
"""


def batch_of(number: int) -> bytes:
    """Return something of the size of a batch."""
    return b"%06d" % number * (60 + number % 50)


@pytest.fixture(scope="module")
def recorder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    return make_recorder(shared, tmp_path_factory.mktemp("powerfail"))


@pytest.fixture(scope="module")
def recording(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """A life of the queue: kept batches are told on standard output, delivered ones forgotten."""
    folder = tmp_path_factory.mktemp("device") / "device"
    folder.mkdir(mode=0o700)
    made = recorder.recording(folder, name="queue")
    environment = TestHome(folder).environment(made.environment)
    environment["PYTHONPATH"] += f":{Path(__file__).resolve().parents[2]}"
    program = [sys.executable, "-c", LIFE, str(folder / "queue")]
    subprocess.run(program, env=environment, check=True, capture_output=True)
    yield made
    made.close()


def faults_of(folder: Path, kept: set[bytes]) -> list[str]:
    """Return what is wrong with a queue as a loss of power left it."""
    queue = DurableQueue(folder / "queue", segment_bytes=4_000)
    waiting = list(queue.all_waiting())
    given = []
    while (encoded := queue.first()) is not None:
        given.append(encoded)
        queue.remove_first()
    queue.close()
    known = [batch_of(number) for number in range(BATCHES)]
    if given != waiting or any(encoded not in known for encoded in given):
        return ["something that was never kept comes out"]
    numbers = [known.index(encoded) for encoded in given]
    found = [] if numbers == sorted(set(numbers)) else [f"out of order: {numbers}"]
    promised = {
        number
        for number, encoded in enumerate(known)
        if hashlib.sha256(encoded).digest() in kept and number >= DELIVERED
    }
    lost = promised - set(numbers)
    return [*found, f"lost: {sorted(lost)}"] if lost else found


def faults(recording: Recording, tmp_path: Path, drop: Drop | None = None) -> list[str]:
    states = recording.states(tmp_path / "state", points=STATES, seed=SEED, drop=drop)
    return [fault for folder, kept in states for fault in faults_of(folder, kept)]


def test_the_recorder_sees_every_write(recording: Recording, tmp_path: Path) -> None:
    assert recording.difference(tmp_path / "replayed") == []


def test_what_was_kept_survives_a_loss_of_power_at_any_moment(
    recording: Recording, tmp_path: Path
) -> None:
    assert faults(recording, tmp_path) == []


MUTANTS: dict[str, Callable[[Recording], Drop]] = {
    "segments": lambda made: drop_barriers(made, "*.seg"),
    "folders": drop_folder_barriers,
}


@pytest.mark.parametrize("barrier", MUTANTS)
def test_a_missing_barrier_is_noticed(recording: Recording, tmp_path: Path, barrier: str) -> None:
    assert any(
        "lost" in fault for fault in faults(recording, tmp_path, MUTANTS[barrier](recording))
    )
