"""`evaluate cycle-life` on real courses of capacity."""

import json
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from battery_passport.cli.main import main


def evaluate(train: Path, test: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code = main(["evaluate", "cycle-life", "--train", str(train), "--test", str(test), "--json"])
    assert code == 0
    return {task["name"]: task for task in json.loads(capsys.readouterr().out)["tasks"]}


def test_one_data_set_crossed(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pq.read_table(shared / "data" / "cycle_life" / "capacity.parquet")
    pq.write_table(table.filter(pc.equal(table["dataset"], "TBSI")), tmp_path / "c.parquet")
    tasks = evaluate(tmp_path, tmp_path, capsys)
    assert list(tasks) == ["HUST", "TJU", "TBSI", "MIT", "XJTU"]
    task = tasks["TBSI"]
    assert task["answered"] == 19
    assert task["median"] < 3.5
    assert task["median"] * 3 < task["straight_line_median"]
    assert task["coverage_80"] >= 0.75
    item = task["items"][0]
    assert item["id"].startswith("TBSI/")
    assert item["low"] < item["value"] < item["high"]
    assert tasks["HUST"]["items"] == []


@pytest.mark.long
def test_all_data_sets_crossed(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared / "data" / "cycle_life"
    tasks = evaluate(folder, folder, capsys)
    for name, worst in {"HUST": 3.0, "TJU": 4.5, "TBSI": 3.2}.items():
        assert tasks[name]["median"] < worst
        assert tasks[name]["median"] * 3 < tasks[name]["straight_line_median"]
        assert tasks[name]["coverage_80"] >= 0.75
    assert tasks["MIT"]["never_reached"] == 95
