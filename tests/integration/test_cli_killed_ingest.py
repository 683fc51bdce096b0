"""kill -9 of `ingest` in the midst of its work, then again: complete and identical.

In: a verb that runs without a server. Out: after a kill at every stage the same verb completes the
import, each batch once, as if it had never been killed; likewise after a power failure.
"""

import signal
import subprocess
import time
from pathlib import Path
from uuid import UUID

import pytest

from battery_passport.assembly.operation_table import OPERATIONS
from tests.integration.support.effects import effects_of, reading, stored_so_far
from tests.integration.support.fleet import asking, opened
from tests.integration.support.homes import TestHome, finish
from tests.integration.support.powerfail import make_recorder
from tests.integration.support.sources import ROWS_A_TRIP, TripFile, write_trips

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    # The rebuilder of disk states leaves closing its files to the interpreter.
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
]

SEED = 5
TRIPS = 1_600
"""More than one group of batches, so that a kill can fall between two of them."""


@pytest.fixture(scope="module")
def trips(tmp_path_factory: pytest.TempPathFactory) -> TripFile:
    return write_trips(tmp_path_factory.mktemp("trips"), trips=TRIPS)


def kill_when(verb: subprocess.Popen[str], home: TestHome, wanted: int) -> None:
    """Kill a verb once so many batches are stored."""
    while verb.poll() is None and stored_so_far(home.database) < wanted:
        time.sleep(0.002)
    verb.kill()
    assert finish(verb).code == -signal.SIGKILL, "the verb was faster than its killer"


def check_complete(home: TestHome, trips: TripFile) -> None:
    """Run the import to its end, and find all of it once, in the log and in the history."""
    request = trips.ingest_request("bus")
    with opened(home) as installation:
        done = OPERATIONS["ingest"](installation, request)
        assert (done["batches"], done["samples"]) == (TRIPS, TRIPS * ROWS_A_TRIP)
        assert int(str(done["stored"])) + int(str(done["duplicates"])) == TRIPS
        effects = effects_of(home.database)
        assert effects.faults() == []
        assert len(effects.batches) == TRIPS
        assert OPERATIONS["ingest"](installation, request)["duplicates"] == TRIPS
        assert effects_of(home.database) == effects
        assert OPERATIONS["audit"](installation, {})["finding"] is None
        with reading(home.database) as connection:
            (battery_id,) = connection.execute("SELECT DISTINCT battery_id FROM batches").fetchone()
        table = installation.history.read(UUID(battery_id))
    assert table.row_count == TRIPS * ROWS_A_TRIP
    assert set(table.batch_digests) == set(effects.batches)


def register(home: TestHome) -> None:
    home.folder.mkdir()
    with asking(home) as ask:
        ask("battery-add", {"battery": "bus", "cells_in_series": 96})


def test_an_import_killed_at_any_stage_is_completed(tmp_path: Path, trips: TripFile) -> None:
    home = TestHome(tmp_path / "home")
    register(home)
    for wanted in (1, 600):
        kill_when(home.start_verb(*trips.ingest_words("bus")), home, wanted)
        assert len(effects_of(home.database).batches) >= wanted
    check_complete(home, trips)


def test_an_import_cut_by_a_power_failure_is_completed(
    tmp_path: Path, trips: TripFile, shared: Path
) -> None:
    recorder = make_recorder(shared, tmp_path)
    home = TestHome(tmp_path / "home")
    register(home)
    recording = recorder.recording(home.folder, name="import")
    try:
        verb = home.start_verb(*trips.ingest_words("bus"), extra=recording.environment)
        kill_when(verb, home, 600)
        recording.cut_back(SEED)
    finally:
        recording.close()
    check_complete(home, trips)
