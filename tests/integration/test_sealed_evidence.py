"""Old evidence is found in segments by all who read it; what is let go leaves a tombstone."""

import dataclasses
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from battery_passport.adapters.sql.evidence import EvidenceStore, Outcome
from battery_passport.adapters.sql.evidence_places import EvidencePlaces
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.finding import find_battery
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.assembly.operations.health import current_estimate, state_health
from battery_passport.assembly.proof_sources import SqlEvidenceSource
from battery_passport.diagnostics.model import Interval
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject
from tests.integration.support.fleet import FleetDevice, enrol_device, opened
from tests.integration.support.homes import TestHome

pytestmark = pytest.mark.integration

BATCHES = 12
LONG_AGO = datetime.now(UTC).replace(microsecond=0) - timedelta(days=80)
"""When the first sample was taken; batches under numbers from `BATCHES` on are of today."""


def made(device: FleetDevice, number: int, *, variant: int = 0) -> bytes:
    begun_at = LONG_AGO if number < BATCHES else LONG_AGO + timedelta(days=79)
    return device.batch(number, begun_at=begun_at, variant=variant)


def ask(installation: Installation, operation: str, **request: object) -> JsonObject:
    return OPERATIONS[operation](installation, dict(request))  # type: ignore[arg-type]


def store(
    installation: Installation, device: FleetDevice, numbers: range, *, days_ago: float = 0
) -> list[Outcome]:
    received = installation.clock.now() - timedelta(days=days_ago)
    directory = DeviceDirectory(installation.database)
    group = [admit_batch(made(device, number), directory, received) for number in numbers]
    outcomes = store_group(installation.database, group)
    installation.pipeline.settle()
    return outcomes


def stored_bytes(installation: Installation) -> dict[bytes, bytes]:
    """Return what the table itself still holds."""
    with installation.database.read() as connection:
        rows = connection.execute(text("SELECT digest, encoded FROM batches"))
        return {row.digest: row.encoded for row in rows if row.encoded}


def intact(installation: Installation) -> JsonObject:
    report = ask(installation, "audit")
    assert report["finding"] is None, report
    return report


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[TestHome, FleetDevice]:
    """A home with old batches in a segment and young ones in the table."""
    home = TestHome(tmp_path / "home", {"evidence_seal_after_days": "0"})
    with opened(home) as installation:
        device = enrol_device(
            lambda verb, asked: OPERATIONS[verb](installation, asked), home, "car"
        )
        store(installation, device, range(BATCHES), days_ago=40)
        store(installation, device, range(BATCHES, BATCHES + 3))
        before = stored_bytes(installation)
        assert ask(installation, "evidence-seal", days=30)["batches"] == BATCHES
        left = stored_bytes(installation)
        assert (len(before), len(left)) == (BATCHES + 3, 3)
        with installation.database.read() as connection:
            reader = installation.evidence.of(connection)
            assert reader.by_digests(list(before)) == before
            assert dict(reader.of_battery(device.battery_id)) == before
    return home, device


def test_the_pipeline_seals_and_lets_go_by_itself(tmp_path: Path) -> None:
    settings = {"evidence_seal_after_days": "30", "evidence_retention_days": "60"}
    home = TestHome(tmp_path / "home", settings)
    with opened(home) as installation:
        device = enrol_device(
            lambda verb, asked: OPERATIONS[verb](installation, asked), home, "car"
        )
        for first, days_ago in ((0, 70), (4, 40), (8, 1)):
            store(installation, device, range(first, first + 4), days_ago=days_ago)
        status = ask(installation, "evidence-status")
        assert [status[group] for group in ("table", "erased")] == [{"batches": 4}] * 2
        assert intact(installation)["erased"] == 4


