"""A report as lines for people to read.

In: an evaluation's report. Out: lines of a table, unit and count beside every figure.
"""

from collections.abc import Mapping, Sequence

from battery_passport.diagnostics.evaluation.model import EvaluationReport, TaskReport
from battery_passport.diagnostics.evaluation.scores import Scores

_HEADINGS = ("answered", "MAE", "RMSE", "MAPE %", "coverage", "width")


def report_lines(report: EvaluationReport, *, with_groups: bool = False) -> list[str]:
    """Return the lines of a report; of each vehicle or cell as well, if asked."""
    return [line for task in report.tasks for line in _task_lines(task, with_groups=with_groups)]


def _task_lines(task: TaskReport, *, with_groups: bool) -> list[str]:
    rows = [("all", task.scores())]
    if with_groups:
        rows += list(task.by_group().items())
    return [
        f"{task.name} (errors and widths in {task.unit}, {task.interval_percent} % interval)",
        _line("", _HEADINGS),
        *(_line(name, _cells(scores)) for name, scores in rows),
        *_baseline_lines(task.baseline_errors()),
        *_also_lines(task),
        "",
    ]


def _cells(scores: Scores) -> Sequence[str]:
    figures = (scores.mae, scores.rmse, scores.mape, scores.coverage_ratio, scores.median_width)
    return (
        f"{scores.answered}/{scores.answered + scores.refused}",
        *("-" if figure is None else f"{figure:.2f}" for figure in figures),
    )


def _line(name: str, cells: Sequence[str]) -> str:
    return f"  {name:<14}" + "".join(f"{cell:>10}" for cell in cells)


def _baseline_lines(errors: Mapping[str, float | None]) -> list[str]:
    return [
        f"  baseline {name}: MAE {'-' if error is None else f'{error:.2f}'}"
        for name, error in errors.items()
    ]


def _also_lines(task: TaskReport) -> list[str]:
    plain = (str, int, float, bool)
    return [
        f"  {name.replace('_', ' ')}: {value}"
        for name, value in task.also.items()
        if isinstance(value, plain)
    ]
