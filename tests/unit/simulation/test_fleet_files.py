"""A fleet's files are the same however many processes write them; thinning alters no sample."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from battery_passport.assembly.home import Home
from battery_passport.assembly.simulated.fleet_files import FleetWish, car_table, write_fleet
from battery_passport.assembly.simulated.truth_files import (
    TruthWithinHome,
    refuse_within,
    truth_folder_of,
    write_truth,
)
from battery_passport.device_agent.thinning import EVERYTHING, TELEMATICS
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.fault_model import FaultKind, FaultPlan
from battery_passport.simulation.fleet import city
from battery_passport.simulation.model import City
from battery_passport.simulation.truth import truth_on

END = datetime(2026, 9, 1, tzinfo=UTC)
BEGIN = END - timedelta(days=12)
FIRST = day_of_date(BEGIN.date())
WISH = FleetWish(begins_at=BEGIN, ends_at=END, keep=TELEMATICS)


@pytest.fixture(scope="module")
def fleet() -> City:
    chosen = ((0, FaultKind.DRIFTING_CELL), (1, FaultKind.CLONED_IDENTITY))
    return city(5, 5, faults=FaultPlan(first_day=FIRST, last_day=FIRST + 12, chosen=chosen))


@pytest.fixture(scope="module")
def folder(fleet: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fleet")
    heard: list[int] = []
    write_fleet(fleet, WISH, folder, processes=1, tell=heard.append)
    assert heard == [1, 2, 3, 4, 5]
    return folder


def test_two_processes_write_the_same_bytes(fleet: City, folder: Path, tmp_path: Path) -> None:
    write_fleet(fleet, WISH, tmp_path, processes=2, tell=lambda _done: None)
    names = sorted(path.relative_to(folder) for path in folder.rglob("*.*"))
    assert len(names) == 6
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_file_holds_what_its_car_reported(fleet: City, folder: Path) -> None:
    told = json.loads((folder / "fleet.json").read_text(encoding="utf-8"))["cars"]
    for car, entry in zip(fleet.cars, told, strict=True):
        table = car_table(car, WISH)
        stored = pq.read_table(folder / entry["file"])
        assert entry["rows"] == stored.num_rows == table.row_count
        assert entry["serial"] == car.serial
        current = stored.column("current_ma").to_numpy()
        assert np.array_equal(current, table.columns["current_ma"])
        third = stored.column("cell_voltage_mv.2").to_numpy() + stored.column("cell_voltage_mv")
        assert np.array_equal(third, table.columns["cell_voltage_mv"][:, 2])
    assert "fault" not in json.dumps(told)


def test_two_devices_of_one_identity_can_be_told_apart(fleet: City) -> None:
    table = car_table(fleet.cars[1], WISH)
    assert len(table.batch_digests) == 2
    assert set(table.batch_ordinal.tolist()) == {0, 1}
    assert (np.diff(table.sampled_at_ms) >= 0).all()


def test_a_thinned_sample_is_the_sample_that_was_there(fleet: City) -> None:
    car = fleet.cars[0]
    thin, full = car_table(car, WISH), car_table(car, replace(WISH, keep=EVERYTHING))
    rows = np.searchsorted(full.sampled_at_ms, thin.sampled_at_ms)
    assert thin.row_count < full.row_count / 3
    for name, values in thin.columns.items():
        assert np.array_equal(full.columns[name][rows], values), name


def test_the_truth_has_files_of_its_own(fleet: City, tmp_path: Path) -> None:
    last = date(2026, 9, 1)
    write_truth(tmp_path, fleet, first=BEGIN.date(), last=last)
    told = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["batteries"]
    car = fleet.cars[0]
    assert told[car.serial]["fault"]["kind"] == "drifting-cell"
    assert told[fleet.cars[2].serial]["fault"] is None
    health = pq.read_table(tmp_path / "health.parquet").to_pylist()
    newest = next(row for row in health if row["serial"] == car.serial and row["day"] == last)
    assert newest["capacity_ah"] == truth_on(car, last).capacity_ah
    cells = pq.read_table(tmp_path / "cells.parquet").to_pylist()
    assert {row["serial"] for row in cells} == {car.serial}
    assert cells[-1]["capacity_ratio"] < 1


def test_truth_is_never_written_into_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert not truth_folder_of(Home(home)).is_relative_to(home)
    refuse_within(truth_folder_of(Home(home)), home)
    for folder in (home, home / "run" / "truth"):
        with pytest.raises(TruthWithinHome):
            refuse_within(folder, home)
