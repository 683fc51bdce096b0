"""Courses of capacity over cycles, and the end of life read off them.

In: capacities in Ah, one a cycle. Out: courses relative to their beginning, the end of life.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Vector = NDArray[np.float64]

END_OF_LIFE_RATIO = 0.85
_WINDOW_CYCLES = 15
_REFERENCE_CYCLES = 20
_SMOOTHING_SHARE = 40
_LEAST_SMOOTHING_CYCLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FadeCourse:
    """Capacities of one cell, one a cycle from its first; `temperature_c` where it is known."""

    capacity_ah: Vector = field(repr=False)
    temperature_c: float | None = None

    def __len__(self) -> int:
        return len(self.capacity_ah)

    @property
    def reference_ah(self) -> float:
        """The median capacity of the first cycles."""
        return float(np.median(self.capacity_ah[:_REFERENCE_CYCLES]))

    def until(self, cycles: int) -> "FadeCourse":
        """Return the course as it was known after so many cycles."""
        return FadeCourse(capacity_ah=self.capacity_ah[:cycles], temperature_c=self.temperature_c)


def relative(course: FadeCourse) -> Vector:
    """Return the median of each cycle and those just before it, over the reference capacity."""
    capacities = course.capacity_ah
    widened = np.concatenate([np.full(_WINDOW_CYCLES - 1, np.nan), capacities])
    medians = np.nanmedian(sliding_window_view(widened, _WINDOW_CYCLES), axis=1)
    return np.asarray(medians / course.reference_ah, dtype=np.float64)


def smoothed(course: FadeCourse) -> Vector:
    """Return the relative course, averaged over a fortieth of its length."""
    values = relative(course)
    width = max(_LEAST_SMOOTHING_CYCLES, len(values) // _SMOOTHING_SHARE)
    before = width // 2
    padded = np.pad(values, (before, width - 1 - before), mode="edge")
    return np.asarray(sliding_window_view(padded, width).mean(axis=1), dtype=np.float64)


def end_of_life(course: FadeCourse) -> int | None:
    """Return the number of cycles before the first one below the line, None if there is none."""
    if len(course) < _WINDOW_CYCLES:
        return None
    below = np.flatnonzero(relative(course)[_WINDOW_CYCLES - 1 :] < END_OF_LIFE_RATIO)
    return int(below[0]) + _WINDOW_CYCLES - 1 if len(below) else None
