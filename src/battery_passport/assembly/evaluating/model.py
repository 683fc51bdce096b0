"""What an evaluation is given and gives back.

In: two folders, a seed, somewhere to tell progress. Out: a report as JSON and as lines.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from battery_passport.diagnostics.evaluation.model import EvaluationReport
from battery_passport.diagnostics.evaluation.table import report_lines
from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which folders to learn from and to score; `tell` takes a line of progress."""

    train: Path
    test: Path
    seed: int
    tell: Callable[[str], None]

    @property
    def is_crossed(self) -> bool:
        """Whether one folder is both: each vehicle or cell is then left out in turn."""
        return self.train.resolve() == self.test.resolve()


class Report(Protocol):
    """What an evaluation found."""

    def as_json(self) -> JsonObject:
        """Return what `--json` prints."""
        ...

    def lines(self) -> list[str]:
        """Return the same for people to read."""
        ...


@dataclass(frozen=True, slots=True)
class TasksReport:
    """The report of an evaluation that has tasks; each group is shown beside all, if asked."""

    report: EvaluationReport
    with_groups: bool = False

    def as_json(self) -> JsonObject:
        """Return what `--json` prints."""
        return self.report.as_json()

    def lines(self) -> list[str]:
        """Return the same for people to read."""
        return report_lines(self.report, with_groups=self.with_groups)
