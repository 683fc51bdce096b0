"""`evaluate retired-cells` on the real pulse trains and on folders that lack something."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from battery_passport.cli.main import main

LABELS = ("SOH", "Q", "SOC", "SOCR", "No.", "ID")


def some_rows(shared: Path, *, cells: int, first: int = 0) -> pa.Table:
    table = pq.read_table(shared / "data" / "pulse" / "pulse.parquet")
    names = np.asarray(table["cell"].to_pylist(), dtype=str)
    kinds = np.asarray(table["dataset"].to_pylist(), dtype=str)
    chosen = [
        name
        for kind in ("NMC_21Ah", "LFP_35Ah")
        for name in sorted(set(names[kinds == kind]))[first : first + cells]
    ]
    return table.filter(pa.array(np.isin(names, chosen)))


def folder_of(table: pa.Table, folder: Path) -> Path:
    folder.mkdir()
    pq.write_table(table, folder / "pulse.parquet")
    return folder


def evaluate(train: Path, test: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code = main(["evaluate", "retired-cells", "--train", str(train), "--test", str(test), "--json"])
    assert code == 0
    return {task["name"]: task for task in json.loads(capsys.readouterr().out)["tasks"]}


def test_cells_never_seen_without_labels_in_any_order(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train = folder_of(some_rows(shared, cells=6), tmp_path / "train")
    asked = some_rows(shared, cells=4, first=6)
    order = np.random.default_rng(1).permutation(len(asked))
    labelled = evaluate(train, folder_of(asked, tmp_path / "labelled"), capsys)
    bare = asked.take(pa.array(order)).drop_columns(list(LABELS))
    unlabelled = evaluate(train, folder_of(bare, tmp_path / "bare"), capsys)

    nmc, lfp = labelled["NMC_21Ah"], labelled["LFP_35Ah"]
    assert nmc["answered"] == 40
    assert nmc["mae"] < nmc["baselines"]["mean_of_training"]
    assert lfp["answered"] == 0
    assert "LFP" in lfp["items"][0]["reason"]
    assert lfp["items"][0]["value"] is None
    assert list(labelled)[4:] == [f"{kind}/cell" for kind in list(labelled)[:4]]
    assert len(labelled["NMC_21Ah/cell"]["items"]) == 4

    known = {item["id"]: item["value"] for item in nmc["items"]}
    for item in unlabelled["NMC_21Ah"]["items"]:
        row = order[int(item["id"].removeprefix("pulse/"))]
        assert item["truth"] is None
        assert item["value"] == pytest.approx(known[f"pulse/{row}"], abs=2e-3)


@pytest.mark.long
def test_all_kinds_grouped_by_cell(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "data" / "pulse"
    tasks = evaluate(folder, folder, capsys)
    worst = {"LMO_10Ah": 2.0, "NMC_21Ah": 1.0, "NMC_2.1Ah": 3.0}
    for kind, mape in worst.items():
        task = tasks[kind]
        assert task["refused"] == 0
        assert task["mape"] < mape
        assert task["coverage_90"] >= 0.8


def test_a_folder_without_pulses_is_unusable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    arguments = ["--train", str(empty), "--test", str(empty), "--json"]
    assert main(["evaluate", "retired-cells", *arguments]) == 2
    assert "pulse trains" in capsys.readouterr().err
