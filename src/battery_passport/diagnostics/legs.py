"""Charges and drives, found in the course of the counted charge.

In: signals, their course and a rough capacity. Out: legs between two turning points, with their
pauses and with the still samples around them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from battery_passport.diagnostics.course import Course, turning_points
from battery_passport.diagnostics.model import Direction
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.diagnostics.signals import Signals

JudgePause = Callable[[int, int], float | None]
"""Of two samples around a break: the jump in state of charge between them, None if unknowable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A break inside a leg: the sample before it and the jump in state of charge across it."""

    before: int
    jump_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLeg:
    """One charge or drive: samples `first` to `last` are its turning points.

    From `head` to `tail` lie also the still samples around it, while hardly any charge moved.
    """

    first: int
    last: int
    head: int
    tail: int
    direction: Direction
    pauses: tuple[Pause, ...]

    @property
    def sign(self) -> float:
        """1 for a charge, -1 for a drive."""
        return 1.0 if self.direction is Direction.CHARGE else -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Samples `first` to `last`, joined across pauses in which nothing uncounted can have moved."""

    first: int
    last: int
    pauses: tuple[Pause, ...]


def find_legs(
    signals: Signals,
    course: Course,
    parameters: Parameters,
    *,
    capacity_ah: float,
    judge_pause: JudgePause,
) -> list[RawLeg]:
    """Return charges and drives that moved enough charge to say something, in the order of time."""
    legs: list[RawLeg] = []
    for run in _runs(signals, parameters, judge_pause):
        counted_ah = course.counted_ah[run.first : run.last + 1]
        turns = turning_points(counted_ah, reversal_ah=parameters.reversal_ratio * capacity_ah)
        for first, last in pairwise(turns):
            moved_ah = float(counted_ah[last] - counted_ah[first])
            if abs(moved_ah) >= parameters.shortest_leg_ratio * capacity_ah:
                bounds = (run.first + first, run.first + last)
                still_ah = parameters.stillness_ratio * capacity_ah
                stillness = (still_ah, parameters.settling_s)
                legs.append(_leg(signals, course, run, bounds=bounds, stillness=stillness))
    return legs


def _runs(signals: Signals, parameters: Parameters, judge_pause: JudgePause) -> Iterator[_Run]:
    first = 0
    pauses: list[Pause] = []
    for step in np.flatnonzero(signals.is_break).tolist():
        pause_s = signals.elapsed_s[step + 1] - signals.elapsed_s[step]
        jump = judge_pause(step, step + 1) if pause_s <= parameters.longest_pause_s else None
        if jump is not None and abs(jump) <= parameters.largest_pause_jump_ratio:
            pauses.append(Pause(before=step, jump_ratio=jump))
            continue
        yield _Run(first=first, last=step, pauses=tuple(pauses))
        first, pauses = step + 1, []
    yield _Run(first=first, last=signals.row.size - 1, pauses=tuple(pauses))


def _leg(
    signals: Signals,
    course: Course,
    run: _Run,
    *,
    bounds: tuple[int, int],
    stillness: tuple[float, float],
) -> RawLeg:
    first, last = bounds
    head = _still_until(signals, course, (first, run.first), stillness)
    tail = _still_until(signals, course, (last, run.last), stillness)
    rises = course.counted_ah[last] > course.counted_ah[first]
    return RawLeg(
        first=first,
        last=last,
        head=head,
        tail=tail,
        direction=Direction.CHARGE if rises else Direction.DISCHARGE,
        pauses=tuple(pause for pause in run.pauses if head <= pause.before < tail),
    )


def _still_until(
    signals: Signals, course: Course, way: tuple[int, int], stillness: tuple[float, float]
) -> int:
    """Return how far from a sample towards an end of the run the battery stayed still."""
    start, end = way
    step = 1 if end >= start else -1
    samples = np.arange(start, end + step, step)
    moved_ah = np.abs(course.counted_ah[samples] - course.counted_ah[start])
    waited_s = np.abs(signals.elapsed_s[samples] - signals.elapsed_s[start])
    left = np.flatnonzero((moved_ah > stillness[0]) | (waited_s > stillness[1]))
    return int(samples[left[0] - 1]) if left.size else end
