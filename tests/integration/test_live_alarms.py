"""A thermal event in what a car sends is an alarm in seconds, once, whatever happens meanwhile.

In: a home, or a server of its own that is killed. Out: alarms and lifecycle events in its records.
"""

import http.client
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import BatchClaims, Samples
from tests.integration.support.effects import reading
from tests.integration.support.fleet import BOOT_ID, CELLS, FleetDevice, enrol_fleet, opened
from tests.integration.support.homes import TestHome
from tests.integration.support.sending import Sender
from tests.integration.support.servers import Server, start_server

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

SAMPLES = 30


def measured(begun_at: datetime) -> Samples:
    """Return half a minute of a parked car."""
    shape = (SAMPLES, CELLS)
    return Samples(
        sampled_at_ms=unix_ms(begun_at) + 1_000 * np.arange(SAMPLES, dtype=np.int64),
        columns={
            "current_ma": np.zeros(SAMPLES, dtype=np.int64),
            "cell_voltage_mv": np.full(shape, 3_700, dtype=np.int64) + np.arange(CELLS),
            "pack_voltage_mv": np.full(SAMPLES, 3_700 * CELLS, dtype=np.int64),
            "probe_temperature_dc": np.full((SAMPLES, 4), 250, dtype=np.int64),
            "insulation_kohm": np.full(SAMPLES, 2_400, dtype=np.int64),
        },
    )


def burning(begun_at: datetime) -> Samples:
    """Return half a minute in which a probe is hot and insulation lies at a tenth of the usual."""
    samples = measured(begun_at)
    samples.columns["probe_temperature_dc"][10:, 2] = 650
    samples.columns["insulation_kohm"][10:] = 240
    return samples


def sealed(device: FleetDevice, sequence: int, samples: Samples) -> bytes:
    claims = BatchClaims(
        device_id=device.device_id,
        boot_id=BOOT_ID,
        sequence=sequence,
        collected_at=datetime.fromtimestamp(int(samples.sampled_at_ms[-1]) / 1_000, UTC),
        monotonic_ms=sequence * 1_000,
        backfill=False,
        battery_ref=device.battery_ref,
    )
    return seal_batch(claims=claims, samples=samples, signing_key=device.seed)


def alarms_of(home: TestHome) -> list[dict[str, Any]]:
    with reading(home.database) as connection:
        rows = connection.execute(
            "SELECT at_ms, received_at_ms, raised_at_ms, late, signals, hex(batch_digest), "
            "event_id FROM alarms ORDER BY at_ms"
        ).fetchall()
    names = ("at_ms", "received_at_ms", "raised_at_ms", "late", "signals", "digest", "event_id")
    return [dict(zip(names, row, strict=True)) for row in rows]


def events_of(home: TestHome) -> list[dict[str, Any]]:
    """Return the alarms in batteries' histories, each with whether it has its place in the log."""
    with reading(home.database) as connection:
        rows = connection.execute(
            "SELECT e.record, f.log_index FROM events e JOIN facts f ON f.record_id = e.event_id "
            "WHERE e.type = 'alarm_raised'"
        ).fetchall()
    return [json.loads(record) | {"log_index": index} for record, index in rows]


def took_in(home: TestHome, batches: Sequence[bytes]) -> None:
    """Take batches in with an installation opened anew: it knows nothing but what is stored."""
    with opened(home) as installation:
        directory = DeviceDirectory(installation.database)
        now = installation.clock.now()
        store_group(installation.database, [admit_batch(each, directory, now) for each in batches])
        installation.pipeline.settle()


def test_what_was_usual_outlives_a_restart_and_an_event_is_one_alarm(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    (car,) = enrol_fleet(home, devices=1)
    now = datetime.now(UTC)
    healthy = [
        sealed(car, number, measured(now - timedelta(hours=9, seconds=600 - 30 * number)))
        for number in range(6)
    ]
    took_in(home, healthy)
    assert alarms_of(home) == []

    took_in(home, [sealed(car, 10, burning(now - timedelta(minutes=5)))])
    (alarm,) = alarms_of(home)
    assert json.loads(alarm["signals"]) == ["temperature", "insulation"]
    assert alarm["at_ms"] == unix_ms(now - timedelta(minutes=5)) + 10_000
    assert not alarm["late"]
    (event,) = events_of(home)
    assert event["log_index"] is not None
    assert event["payload"]["evidence"] == [alarm["digest"].lower()]
    assert (event["payload"]["severity"], event["payload"]["late"]) == ("critical", False)
    assert str(car.alias) not in json.dumps(event)

    took_in(home, [sealed(car, 11, burning(now - timedelta(minutes=2)))])
    assert len(alarms_of(home)) == len(events_of(home)) == 1


def wait_for_event(home: TestHome) -> float:
    """Return the moment at which the alarm stands in the history."""
    deadline = time.monotonic() + 30.0
    while not events_of(home):
        assert time.monotonic() < deadline, alarms_of(home)
        time.sleep(0.02)
    return time.monotonic()


def counted(server: Server) -> dict[str, float]:
    """Return the platform's own count of alarms."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    rows = (line.rsplit(" ", 1) for line in lines if line.startswith("bp_alarms"))
    return {name: float(value) for name, value in rows}


def test_a_server_raises_it_within_seconds_and_once_even_if_it_is_killed(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    first, second = enrol_fleet(home, devices=2)
    now = datetime.now(UTC)
    parked, fire = (now - timedelta(seconds=each) for each in (70, 35))
    server = start_server(home)
    try:
        with Sender(server.port) as sender:
            sender.acknowledged(sealed(first, 1, measured(parked)))
            sent_at = time.monotonic()
            sender.acknowledged(sealed(first, 2, burning(fire)))
            took_s = wait_for_event(home) - sent_at
            assert counted(server) == {"bp_alarms_raised": 1.0, "bp_alarms_late": 0.0}
            sender.acknowledged(sealed(second, 1, measured(parked)))
            sender.acknowledged(sealed(second, 2, burning(fire)))
    finally:
        server.kill()
    (alarm, *_) = alarms_of(home)
    assert took_s < 5.0
    assert alarm["raised_at_ms"] - alarm["received_at_ms"] < 5_000
    said = server.said()
    assert "an alarm was raised: thermal_event" in said
    assert first.alias not in said
    assert str(first.battery_id) not in said

    took_in(home, [sealed(each, 2, burning(fire)) for each in (first, second)])
    digests = sorted(each["digest"].lower() for each in alarms_of(home))
    assert len(digests) == 2
    assert sorted(each["payload"]["evidence"][0] for each in events_of(home)) == digests


def test_an_old_event_says_that_it_is_late(tmp_path: Path) -> None:
    home = TestHome(tmp_path / "home")
    (car,) = enrol_fleet(home, devices=1)
    then = datetime.now(UTC) - timedelta(days=3)
    took_in(home, [sealed(car, 1, measured(then)), sealed(car, 2, burning(then + timedelta(1)))])
    (alarm,) = alarms_of(home)
    assert alarm["late"]
    (event,) = events_of(home)
    assert event["payload"]["late"] is True
