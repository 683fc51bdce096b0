"""Scores of values and intervals against the truth.

In: truth, value and interval of each item, any of which may be missing. Out: the scores, None where
nothing can be said.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Triple:
    """What is scored of one item; errors and widths count times `error_scale`."""

    truth: float | None
    value: float | None
    low: float | None
    high: float | None
    error_scale: float = 1.0

    @property
    def error(self) -> float | None:
        """The absolute error, None without truth or value."""
        if self.truth is None or self.value is None:
            return None
        return abs(self.value - self.truth) * self.error_scale

    @property
    def width(self) -> float | None:
        """The interval's width, None if there is none."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) * self.error_scale

    @property
    def is_covered(self) -> bool | None:
        """Whether the interval holds the truth, None if either is missing."""
        if self.truth is None or self.low is None or self.high is None:
            return None
        return self.low <= self.truth <= self.high

    @property
    def relative_error(self) -> float | None:
        """The absolute error over the truth, None if either is missing or the truth is 0."""
        if self.truth is None or self.value is None or self.truth == 0.0:
            return None
        return abs((self.value - self.truth) / self.truth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Scores over items; units of the task, `mape` in percent, coverage a ratio."""

    answered: int
    refused: int
    mae: float | None
    median: float | None
    rmse: float | None
    mape: float | None
    coverage_ratio: float | None
    median_width: float | None


def score(triples: Sequence[Triple]) -> Scores:
    """Return the scores of items."""
    answered = [each for each in triples if each.value is not None]
    errors = [each.error for each in answered if each.error is not None]
    relative = [each.relative_error for each in answered if each.relative_error is not None]
    covered = [each.is_covered for each in answered if each.is_covered is not None]
    widths = [each.width for each in answered if each.width is not None]
    return Scores(
        answered=len(answered),
        refused=len(triples) - len(answered),
        mae=statistics.fmean(errors) if errors else None,
        median=statistics.median(errors) if errors else None,
        rmse=math.sqrt(statistics.fmean(each**2 for each in errors)) if errors else None,
        mape=100.0 * statistics.fmean(relative) if relative else None,
        coverage_ratio=statistics.fmean(covered) if covered else None,
        median_width=statistics.median(widths) if widths else None,
    )


def mean_error(triples: Sequence[Triple]) -> float | None:
    """Return the mean absolute error, None if no item has both truth and value."""
    return score(triples).mae
