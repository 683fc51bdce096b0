"""The daily run over all batteries: in processes, on a cluster, only where something is new.

In: made-up cars on either database. Out: the same diagnoses wherever they are made.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.adapters.sql.diagnoses import DiagnosisStore
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.assembly.fleet.cluster import in_cluster
from battery_passport.assembly.fleet.daily import (
    DailyReport,
    Spread,
    diagnose_fleet,
    on_this_machine,
)
from battery_passport.assembly.fleet.working import (
    Failed,
    Place,
    Task,
    close_sources,
    diagnose_one,
)
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.manifest import CommittedManifest
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.model import DecodedBatch
from tests.factories.diagnostics import MadeUpCar, Way, make_charges
from tests.factories.installation import run
from tests.factories.made_up_cars import Car, enrol, opened, send
from tests.factories.postgresql import running_cluster

pytestmark = pytest.mark.integration


def diagnosed(installation: Installation, spread: Spread | None = None) -> DailyReport:
    told: list[tuple[int, int]] = []
    report = diagnose_fleet(
        installation,
        spread or on_this_machine(1),
        lambda done, total: told.append((done, total)),
    )
    assert not told or told[-1][0] == told[-1][1] == report.diagnosed + len(report.failed)
    return report


def filled(installation: Installation, cars: int = 4) -> list[Car]:
    made = [enrol(installation, f"car-{number}") for number in range(cars)]
    for number, car in enumerate(made):
        send(installation, car, range(1, 6 + number))
    return made


def documents(installation: Installation) -> list[JsonObject]:
    with installation.database.read() as connection:
        return DiagnosisStore(connection).documents()


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A scheduler and two workers, each a process of its own; the scheduler's address."""
    file = folder / "scheduler.json"
    own = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = [*own, "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    worker = [
        *(sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(file)),
        *("--nworkers", "2", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"),
    ]
    running = []
    try:
        running.append(_begun([*scheduler, "--scheduler-file", str(file)], folder / "s.log"))
        _wait_for(file)
        running.append(_begun([*worker, "--local-directory", str(folder)], folder / "w.log"))
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(timeout=30)


def _begun(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists() or not file.read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_give_what_one_gives_and_only_news_is_looked_at(
    tmp_path: Path, kind: str
) -> None:
    url = "" if kind == "sqlite" else running_cluster().fresh()
    with opened(tmp_path / "home", url) as installation:
        cars = filled(installation)
        first = diagnosed(installation, on_this_machine(2))
        assert (first.diagnosed, first.unchanged, first.failed) == (4, 0, ())
        assert sum(first.grades.values()) == 4
        in_processes = documents(installation)
        assert diagnosed(installation).unchanged == 4
        send(installation, cars[1], range(50, 52))
        run(installation, "event-add", battery="car-2", type="installed", values=INSTALLED)
        second = diagnosed(installation)
        assert (second.diagnosed, second.unchanged) == (2, 2)
        report = diagnose_fleet(
            installation, on_this_machine(1), lambda _done, _total: None, everything=True
        )
        assert report.diagnosed == 4
        kept = {each["battery"]: each for each in documents(installation)}
        for each in in_processes:
            if not str(each["battery"]).endswith(("car-1", "car-2")):
                assert kept[each["battery"]]["state_of_health"] == each["state_of_health"]
                assert kept[each["battery"]]["usage"] == each["usage"]


INSTALLED: JsonObject = {"application": "passenger-car"}


def test_a_cluster_of_two_workers_gives_the_same(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation, cluster(tmp_path) as address:
        filled(installation)
        report = diagnosed(
            installation, lambda work, tasks: in_cluster(work, tasks, scheduler=address)
        )
        assert (report.diagnosed, report.failed) == (4, ())
        on_cluster = documents(installation)
        diagnose_fleet(
            installation, on_this_machine(1), lambda _done, _total: None, everything=True
        )
        assert [each["state_of_health"] for each in documents(installation)] == [
            each["state_of_health"] for each in on_cluster
        ]


def test_a_day_more_reads_no_old_file_and_says_what_the_whole_says(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation:
        battery_id = enrol(installation, "car-0").battery_id
        home, database = installation.settings.home, installation.database
        history = ParquetHistory(home / "history", CommittedManifest(database))
        batches = make_charges(MadeUpCar(), [Way()] * 6, days_apart=9)
        place, as_of = Place(home, installation.settings.database_url), installation.clock.now()

        def kept(of_a_day: list[DecodedBatch]) -> list[Path]:
            parts = history.compact(battery_id, of_a_day)
            with database.write() as connection:
                for part in parts:
                    SqlManifest(connection).add_history_part(part)
            return [home / "history" / part.file for part in parts]

        def told(*, anew: bool = False) -> JsonObject | str:
            found = diagnose_one(place, Task(battery_id, "", as_of, anew=anew))
            return found.error if isinstance(found, Failed) else found.document

        old = kept(batches[:5])
        before = told()
        assert all(path.with_name(f"{path.name}.digest").exists() for path in old)
        kept(batches[5:])
        whole = told(anew=True)
        assert told() == whole != before
        for path in old:
            path.write_bytes(b"no longer what it was")
        assert told() == whole
        assert "HistoryDamaged" in str(told(anew=True))
        close_sources()


def test_closed_months_are_read_as_one_and_a_late_batch_in_one_of_them_counts(
    tmp_path: Path,
) -> None:
    with opened(tmp_path / "home") as installation:
        battery_id = enrol(installation, "car-0").battery_id
        home, database = installation.settings.home, installation.database
        history = ParquetHistory(home / "history", CommittedManifest(database))
        batches = make_charges(MadeUpCar(), [Way()] * 10, days_apart=9)
        place, as_of = Place(home, installation.settings.database_url), installation.clock.now()

        def told(late: list[DecodedBatch] | None = None, *, anew: bool = False) -> JsonObject:
            with database.write() as connection:
                for part in history.compact(battery_id, late or []):
                    SqlManifest(connection).add_history_part(part)
            found = diagnose_one(place, Task(battery_id, "", as_of, anew=anew))
            assert not isinstance(found, Failed)
            return found.document

        def together() -> list[Path]:
            return sorted((home / "history").rglob("closed-*.digest"))

        told(batches[:4] + batches[5:9])
        (first,) = together()
        for path in (home / "history").rglob("*.parquet.digest"):
            path.unlink()
        day_more = told([batches[9]])
        read = {path.name[:7] for path in (home / "history").rglob("*.parquet.digest")}
        assert len(read) == 1  # files of closed months were not
        assert day_more == told(anew=True)
        assert told([batches[4]]) == told(anew=True)
        (second,) = {*together()} - {first}
        assert told() == told(anew=True)
        history.remove_superseded(battery_id)
        assert together() == [second]
        close_sources()


def test_a_battery_that_fails_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation:
        cars = filled(installation)
        installation.pipeline.settle()
        with installation.database.write() as connection:
            connection.exec_driver_sql(
                "UPDATE batches SET encoded = x'00' WHERE battery_id = ?",
                (str(cars[0].battery_id),),
            )
        report = diagnosed(installation)
        assert report.diagnosed == 3
        assert [each.battery_id for each in report.failed] == [cars[0].battery_id]
        assert report.failed[0].error
        assert diagnosed(installation).unchanged == 3
