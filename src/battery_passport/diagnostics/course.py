"""The counted charge as it adds up, and the turning points of its ups and downs.

In: signals. Out: running sums, and the samples where charging turned to discharging or back.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Floats, Integers
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.diagnostics.signals import SECONDS_PER_HOUR, ChargeSource, Signals

_EVERY_SECOND_S = 2.0
_ANY_CAPACITY_AH = 100.0
_LEAST_SEEN_RATIO = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Sums from the first sample on; nothing is added across a break.

    `missed_ah2` is the variance of what sampling at intervals may have missed, were the current
    between two samples anything between them.
    Shape: (samples,).
    """

    counted_ah: Floats
    missed_ah2: Floats
    counted_h: Floats


def follow(signals: Signals) -> Course:
    """Return the running sums of the signals."""
    step_s = np.diff(signals.elapsed_s)
    swing_ah = np.diff(signals.current_a) * step_s / SECONDS_PER_HOUR
    seen = (step_s <= _EVERY_SECOND_S) | (signals.source is not ChargeSource.CURRENT)
    return Course(
        counted_ah=count_charge(signals),
        missed_ah2=_sums(np.where(signals.is_break | seen, 0.0, swing_ah * swing_ah / 12.0)),
        counted_h=_sums(np.where(signals.is_break, 0.0, step_s / SECONDS_PER_HOUR)),
    )


def count_charge(signals: Signals) -> Floats:
    """Return the charge counted from the first sample on. Shape: (samples,)."""
    return _sums(np.where(signals.is_break, 0.0, signals.step_ah))


def readings_around(soc_ratio: Floats) -> tuple[Integers, Integers]:
    """Return, of every sample, the last reading up to it (-1: none) and the first from it on.

    Shape: (samples,) each; the number of samples stands for none to come.
    """
    places = np.arange(soc_ratio.size)
    known = np.isfinite(soc_ratio)
    before: Integers = np.maximum.accumulate(np.where(known, places, -1))
    after: Integers = np.minimum.accumulate(np.where(known, places, soc_ratio.size)[::-1])[::-1]
    return before, after


def rough_capacity_ah(signals: Signals, course: Course, parameters: Parameters) -> float:
    """Return what charge and stated state of charge, break by break, suggest; else a typical car's.

    It only scales thresholds and errors of a battery whose rated capacity is unknown.
    """
    before, after = readings_around(signals.soc_ratio)
    breaks = np.flatnonzero(signals.is_break)
    first = after[np.concatenate([[0], breaks + 1])]
    last = before[np.concatenate([breaks, [signals.row.size - 1]])]
    both = first < last
    first, last = first[both], last[both]
    counted_ah = np.abs(course.counted_ah[last] - course.counted_ah[first])
    moved = np.abs(signals.soc_ratio[last] - signals.soc_ratio[first])
    seen = float(np.add.reduce(moved))
    if seen < _LEAST_SEEN_RATIO:
        return _ANY_CAPACITY_AH
    suggested_ah = float(np.add.reduce(counted_ah)) / seen
    return min(max(suggested_ah, parameters.smallest_capacity_ah), parameters.largest_capacity_ah)


def turning_points(counted_ah: Floats, *, reversal_ah: float) -> list[int]:
    """Return where the count turned by at least `reversal_ah`, and where it began and ended.

    Smaller ups and downs count as part of the way. Empty if it never moved that far.
    """
    places = _extremes(counted_ah)
    heights = counted_ah[places].tolist()
    turns: list[int] = []
    lowest = highest = 0
    rising: bool | None = None
    for now, height in enumerate(heights):
        lowest = now if height < heights[lowest] else lowest
        highest = now if height > heights[highest] else highest
        if rising is not True and height - heights[lowest] >= reversal_ah:
            turns.append(lowest)
            rising, highest = True, now
        elif rising is not False and heights[highest] - height >= reversal_ah:
            turns.append(highest)
            rising, lowest = False, now
    if rising is not None:
        turns.append(highest if rising else lowest)
    return [int(places[turn]) for turn in turns]


def _extremes(counted_ah: Floats) -> Integers:
    """Return samples between which the count only rises or only falls, first and last included."""
    moves = np.flatnonzero(np.diff(counted_ah))
    if moves.size == 0:
        return np.zeros(1, dtype=np.int64)
    signs = np.sign(counted_ah[moves + 1] - counted_ah[moves])
    turns = moves[1:][signs[1:] != signs[:-1]]
    places: Integers = np.concatenate([moves[:1], turns, moves[-1:] + 1]).astype(np.int64)
    return places


def _sums(steps: Floats) -> Floats:
    sums: Floats = np.concatenate([np.zeros(1), np.cumsum(steps)])
    return sums
