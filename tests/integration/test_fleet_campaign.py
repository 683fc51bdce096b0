"""Live devices on a platform whose processes are killed: nothing acknowledged is lost or doubled.

In: reference agents with queues, over MQTT and HTTP. Out: every batch that was sealed is stored,
announced and acknowledged, each once. `python -m benchmarks fleet-http` measures the same.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.support.fleet_campaign import Campaign, Result, run_campaign
from tests.integration.support.powerfail import make_recorder

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

AT_ONCE = {"pipeline_interval_s": "0.1", "anchor_interval_s": "1", "history_gather_batches": "1"}
"""What follows the commit goes on all the time, so that failures meet it."""

FLEET = Campaign(devices=2_500, rate=42.0, seconds=600)


def test_a_few_devices_outlive_broker_collector_server_and_database(tmp_path: Path) -> None:
    campaign = Campaign(
        devices=16,
        seconds=8,
        rate=6,
        transport="mqtt",
        on_postgresql=True,
        kill_every_s=3,
        seed=3,
    )
    result = run_campaign(tmp_path, campaign)
    result.check_nothing_lost()
    assert len(result.stored) >= 30
    # How often depends on how long the machine takes to begin a process again.
    assert sum(part.kills for part in result.parts) >= 1


def outlive_power_failures(folder: Path, shared: Path, campaign: Campaign) -> Result:
    """Return what came of a fleet whose server lost its power; nothing else may be lost."""
    recorder = make_recorder(shared, folder)
    result = run_campaign(folder / "fleet", replace(campaign, recorder=recorder))
    result.check_nothing_lost()
    history = result.storage["history"]
    assert isinstance(history, dict)
    assert history["parts"]
    return result


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_few_devices_outlive_power_failures(tmp_path: Path, shared: Path) -> None:
    campaign = Campaign(devices=16, seconds=6, rate=6, kill_every_s=3, settings=AT_ONCE)
    result = outlive_power_failures(tmp_path, shared, campaign)
    assert len(result.stored) >= 20
    assert sum(part.kills for part in result.parts) >= 1


@pytest.mark.long
@pytest.mark.timeout(1_500)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_fleet_outlives_power_failures(tmp_path: Path, shared: Path) -> None:
    campaign = replace(FLEET, seconds=240, kill_every_s=25, settings=AT_ONCE)
    result = outlive_power_failures(tmp_path, shared, campaign)
    assert sum(part.kills for part in result.parts) >= 4
    segments = result.storage["segments"]
    assert isinstance(segments, dict)
    assert segments["files"]


@pytest.mark.long
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("transport", ["http", "mqtt"])
def test_a_fleet_of_ten_minutes(tmp_path: Path, transport: str) -> None:
    result = run_campaign(tmp_path, replace(FLEET, transport=transport))
    result.check_nothing_lost()
    assert result.seen["p99_s"] < 2


@pytest.mark.long
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize(("transport", "on_postgresql"), [("http", False), ("mqtt", True)])
def test_a_fleet_outlives_sudden_ends(
    tmp_path: Path, transport: str, *, on_postgresql: bool
) -> None:
    campaign = replace(
        FLEET, seconds=240, transport=transport, on_postgresql=on_postgresql, kill_every_s=15
    )
    result = run_campaign(tmp_path, campaign)
    result.check_nothing_lost()
    assert sum(part.kills for part in result.parts) >= 8
