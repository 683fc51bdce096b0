"""Power failures of the database server: what was acknowledged on it is there afterwards.

In: a PostgreSQL whose writes are recorded, cut back to a legal state of its disk. Out: after each
round every acknowledged batch, each once; without its barriers the same rounds lose some.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from battery_passport.foundation.errors import BatteryPassportError
from tests.factories.made_up_cars import Car, enrol, opened, send
from tests.integration.support.parts import FILES, Part, postgres_part
from tests.integration.support.powerfail import Recorder, drop_barriers, make_recorder

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

GROUPS = 12
IN_A_GROUP = 5


@pytest.fixture(scope="module")
def recorder(shared: Path) -> Iterator[Recorder]:
    # Where the server's owner may read it.
    work = Path(tempfile.mkdtemp(prefix="bp-powerfail-"))
    work.chmod(0o755)
    yield make_recorder(shared, work)
    shutil.rmtree(work)


class Rounds:
    """A database server that loses its power again and again."""

    def __init__(self, home: Path, part: Part, url: str, recorder: Recorder) -> None:
        self.home, self.part, self.url, self.recorder = home, part, url, recorder
        self.files = part.folder / FILES
        self.number = 0
        self.part.start()
        with opened(home, url) as installation:
            self.car: Car = enrol(installation, "car-1")
        self.part.stop()

    def round(self, *, seed: int, without_barriers: bool = False) -> set[int]:
        """Take batches, lose the power, come back; return the numbers that are lost."""
        owner = self.files.stat()
        recording = self.recorder.recording(self.files, name=f"postgresql-{self.number}")
        self.part.start(recording.environment)
        acknowledged = self._take()
        self.part.kill()
        drop = drop_barriers(recording, "0*") if without_barriers else None
        recording.cut_back(seed, drop=drop)
        recording.close()
        for path in (self.files, *self.files.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)
        self.part.start()
        lost = self._missing(acknowledged)
        self.part.stop()
        self.number += 1
        return lost

    def _take(self) -> set[int]:
        acknowledged: set[int] = set()
        first = self.number * GROUPS * IN_A_GROUP
        with opened(self.home, self.url) as installation:
            for start in range(first, first + GROUPS * IN_A_GROUP, IN_A_GROUP):
                with suppress(BatteryPassportError):
                    send(installation, self.car, range(start, start + IN_A_GROUP))
                    acknowledged |= set(range(start, start + IN_A_GROUP))
            # The server dies with the platform still connected.
            self.part.kill()
        return acknowledged

    def _missing(self, acknowledged: set[int]) -> set[int]:
        with opened(self.home, self.url) as installation:
            with installation.database.read() as connection:
                store = installation.evidence.of(connection)
                stored = {octets for _digest, octets in store.of_battery(self.car.battery_id)}
            return {number for number in acknowledged if self.car.batch(number) not in stored}


@pytest.mark.parametrize("rounds", [1, pytest.param(25, marks=pytest.mark.long)])
def test_a_power_failure_of_the_database_loses_nothing_acknowledged(
    tmp_path: Path, recorder: Recorder, rounds: int
) -> None:
    with postgres_part() as (part, url):
        platform = Rounds(tmp_path / "home", part, url, recorder)
        for seed in range(rounds):
            assert platform.round(seed=seed) == set()


@pytest.mark.long
def test_without_its_barriers_the_same_rounds_lose_something(
    tmp_path: Path, recorder: Recorder
) -> None:
    with postgres_part() as (part, url):
        platform = Rounds(tmp_path / "home", part, url, recorder)
        assert any(platform.round(seed=seed, without_barriers=True) for seed in range(3))
