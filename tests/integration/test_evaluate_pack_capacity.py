"""Real cars, each answered by the four others: never worse than their middle, and honest."""

from pathlib import Path

import pytest

from battery_passport.assembly.evaluating.model import Request, TasksReport
from battery_passport.assembly.evaluating.pack_capacity import cut_windows, known_others, run
from battery_passport.assembly.evaluating.staged_charges import StagedCar, read_staged_folder
from battery_passport.diagnostics.capacity.library import learn_library, with_own_model
from battery_passport.diagnostics.capacity.window import window_health
from battery_passport.diagnostics.evaluation.model import Item, TaskReport
from battery_passport.diagnostics.model import Interval


@pytest.fixture(scope="module")
def cars(shared: Path) -> list[StagedCar]:
    return read_staged_folder(shared / "data/ev10").cars


@pytest.mark.long
def test_each_car_by_the_others(shared: Path) -> None:
    folder = shared / "data/ev10"
    report = run(Request(train=folder, test=folder, seed=1, tell=lambda _line: None))
    assert isinstance(report, TasksReport)
    whole, *windows = report.report.tasks

    assert whole.scores().mae == pytest.approx(0.0, abs=0.2)
    for task in windows:
        scores, baselines = task.scores(), task.baseline_errors()
        assert scores.refused == 0
        assert scores.mae is not None
        assert baselines["median_of_others"] is not None
        assert scores.mae <= baselines["median_of_others"] + 1e-9
        assert scores.coverage_ratio is not None
        assert scores.coverage_ratio >= 0.80


def answers(cars: list[StagedCar], percent: int, *, windows: int, own: bool) -> TaskReport:
    """Return windows of each car by the four others' curves, without the caution of few cars."""
    items = []
    for car in cars:
        library = learn_library(known_others(car, cars))
        known = car.known()
        assert known is not None
        if own:
            library = with_own_model(library, [known])
        for number, window in enumerate(cut_windows(car, percent, seed=1)):
            if number >= windows:
                break
            answer = window_health(window, rated_ah=car.rated_ah, library=library)
            assert isinstance(answer, Interval)
            items.append(
                Item(
                    id=f"{car.name}/{number}",
                    group=car.name,
                    truth=known.health_ratio,
                    value=answer.value,
                    low=answer.low,
                    high=answer.high,
                    error_scale=100.0,
                )
            )
    return TaskReport(name=str(percent), unit="points", items=items)


@pytest.mark.parametrize(("percent", "error", "width"), [(70, 6.5, 12.0), (30, 7.5, 21.0)])
def test_curves_of_four_foreign_cars_do_what_the_trials_showed(
    cars: list[StagedCar], percent: int, error: float, width: float
) -> None:
    scores = answers(cars, percent, windows=6, own=False).scores()

    assert scores.mae is not None
    assert 4.0 < scores.mae < error
    assert scores.median_width is not None
    assert 0.75 * width < scores.median_width < width


@pytest.mark.parametrize(("percent", "error"), [(70, 1.0), (30, 3.0), (20, 3.8)])
def test_the_curve_of_its_own_model_is_what_was_missing(
    cars: list[StagedCar], percent: int, error: float
) -> None:
    scores = answers(cars, percent, windows=6, own=True).scores()

    assert scores.mae is not None
    assert scores.mae < error
    assert scores.coverage_ratio is not None
    assert scores.coverage_ratio >= 0.9