def test_everything_reads_sealed_evidence(sealed: tuple[TestHome, FleetDevice]) -> None:
    home, device = sealed
    with opened(home) as installation:
        assert intact(installation)["erased"] == 0
        table = installation.history.read(device.battery_id)
        assert len(table.batch_digests) == BATCHES + 3
        again = store(installation, device, range(BATCHES))
        assert set(again) == {Outcome.DUPLICATE}
        other = admit_batch(
            made(device, 1, variant=7),
            DeviceDirectory(installation.database),
            installation.clock.now(),
        )
        assert store_group(installation.database, [other]) == [Outcome.QUARANTINED]
        status = ask(installation, "evidence-status")
        assert status["table"] == {"batches": 3}
        assert status["segments"]["batches"] == BATCHES  # type: ignore[index,call-overload]


def test_a_changed_segment_is_told_by_the_audit(sealed: tuple[TestHome, FleetDevice]) -> None:
    home, _device = sealed
    with opened(home) as installation:
        (path,) = installation.home.segments.iterdir()
        octets = bytearray(path.read_bytes())
        octets[-1] ^= 1
        path.write_bytes(octets)
        finding = ask(installation, "audit")["finding"]
        assert "holds other bytes for batch" in str(finding)
        path.unlink()
        assert "is missing" in str(ask(installation, "audit")["finding"])


def test_evidence_lets_go_under_a_tombstone(sealed: tuple[TestHome, FleetDevice]) -> None:
    home, device = sealed
    with opened(home) as installation:
        assert ask(installation, "evidence-expire", days=30)["batches"] == BATCHES
        (file,) = installation.home.segments.iterdir()
        installation.storage.sealer.remove_strays()
        assert file.exists()  # whoever began to read before still finds it
        os.utime(file, (0, 0))
        installation.storage.sealer.remove_strays()
        assert not file.exists()
        assert intact(installation)["erased"] == BATCHES
        assert set(store(installation, device, range(BATCHES))) == {Outcome.DUPLICATE}
        with installation.database.read() as connection:
            digest = sha256(made(device, 0))
            assert installation.evidence.of(connection).by_digest(digest) is None
            assert EvidenceStore(connection).count() == BATCHES + 3
        assert len(installation.history.read(device.battery_id).batch_digests) == 3


def test_bytes_that_are_gone_without_a_tombstone_are_tampering(
    sealed: tuple[TestHome, FleetDevice],
) -> None:
    home, device = sealed
    with opened(home) as installation:
        gone = sha256(made(device, 3))
        with installation.database.write() as connection:
            connection.execute(
                text("UPDATE batches SET segment_number = NULL WHERE digest = :gone"),
                {"gone": gone},
            )
        assert gone.hex() in str(ask(installation, "audit")["finding"])


def publish(installation: Installation, device: FleetDevice, evidence: frozenset[bytes]) -> None:
    """State the battery's health on the evidence of some batches."""
    with installation.database.read() as connection:
        battery = find_battery(RegistryStore(connection), device.alias)
    estimate = current_estimate(installation, battery)
    figure = dataclasses.replace(estimate.findings, capacity_ah=Interval(90.0, 88.0, 92.0))
    rests = dataclasses.replace(estimate, findings=figure, evidence=tuple(sorted(evidence)))
    assert state_health(installation, battery, rests) is not None


def test_what_a_published_figure_rests_on_is_held(sealed: tuple[TestHome, FleetDevice]) -> None:
    home, device = sealed
    held = frozenset(sha256(made(device, number)) for number in (2, 5))
    with opened(home) as installation:
        publish(installation, device, held)
        assert ask(installation, "evidence-expire", days=30)["batches"] == BATCHES - 2
        assert ask(installation, "evidence-expire", days=30)["batches"] == 0
        with installation.database.read() as connection:
            found = installation.evidence.of(connection).by_digests(list(held))
            (segment,) = EvidencePlaces(connection).segments()
            source = SqlEvidenceSource(connection, installation.evidence.of(connection))
            assert all(sha256(source.batch(digest) or b"") == digest for digest in held)
        assert set(found) == held
        assert segment.batches == 2
        assert intact(installation)["erased"] == BATCHES - 2
        times = installation.history.read(device.battery_id).sampled_at_ms
        assert np.unique(times).size == 6 * 5
