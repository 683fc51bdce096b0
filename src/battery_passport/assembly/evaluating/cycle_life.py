"""`cycle-life`: the end of life forecast at half of it.

In: folders of capacities by cycle. Out: a task for each data set, beside the straight line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from battery_passport.assembly.evaluating.capacity_courses import (
    CellCourse,
    read_capacity_courses,
)
from battery_passport.assembly.evaluating.model import Request, TasksReport
from battery_passport.diagnostics.ageing.fade import END_OF_LIFE_RATIO, FadeCourse, end_of_life
from battery_passport.diagnostics.ageing.method import (
    KnownLife,
    forecast_end_of_life,
    known_life,
)
from battery_passport.diagnostics.evaluation.model import (
    EvaluationReport,
    Item,
    TaskReport,
    rounded,
)
from battery_passport.diagnostics.evaluation.scores import score
from battery_passport.diagnostics.model import NotDetermined

DATASETS = ("HUST", "TJU", "TBSI", "MIT", "XJTU")
_UNIT = "percent of the end of life"
_LONGEST_LINE = 20.0
"""A straight line that hardly falls is cut off at this many times the cycles seen."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A cell at half of its life; the answer is not part of what is asked."""

    name: str
    seen: FadeCourse
    end_of_life: int

    @property
    def remaining(self) -> int:
        return self.end_of_life - len(self.seen)

    @property
    def error_scale(self) -> float:
        return 100.0 / self.end_of_life


def run(request: Request) -> TasksReport:
    """Return how well the end of life is forecast. Raises: UnusableFolder."""
    train = read_capacity_courses(request.train)
    test = train if request.is_crossed else read_capacity_courses(request.test)
    tasks = []
    for dataset in DATASETS:
        asked = test.get(dataset, [])
        request.tell(f"{dataset}: {len(asked)} cells")
        tasks.append(_task(dataset, asked, train.get(dataset, []), request))
    return TasksReport(EvaluationReport(tasks))


def _task(
    dataset: str, asked: Sequence[CellCourse], learned: Sequence[CellCourse], request: Request
) -> TaskReport:
    questions = [found for each in asked if (found := _question(dataset, each)) is not None]
    lives = {
        f"{dataset}/{each.name}": life
        for each in learned
        if (life := known_life(each.course)) is not None
    }
    items = [
        _item(
            question,
            [
                life
                for name, life in lives.items()
                if not (request.is_crossed and name == question.name)
                and not _is_same(life.course, question.seen)
            ],
        )
        for question in questions
    ]
    lines = [_straight_line(question.seen) for question in questions]
    return TaskReport(
        name=dataset,
        unit=_UNIT,
        items=items,
        baselines={"straight_line": lines},
        interval_percent=80,
        also={
            "median": _median_error(items),
            "straight_line_median": _median_error(
                [replace(item, value=line) for item, line in zip(items, lines, strict=True)]
            ),
            "never_reached": len(asked) - len(questions),
        },
    )


def _is_same(known: FadeCourse, seen: FadeCourse) -> bool:
    """Tell whether a known cell is the one asked about, under whatever name."""
    return np.array_equal(known.capacity_ah[: len(seen)], seen.capacity_ah)


def _median_error(items: Sequence[Item]) -> float | None:
    return rounded(score([item.triple() for item in items]).median)


def _question(dataset: str, cell: CellCourse) -> _Question | None:
    """Return the cell at half of its life, None if it never reached the end."""
    end = end_of_life(cell.course)
    if end is None:
        return None
    return _Question(f"{dataset}/{cell.name}", cell.course.until(end // 2), end)


def _item(question: _Question, lives: Sequence[KnownLife]) -> Item:
    answer = forecast_end_of_life(question.seen, lives)
    truth, seen = float(question.remaining), len(question.seen)
    scale = question.error_scale
    if isinstance(answer, NotDetermined):
        return Item(
            id=question.name,
            group=question.name,
            truth=truth,
            reason=answer.sentence,
            error_scale=scale,
        )
    return Item(
        id=question.name,
        group=question.name,
        truth=truth,
        value=answer.value - seen,
        low=answer.low - seen,
        high=answer.high - seen,
        error_scale=scale,
    )


def _straight_line(seen: FadeCourse) -> float | None:
    """Return the cycles left by a line through all capacities seen."""
    ratios = seen.capacity_ah / seen.reference_ah
    if len(ratios) < 2:
        return None
    slope, start = np.polyfit(np.arange(len(ratios)), ratios, 1)
    longest = _LONGEST_LINE * len(ratios)
    if slope >= 0.0:
        return longest
    return float(min(max((END_OF_LIFE_RATIO - start) / slope - len(ratios), 0.0), longest))
