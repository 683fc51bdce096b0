"""What an evaluation reports: items with truth, value and interval, and a task's scores.

In: items made by a method under a harness. Out: the report that `evaluate --json` prints.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from battery_passport.diagnostics.evaluation.scores import Scores, Triple, mean_error, score
from battery_passport.foundation.strict_json import JsonObject, JsonValue

DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a method was asked.

    `truth` is None where the label is missing, `value` where the method refused and `reason` says
    why. `group` is the vehicle or cell it came from. Errors and widths are reported times
    `error_scale`, which is 1 unless the task says otherwise.
    """

    id: str
    group: str
    truth: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    error_scale: float = 1.0

    def as_json(self) -> JsonObject:
        """Return the item as it is printed."""
        return {
            "id": self.id,
            "truth": rounded(self.truth),
            "value": rounded(self.value),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "reason": self.reason,
        }

    def triple(self) -> Triple:
        """Return what is scored."""
        return Triple(self.truth, self.value, self.low, self.high, self.error_scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReport:
    """All items of a task and what is made of them.

    `baselines` names, for each trivial method, its value for every item, in their order. `also`
    holds members of the report that this task alone has. `interval_percent` is how often the
    intervals ought to hold the truth.
    """

    name: str
    unit: str
    items: Sequence[Item]
    baselines: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    interval_percent: int = 90
    also: Mapping[str, JsonValue] = field(default_factory=dict)

    def scores(self) -> Scores:
        """Return the scores over all items."""
        return score([item.triple() for item in self.items])

    def by_group(self) -> dict[str, Scores]:
        """Return the scores of each vehicle or cell, in the order of their first items."""
        groups: dict[str, list[Triple]] = {}
        for item in self.items:
            groups.setdefault(item.group, []).append(item.triple())
        return {group: score(triples) for group, triples in groups.items()}

    def baseline_errors(self) -> dict[str, float | None]:
        """Return each baseline's mean absolute error over all items that have a truth."""
        return {
            name: mean_error(
                [
                    Triple(item.truth, value, None, None, item.error_scale)
                    for item, value in zip(self.items, values, strict=True)
                ]
            )
            for name, values in self.baselines.items()
        }

    def as_json(self) -> JsonObject:
        """Return the task as it is printed."""
        scores, percent = self.scores(), self.interval_percent
        return {
            "name": self.name,
            "unit": self.unit,
            "answered": scores.answered,
            "refused": scores.refused,
            "mae": rounded(scores.mae),
            "rmse": rounded(scores.rmse),
            "mape": rounded(scores.mape),
            f"coverage_{percent}": rounded(scores.coverage_ratio),
            f"median_width_{percent}": rounded(scores.median_width),
            **self.also,
            "baselines": {name: rounded(error) for name, error in self.baseline_errors().items()},
            "items": [item.as_json() for item in self.items],
        }


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The tasks of one evaluation, in order."""

    tasks: Sequence[TaskReport]

    def as_json(self) -> JsonObject:
        """Return what `evaluate --json` prints."""
        return {"tasks": [task.as_json() for task in self.tasks]}


def rounded(number: float | None) -> float | None:
    """Return a number for printing; None for none and for what is no number."""
    return None if number is None or not math.isfinite(number) else round(number, DECIMALS)
