"""A disk without room: batches are refused with what to do, nothing acknowledged is lost.

In: a home on a small file system of its own, filled up. Out: 507 and a time to come back; taken up
again by itself once there is room. Needs root to mount; `test_server_pressure.py` does without.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.support.effects import effects_of
from tests.integration.support.fleet import FleetDevice, enrol_fleet
from tests.integration.support.homes import TestHome
from tests.integration.support.sending import Answer, Sender
from tests.integration.support.servers import Server, running_server

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

SIZE_BYTES = 40 << 20
LEFT_BYTES = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder that is a file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    options = f"size={SIZE_BYTES},mode=0700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if sys.platform != "linux" or mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.decode()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Leave little room, and return the file that takes the rest."""
    ballast = place / "ballast"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - LEFT_BYTES))
    return ballast


def send_until_refused(server: Server, car: FleetDevice) -> tuple[int, Answer]:
    """Return how many batches were taken, and the answer to the next."""
    with Sender(server.port) as sender:
        for number in range(5_000):
            answer = sender.send(car.batch(number))
            if answer.status != 200:
                return number, answer
    raise AssertionError("the disk never became full")


def test_a_full_disk_refuses_with_a_remedy_and_takes_up_again(small_disk: Path) -> None:
    home = TestHome(small_disk / "home", {"pipeline_interval_s": "0.05"})
    (car,) = enrol_fleet(home, devices=1)
    with running_server(home) as server:
        ballast = fill(small_disk)
        stored, refusal = send_until_refused(server, car)
        assert stored > 0
        assert (refusal.status, refusal.code) == (507, "no-room-left")
        assert "room" in refusal.document["remedy"]
        assert int(refusal.headers["retry-after"]) >= 1
        assert server.get("/healthz")[0] == 200
        ballast.unlink()
        with Sender(server.port) as sender:
            assert sender.acknowledged(car.batch(stored)) == "stored"
            for number in range(stored):
                assert sender.acknowledged(car.batch(number)) == "duplicate"
        server.wait_until_projected()
    effects = effects_of(home.database)
    assert effects.faults() == []
    assert len(effects.batches) == stored + 1
