"""Every moment of a home's first minute as a power failure could have left it.

In: two recorded lives of a server, the first on an empty folder. Out: states at many moments, each
held against what was acknowledged by then; and with a barrier left out, which must be noticed.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.support.campaign import Campaign, report_event
from tests.integration.support.fleet import enrol_device, enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.powerfail import (
    Drop,
    Recorder,
    Recording,
    drop_barriers,
    drop_folder_barriers,
    make_recorder,
)
from tests.integration.support.sending import send_until
from tests.integration.support.servers import start_server
from tests.integration.support.states import faults_of

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("power-failure"),
    # The rebuilder of disk states leaves closing its files to the interpreter.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

BUSY = {
    "pipeline_interval_s": "0.05",
    "anchor_interval_s": "0.2",
    "history_gather_batches": "8",
}
DEVICES = 3
BATCHES_A_LIFE = 25
LIVES = 2
SEED = 11
SEEDS = range(SEED, SEED + 6)
"""A rare write may need more than one draw of states before its lost barrier shows."""

# Whose barrier is left out, and by which word the fault it brings is told.
MUTANTS: dict[str, tuple[Callable[[Recording], Drop], str]] = {
    "write-ahead log": (lambda made: drop_barriers(made, "records.sqlite-wal"), "lost"),
    "history files": (lambda made: drop_barriers(made, "*.parquet.unfinished"), "history"),
    "segments": (lambda made: drop_barriers(made, "*.segment.unfinished"), "evidence"),
    "chain journal": (lambda made: drop_barriers(made, "journal"), "chain"),
    "keys": (lambda made: drop_barriers(made, ".*.json.*"), "setup"),
    "folders": (drop_folder_barriers, "history"),
}


@pytest.fixture(scope="module")
def recorder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    return make_recorder(shared, tmp_path_factory.mktemp("powerfail"))


@pytest.fixture(scope="module")
def recording(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """Two lives of a server, both ended by a kill."""
    home = TestHome(tmp_path_factory.mktemp("recorded") / "home", BUSY)
    home.folder.mkdir(mode=0o700)
    made = recorder.recording(home.folder, name="lives")
    for life in range(LIVES):
        server = start_server(home, extra=made.environment)
        try:
            fleet = [enrol_device(server.ask, home, f"car-{number}") for number in range(DEVICES)]
            first = life * BATCHES_A_LIFE
            queues = [
                [device.batch(first + number) for number in range(BATCHES_A_LIFE)]
                for device in fleet
            ]
            assert len(send_until(server.port, queues)) == DEVICES * BATCHES_A_LIFE
            # An event waits until all of it is in the log and in the history; then it is anchored.
            report_event(server, fleet[life])
            # What is sealed in the first life is let go in the second.
            server.ask("evidence-expire", {"days": 0})
            server.ask("evidence-seal", {"days": 0})
            server.wait_until_anchored()
        finally:
            server.kill()
    yield made
    made.close()


def test_the_recorder_sees_every_write(recording: Recording, tmp_path: Path) -> None:
    assert recording.difference(tmp_path / "replayed") == []


@pytest.mark.parametrize("points", [80, pytest.param(2_000, marks=pytest.mark.long)])
def test_no_state_lacks_what_was_acknowledged(
    recording: Recording, tmp_path: Path, points: int
) -> None:
    most = 0
    for folder, acknowledged in recording.states(tmp_path / "state", points=points, seed=SEED):
        assert faults_of(folder, acknowledged) == []
        most = max(most, len(acknowledged))
    assert most > DEVICES * BATCHES_A_LIFE


@pytest.mark.parametrize("name", MUTANTS)
def test_a_missing_barrier_is_noticed(recording: Recording, tmp_path: Path, name: str) -> None:
    choose, word = MUTANTS[name]
    drop = choose(recording)
    drawn = (
        recording.states(tmp_path / f"state-{seed}", points=300, seed=seed, drop=drop)
        for seed in SEEDS
    )
    faults = (fault for states in drawn for state in states for fault in faults_of(*state))
    assert any(fault.startswith(word) for fault in faults)


def test_a_campaign_without_the_write_ahead_barrier_fails(
    recorder: Recorder, tmp_path: Path
) -> None:
    home = TestHome(tmp_path / "home", BUSY)
    fleet = enrol_fleet(home, devices=DEVICES)
    campaign = Campaign(
        home, fleet, chance=random.Random(SEED), recorder=recorder, dropped=("records.sqlite-wal",)
    )
    with pytest.raises(AssertionError, match=r"lost|intact"):
        campaign.rounds_of(10)
