"""Folders that cannot be evaluated are refused with what was expected; usable ones are scored."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from battery_passport.assembly.evaluating.errors import UnknownEvaluation, UnusableFolder
from battery_passport.assembly.evaluating.model import Request
from battery_passport.assembly.evaluating.pack_capacity import cut_windows, known_others
from battery_passport.assembly.evaluating.staged_charges import read_staged_folder
from battery_passport.assembly.evaluating.table import evaluate
from battery_passport.cli.main import main
from battery_passport.diagnostics.capacity.stretch import KnownCar
from tests.factories.charge_windows import make_fleet

FLEET = make_fleet(3)


def write_car(folder: Path, number: int, car: KnownCar) -> None:
    """Write a car's charge as such a folder holds it: segments counted from nothing, 1 Hz."""
    charge = car.charge
    segment = np.cumsum(charge.starts_segment) - 1
    firsts = np.flatnonzero(charge.starts_segment)
    marks = {mark.sample: round(100 * mark.soc_ratio) for mark in charge.marks}
    lasts = [*(firsts[1:] - 1).tolist(), segment.size - 1]
    ranges = [
        f"{marks[first]}-{marks[last]}" for first, last in zip(firsts.tolist(), lasts, strict=True)
    ]
    counted_before = np.concatenate([[0.0], charge.charged_ah[firsts[1:] - 1]])
    columns = {
        "vehicle": np.full(segment.size, number),
        "segment": segment,
        "bms_soc_range": np.array(ranges)[segment],
        "n": np.arange(segment.size) - firsts[segment],
        "current_A": charge.current_a,
        "q_Ah": charge.charged_ah - counted_before[segment],
        "vcell_mean": charge.cell_voltage_v,
        "vcell_max": charge.cell_voltage_v,
    }
    pq.write_table(pa.table(columns), folder / f"vehicle_{number:02}.parquet")


def write_folder(folder: Path, *, labelled: bool = True, first: int = 1) -> Path:
    folder.mkdir()
    labels = []
    for number, car in enumerate(FLEET, start=first):
        write_car(folder, number, car)
        label: dict[str, object] = {"vehicle": number, "rated_Ah": car.rated_ah, "n_cells": 96}
        labels.append(label | {"soh": car.health_ratio} if labelled else label)
    (folder / "labels.json").write_text(json.dumps(labels))
    return folder


def report(train: Path, test: Path) -> Any:
    """Return the report as JSON, whose shape the tests read freely."""
    said: list[str] = []
    request = Request(train=train, test=test, seed=1, tell=said.append)
    document = evaluate("pack-capacity", request).as_json()
    assert said
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("cars") / "ev")


@pytest.fixture(scope="module")
def crossed(folder: Path) -> Any:
    return report(folder, folder)


def test_cars_are_read_as_they_were_written(folder: Path) -> None:
    for read, car in zip(read_staged_folder(folder).cars, FLEET, strict=True):
        assert read.health_ratio == car.health_ratio
        assert read.taken_up_ah == pytest.approx(car.charge.counted_ah, abs=1e-4)
        np.testing.assert_allclose(read.charge.charged_ah, car.charge.charged_ah, atol=1e-4)
        assert [mark.sample for mark in read.charge.marks] == [
            mark.sample for mark in car.charge.marks
        ]


def test_tasks_come_in_order_with_twenty_windows_a_car(crossed: Any) -> None:
    tasks = crossed["tasks"]

    assert [task["name"] for task in tasks] == [*("whole", "window-70", "window-30", "window-20")]
    assert [len(task["items"]) for task in tasks] == [3, 60, 60, 60]
    assert tasks[1]["items"][20]["id"] == "2/0"
    assert set(tasks[1]["baselines"]) == {"mean_of_others", "median_of_others"}


def test_the_same_seed_gives_the_same_report(folder: Path, crossed: Any) -> None:
    assert report(folder, folder) == crossed


def test_the_seed_chooses_the_windows(folder: Path) -> None:
    car = read_staged_folder(folder).cars[0]
    starts = [
        [window.cell_voltage_v[0] for window in cut_windows(car, 30, seed=seed)]
        for seed in (1, 1, 2)
    ]

    assert starts[0] == starts[1]
    assert starts[0] != starts[2]


def test_labels_change_no_value_and_their_absence_no_answer(
    folder: Path, crossed: Any, tmp_path: Path
) -> None:
    blind = report(folder, write_folder(tmp_path / "blind", labelled=False))

    def values(document: Any) -> list[object]:
        return [
            (item["value"], item["low"], item["high"])
            for task in document["tasks"]
            for item in task["items"]
        ]

    assert values(blind) == values(crossed)
    assert [task["mae"] for task in blind["tasks"]] == [None] * 4


def test_the_same_car_under_another_number_teaches_nothing_about_itself(
    folder: Path, tmp_path: Path
) -> None:
    cars = read_staged_folder(folder).cars
    renamed = read_staged_folder(write_folder(tmp_path / "renamed", first=11)).cars

    for car, again in zip(cars, renamed, strict=True):
        assert [other.name for other in known_others(again, cars)] == [
            other.name for other in cars if other.name != car.name
        ]


