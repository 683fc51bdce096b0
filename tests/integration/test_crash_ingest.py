"""kill -9 of the server during ingest, and power failures: nothing acknowledged is ever lost.

In: a home killed again and again. Out: after each restart every acknowledged batch is there, and
after sending everything again each has had its effects exactly once.
"""

import random
from pathlib import Path

import pytest

from tests.integration.support.campaign import Campaign
from tests.integration.support.fleet import enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.powerfail import Recorder, make_recorder

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(600),
    # The rebuilder of disk states leaves closing its files to the interpreter.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

DEVICES = 4
# Everything that goes on beside the ingest goes on all the time, so that kills meet it.
BUSY = {"pipeline_interval_s": "0.05", "anchor_interval_s": "0.2"}


@pytest.fixture(scope="module")
def recorder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    return make_recorder(shared, tmp_path_factory.mktemp("powerfail"))


def run_campaign(folder: Path, *, rounds: int, seed: int, recorder: Recorder | None) -> Campaign:
    home = TestHome(folder / "home", BUSY)
    fleet = enrol_fleet(home, devices=DEVICES)
    campaign = Campaign(home, fleet, chance=random.Random(seed), recorder=recorder)
    campaign.rounds_of(rounds)
    campaign.check_everything()
    return campaign


@pytest.mark.parametrize(
    "rounds", [3, pytest.param(50, marks=[pytest.mark.long, pytest.mark.timeout(3_000)])]
)
def test_kill_during_ingest_loses_and_doubles_nothing(tmp_path: Path, rounds: int) -> None:
    campaign = run_campaign(tmp_path, rounds=rounds, seed=rounds, recorder=None)
    assert len(campaign.acknowledged) >= 10 * rounds


@pytest.mark.parametrize(
    "rounds", [3, pytest.param(50, marks=[pytest.mark.long, pytest.mark.timeout(3_000)])]
)
def test_power_failure_during_ingest_loses_and_doubles_nothing(
    tmp_path: Path, recorder: Recorder, rounds: int
) -> None:
    campaign = run_campaign(tmp_path, rounds=rounds, seed=rounds, recorder=recorder)
    assert len(campaign.acknowledged) >= 10 * rounds
