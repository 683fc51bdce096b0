"""A full disk under history or segments: the work waits, nothing is lost, and it goes on."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from battery_passport.assembly.evidence import storage_watch
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.assembly.operations.evidence import NoRoom
from battery_passport.assembly.public_site import SiteHealth
from tests.integration.support.fleet import FleetDevice, enrol_device, opened
from tests.integration.support.homes import TestHome
from tests.integration.test_sealed_evidence import store

pytestmark = pytest.mark.integration

GATHERED = 4
SMALL, LARGE = "24k", "16m"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Lay a file system with next to no room over a folder; skips where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a full disk needs a file system of its own, and mounting one fails: {error}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)


def make_room(folder: Path) -> None:
    options = f"remount,size={LARGE}"
    subprocess.run(["mount", "-o", options, str(folder)], check=True, capture_output=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestHome:
    monkeypatch.setattr(storage_watch, "_TRIED_EVERY", timedelta(0))
    return TestHome(
        tmp_path / "home",
        {"history_gather_batches": str(GATHERED), "evidence_seal_after_days": "0"},
    )


def enrolled(installation: Installation, home: TestHome) -> FleetDevice:
    return enrol_device(lambda verb, asked: OPERATIONS[verb](installation, asked), home, "car")


def storage_of(installation: Installation) -> tuple[bool, str]:
    """Return what `/readyz` says of the storage."""
    components = SiteHealth(installation, lambda: 0).check().components
    (found,) = (each for each in components if each.name == "storage")
    return found.ready, found.detail


def test_the_history_waits_for_room_and_goes_on(home: TestHome) -> None:
    with opened(home) as installation:
        device = enrolled(installation, home)
        assert storage_of(installation) == (True, "there is room")
        with small_disk(installation.home.history) as disk:
            for first in range(0, 12 * GATHERED, GATHERED):
                store(installation, device, range(first, first + GATHERED))
            assert set(installation.storage.watch.waiting) == {"history"}
            ready, detail = storage_of(installation)
            assert not ready
            assert "no room for the history since" in detail
            assert not any(path.name.endswith(".unfinished") for path in disk.rglob("*"))
            # What is not in files is read from the evidence.
            table = installation.history.read(device.battery_id)
            assert len(table.batch_digests) == 12 * GATHERED
            assert OPERATIONS["audit"](installation, {})["finding"] is None
            make_room(disk)
            installation.pipeline.settle()
            assert storage_of(installation) == (True, "there is room")
            status = OPERATIONS["evidence-status"](installation, {})
            assert status["history"]["waiting_batches"] == 0  # type: ignore[index,call-overload]
            assert len(installation.history.read(device.battery_id).batch_digests) == 12 * GATHERED


def test_sealing_without_room_leaves_the_table_as_it_was(home: TestHome) -> None:
    with opened(home) as installation:
        device = enrolled(installation, home)
        store(installation, device, range(160), days_ago=40)
        with small_disk(installation.home.segments) as disk:
            with pytest.raises(NoRoom):
                OPERATIONS["evidence-seal"](installation, {"days": 30})
            assert not any(disk.iterdir())
            status = OPERATIONS["evidence-status"](installation, {})
            assert status["table"] == {"batches": 160}
            make_room(disk)
            assert OPERATIONS["evidence-seal"](installation, {"days": 30})["batches"] == 160
            assert OPERATIONS["audit"](installation, {})["finding"] is None
