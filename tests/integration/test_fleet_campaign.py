"""Live devices on a platform whose processes are killed: nothing acknowledged is lost or doubled.

In: reference agents with queues, over MQTT and HTTP. Out: every batch that was sealed is stored,
announced and acknowledged, each once. `python -m benchmarks fleet-http` measures the same.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.support.fleet_campaign import Campaign, run_campaign

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

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
