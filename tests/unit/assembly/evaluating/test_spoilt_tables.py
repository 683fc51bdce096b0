"""Tables of capacities and pulses that lack or spoil something: refused, counted or left out."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.model import Request
from battery_passport.assembly.evaluating.table import evaluate
from battery_passport.diagnostics.pulses.model import VOLTAGES

TASK_MEMBERS = {"name", "unit", "answered", "refused", "mae", "rmse", "mape", "baselines", "items"}
ITEM_MEMBERS = {"id", "truth", "value", "low", "high", "reason"}


def folder_of(table: pa.Table, folder: Path) -> Path:
    folder.mkdir()
    pq.write_table(table, folder / "table.parquet")
    return folder


def report(task: str, train: Path, test: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the tasks by name, each of the shape that others rely on, and what was told."""
    told: list[str] = []
    request = Request(train=train, test=test, seed=1, tell=told.append)
    document: Any = evaluate(task, request).as_json()
    for each in document["tasks"]:
        assert each.keys() >= TASK_MEMBERS
        assert len(each["items"]) == each["answered"] + each["refused"]
        for item in each["items"]:
            assert item.keys() == ITEM_MEMBERS
            assert (item["value"] is None) == (item["reason"] is not None)
    return {each["name"]: each for each in document["tasks"]}, told


def lives(count: int, *, dataset: str = "TBSI", first: int = 0, cycles: int = 400) -> pa.Table:
    """Cells that reach 85 % after some 200 to 300 cycles, if they run so long."""
    rows: dict[str, list[Any]] = {name: [] for name in ("dataset", "cell", "cycle", "capacity_ah")}
    for cell in range(first, first + count):
        lasts = np.random.default_rng(cell).uniform(200, 300)
        for cycle in range(1, cycles + 1):
            rows["dataset"].append(dataset)
            rows["cell"].append(f"c{cell:02}")
            rows["cycle"].append(cycle)
            rows["capacity_ah"].append(2.0 * (1.0 - 0.15 * (cycle / lasts) ** 2))
    return pa.table(rows)


def with_column(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def test_cells_that_say_too_little_are_counted_as_never_there(tmp_path: Path) -> None:
    train = folder_of(lives(6), tmp_path / "train")
    silent = lives(1, first=7)
    silent = with_column(silent, "capacity_ah", [float("nan")] * len(silent))
    asked = pa.concat_tables([lives(1, first=6), silent, lives(1, first=8, cycles=9)])
    task = report("cycle-life", train, folder_of(asked, tmp_path / "test"))[0]["TBSI"]

    assert [item["id"] for item in task["items"]] == ["TBSI/c06"]
    assert (task["answered"], task["never_reached"]) == (1, 2)
    assert task.keys() >= {"median", "coverage_80", "median_width_80"}


def test_a_data_set_nobody_learnt_is_refused_item_by_item(tmp_path: Path) -> None:
    train = folder_of(lives(6), tmp_path / "train")
    test = folder_of(lives(2, dataset="XJTU"), tmp_path / "test")
    task = report("cycle-life", train, test)[0]["XJTU"]

    assert (task["answered"], task["refused"], task["mae"]) == (0, 2, None)
    assert "4 are needed" in task["items"][0]["reason"]


def test_a_cell_under_another_name_does_not_answer_itself(tmp_path: Path) -> None:
    cells = lives(4)
    names = [f"x{name}" for name in cells["cell"].to_pylist()]
    train = folder_of(cells, tmp_path / "train")
    test = folder_of(with_column(cells, "cell", names), tmp_path / "test")
    task = report("cycle-life", train, test)[0]["TBSI"]

    assert task["refused"] == 4


def test_order_of_rows_and_columns_and_further_columns_change_nothing(tmp_path: Path) -> None:
    train, asked = folder_of(lives(6), tmp_path / "train"), lives(2, first=6)
    order = np.random.default_rng(1).permutation(len(asked))
    other = asked.take(pa.array(order)).select(asked.column_names[::-1])
    other = other.append_column("remark", pa.array(["none"] * len(other)))

    plain = report("cycle-life", train, folder_of(asked, tmp_path / "plain"))[0]
    assert plain["TBSI"]["answered"] == 2
    assert report("cycle-life", train, folder_of(other, tmp_path / "other"))[0] == plain


@pytest.mark.parametrize("task", ["cycle-life", "retired-cells"])
def test_empty_cut_off_and_worded_tables_are_unusable(task: str, tmp_path: Path) -> None:
    table = lives(1) if task == "cycle-life" else pulses(1)
    number = "capacity_ah" if task == "cycle-life" else "U3"
    worded = with_column(table, number, ["much"] * len(table))
    cut = folder_of(table, tmp_path / "cut")
    file = cut / "table.parquet"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    for folder, expected in (
        (folder_of(table.slice(0, 0), tmp_path / "empty"), "no rows"),
        (cut, "no Parquet file"),
        (folder_of(worded, tmp_path / "worded"), f"{number} holds string"),
        (folder_of(table.drop_columns([number]), tmp_path / "lacking"), f"column {number}"),
    ):
        with pytest.raises(UnusableFolder, match=expected):
            report(task, folder, folder)


def pulses(cells: int, *, kind: str = "NMC_21Ah") -> pa.Table:
    """Pulses of cells at three levels of charge, of which the worn ones answer more strongly."""
    random = np.random.default_rng(3)
    rows: dict[str, list[Any]] = {}
    for cell in range(cells):
        health = 0.95 - 0.02 * cell
        for level in (20, 40, 60):
            volts = 3.3 + 0.008 * level + (1.2 - health) * np.sin(np.arange(VOLTAGES))
            row: dict[str, Any] = {f"U{at + 1}": float(volt) for at, volt in enumerate(volts)}
            row |= {"dataset": kind, "Mat": "NMC", "cell": f"p{cell}", "File_Name": "f"}
            row |= {"SOH": health + random.normal(0, 1e-3), "SOC": float(level)}
            for name, value in row.items():
                rows.setdefault(name, []).append(value)
    return pa.table(rows)


def test_pulses_that_no_cell_can_give_are_refused_and_lost_labels_are_no_truth(
    tmp_path: Path,
) -> None:
    table = pulses(8)
    volts, healths = table["U3"].to_pylist(), table["SOH"].to_pylist()
    volts[0], volts[1] = 370.0, float("inf")
    healths[2] = float("nan")
    asked = with_column(with_column(table, "U3", volts), "SOH", healths)
    train = folder_of(table, tmp_path / "train")
    tasks, _ = report("retired-cells", train, folder_of(asked, tmp_path / "test"))
    task = tasks["NMC_21Ah"]

    assert (task["answered"], task["refused"]) == (22, 2)
    assert "none that a cell can have" in task["items"][0]["reason"]
    assert task["items"][2]["truth"] is None
    assert task["mae"] is not None


def test_too_few_cells_and_unknown_kinds_are_told(tmp_path: Path) -> None:
    one = folder_of(pulses(1), tmp_path / "one")
    task = report("retired-cells", one, one)[0]["NMC_21Ah"]
    assert (task["answered"], task["refused"]) == (0, 3)

    other = folder_of(pulses(1, kind="NCA_5Ah"), tmp_path / "other")
    tasks, told = report("retired-cells", one, other)
    assert all(not each["items"] for each in tasks.values())
    assert told == ["NCA_5Ah: 3 pulse trains of a kind that is not scored"]
