"""Scores are what their names say, and an item without truth or value is never dropped."""

import math

import pytest

from battery_passport.diagnostics.evaluation.model import EvaluationReport, Item, TaskReport
from battery_passport.diagnostics.evaluation.table import report_lines

RIGHT = Item(id="1/0", group="1", truth=90.0, value=92.0, low=88.0, high=96.0)
WRONG = Item(id="1/1", group="1", truth=80.0, value=86.0, low=84.0, high=88.0)
UNLABELLED = Item(id="2/0", group="2", value=70.0, low=60.0, high=90.0)
REFUSED = Item(id="2/1", group="2", truth=75.0, reason="too short")


def report(*items: Item, **values: object) -> TaskReport:
    return TaskReport(name="task", unit="points", items=items, **values)  # type: ignore[arg-type]


def test_members_are_those_of_the_interface_in_its_order() -> None:
    document = report(RIGHT).as_json()

    assert list(document) == [
        *("name", "unit", "answered", "refused", "mae", "rmse", "mape"),
        *("coverage_90", "median_width_90", "baselines", "items"),
    ]
    assert document["items"] == [
        {"id": "1/0", "truth": 90.0, "value": 92.0, "low": 88.0, "high": 96.0, "reason": None}
    ]


def test_scores_of_labelled_answers() -> None:
    document = report(RIGHT, WRONG, UNLABELLED, REFUSED).as_json()

    assert document["answered"] == 3
    assert document["refused"] == 1
    assert document["mae"] == 4.0
    assert document["rmse"] == pytest.approx(math.sqrt(20.0), abs=1e-4)
    assert document["mape"] == pytest.approx(100 * (2 / 90 + 6 / 80) / 2, abs=1e-4)
    assert document["coverage_90"] == 0.5
    assert document["median_width_90"] == 8.0


def test_without_labels_there_are_values_and_no_figures() -> None:
    document = report(UNLABELLED, baselines={"mean": [80.0]}).as_json()

    assert [document[name] for name in ("mae", "rmse", "mape", "coverage_90")] == [None] * 4
    assert document["median_width_90"] == 30.0
    assert document["baselines"] == {"mean": None}


def test_baselines_answer_every_item_that_has_a_truth() -> None:
    document = report(RIGHT, UNLABELLED, REFUSED, baselines={"mean": [80.0, 80.0, 80.0]}).as_json()

    assert document["baselines"] == {"mean": 7.5}


def test_another_interval_and_a_scaled_error_are_named_so() -> None:
    half = Item(id="x", group="x", truth=500.0, value=510.0, low=480.0, high=540.0, error_scale=0.1)
    document = report(half, interval_percent=80, also={"median": 1.0}).as_json()

    assert document["mae"] == 1.0
    assert document["median_width_80"] == 6.0
    assert document["coverage_80"] == 1.0
    assert document["median"] == 1.0


def test_groups_are_scored_apart() -> None:
    task = report(RIGHT, WRONG, UNLABELLED, REFUSED)

    assert {group: scores.mae for group, scores in task.by_group().items()} == {
        "1": 4.0,
        "2": None,
    }


def test_people_read_counts_errors_and_baselines() -> None:
    task = report(RIGHT, REFUSED, baselines={"mean_of_others": [80.0, 80.0]})
    lines = report_lines(EvaluationReport([task]), with_groups=True)

    assert "task (errors and widths in points, 90 % interval)" in lines
    assert any(line.split()[:3] == ["all", "1/2", "2.00"] for line in lines)
    assert any(line.split()[0:2] == ["2", "0/1"] for line in lines if line.strip())
    assert "  baseline mean_of_others: MAE 7.50" in lines