def test_a_window_is_a_share_of_the_rated_capacity(folder: Path) -> None:
    car = read_staged_folder(folder).cars[0]
    for percent in (70, 30, 20):
        for window in cut_windows(car, percent, seed=1):
            assert window.counted_ah == pytest.approx(percent / 100 * car.rated_ah, abs=0.4)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: (folder / "labels.json").unlink(), "cannot be read"),
        (lambda folder: (folder / "labels.json").write_text("{"), "no JSON"),
        (lambda folder: (folder / "labels.json").write_text("{}"), "no list"),
        (lambda folder: (folder / "labels.json").write_text("[3]"), "expected a list"),
        (lambda folder: (folder / "labels.json").write_text("[]"), "no rated_Ah"),
        (
            lambda folder: [each.write_bytes(b"PAR1") for each in folder.glob("v*")],
            "cannot be read",
        ),
        (lambda folder: [path.unlink() for path in folder.glob("*.parquet")], "holds no"),
    ],
)
def test_spoilt_folders_are_refused(
    spoil: Callable[[Path], object], expected: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "ev")
    spoil(folder)

    with pytest.raises(UnusableFolder, match=expected):
        report(folder, folder)


def spoilt(folder: Path, column: str, values: list[object] | None) -> str:
    """Spoil one column of the second car's file; without values the column goes."""
    path = folder / "vehicle_02.parquet"
    table = pq.read_table(path)
    place = table.column_names.index(column)
    table = table.remove_column(place)
    if values is not None:
        table = table.add_column(place, column, pa.array(values * table.num_rows, pa.float64()))
    pq.write_table(table, path)
    return column


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda folder: (folder / "vehicle_02.parquet").write_bytes(b""), "cannot be read"),
        (lambda folder: spoilt(folder, "vcell_mean", None), "no column vcell_mean"),
        (lambda folder: spoilt(folder, "q_Ah", [None]), "counts no charge"),
        (lambda folder: spoilt(folder, "segment", [None]), "no segment"),
    ],
)
def test_a_spoilt_car_is_refused_and_the_others_are_read(
    spoil: Callable[[Path], object], expected: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "ev")
    spoil(folder)
    found = read_staged_folder(folder)

    assert [car.name for car in found.cars] == ["1", "3"]
    assert [car.name for car in found.refused] == ["2"]
    assert expected in found.refused[0].reason


def test_a_car_without_a_measured_curve_teaches_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "ev")
    spoilt(folder, "current_A", [None])

    assert [car.known() is None for car in read_staged_folder(folder).cars] == [False, True, False]


def test_a_car_without_rating_is_refused_and_names_of_cars_may_be_written_in_any_way(
    tmp_path: Path,
) -> None:
    folder = write_folder(tmp_path / "ev")
    first, second, third = json.loads((folder / "labels.json").read_text())
    labels = [first | {"vehicle": "01"}, {"vehicle": 2, "soh": 0.9}, third | {"vehicle": 3.0}]
    (folder / "labels.json").write_text(json.dumps(labels))

    assert [car.name for car in read_staged_folder(folder).cars] == ["1", "3"]
    (refused,) = read_staged_folder(folder).refused
    assert (refused.name, refused.health_ratio) == (str(second["vehicle"]), 0.9)
    assert "rated_Ah" in refused.reason


def test_what_cannot_be_answered_is_refused_and_counted_beside_what_can(
    folder: Path, tmp_path: Path
) -> None:
    alone, asked = tmp_path / "alone", write_folder(tmp_path / "asked")
    alone.mkdir()
    for name in ("vehicle_01.parquet", "labels.json"):
        (alone / name).write_bytes((folder / name).read_bytes())
    (asked / "vehicle_03.parquet").write_bytes(b"PAR1")
    whole, *windows = report(alone, asked)["tasks"]

    assert (whole["answered"], whole["refused"]) == (2, 1)
    assert [(task["answered"], task["refused"]) for task in windows] == [(20, 40)] * 3
    for task in windows:
        own, other, broken = (task["items"][first]["reason"] for first in (0, 20, 40))
        assert "No labelled car but this one" in own
        assert other is None
        assert "vehicle_03.parquet cannot be read" in broken
        assert task["items"][40]["truth"] == pytest.approx(100.0 * FLEET[2].health_ratio, abs=1e-3)


def test_order_and_number_of_columns_change_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "ev")
    path = folder / "vehicle_02.parquet"
    before, table = read_staged_folder(folder).cars[1], pq.read_table(path)
    remarks = pa.array(["none"] * table.num_rows)
    pq.write_table(table.select(table.column_names[::-1]).append_column("remark", remarks), path)
    after = read_staged_folder(folder).cars[1]

    assert after.fingerprint == before.fingerprint
    assert after.charge.marks == before.charge.marks


def test_without_a_label_to_learn_from_nothing_is_answered(tmp_path: Path) -> None:
    blind = write_folder(tmp_path / "blind", labelled=False)

    with pytest.raises(UnusableFolder, match="No labelled car"):
        report(blind, blind)


def test_the_verb_prints_json_alone_and_ends_with_two_for_a_wrong_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(folder)
    assert main(["evaluate", "pack-capacity", "--train", place, "--test", place, "--json"]) == 0
    printed = capsys.readouterr()
    assert list(json.loads(printed.out)) == ["tasks"]
    assert "window-20: car 3 of 3" in printed.err

    nowhere = str(tmp_path / "nowhere")
    assert main(["evaluate", "pack-capacity", "--train", nowhere, "--test", place]) == 2
    assert "no folder" in capsys.readouterr().err


def test_unknown_evaluations_are_named(tmp_path: Path) -> None:
    request = Request(train=tmp_path, test=tmp_path, seed=1, tell=print)
    with pytest.raises(UnknownEvaluation, match="pack-capacity, "):
        evaluate("weather", request)
