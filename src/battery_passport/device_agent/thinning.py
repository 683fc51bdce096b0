"""Which samples a device keeps: charges, rests and events in full, the rest thinner.

In: the samples of a drive, charge or time parked, before they are cut and sealed. Out: which stay.
Nothing is ever taken out of a batch that was signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FULL_MS = 1
_CHARGING_MA = -1_000
_LOADED_MA = 2_000
_SPARSE_MS = 300_000
_STEP_MA = 25_000
_STEP_WITHIN_MS = 30_000
_FAST_MA = -60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPolicy:
    """How often a sample is kept while this or that goes on; 1 ms keeps every one.

    `current_step_ms`: so often a jump of the current by 25 A is kept, with the samples about it,
    because resistance is read from it. `event_ms`: so long before and after the BMS's warning
    changes, and during a thermal alarm, all is kept.
    """

    driving_ms: int = 60_000
    slow_charging_ms: int = _FULL_MS
    fast_charging_ms: int = _FULL_MS
    resting_ms: int = _FULL_MS
    parked_ms: int = _FULL_MS
    current_step_ms: int = 300_000
    event_ms: int = 60_000

    def __call__(self, sampled_at_ms: Ints, columns: Mapping[str, Ints]) -> Bools:
        """Return which samples of one stretch are kept; its first and last always are."""
        count = sampled_at_ms.shape[0]
        keep = np.zeros(count, dtype=np.bool_)
        if not count:
            return keep
        keep[[0, -1]] = True
        every_ms = self._every_ms(sampled_at_ms, columns)
        slot = sampled_at_ms // every_ms
        keep[1:] |= (slot[1:] != slot[:-1]) | (every_ms[1:] != every_ms[:-1])
        keep |= self._steps(sampled_at_ms, columns["current_ma"])
        return keep | self._events(sampled_at_ms, columns)

    def _every_ms(self, at_ms: Ints, columns: Mapping[str, Ints]) -> Ints:
        current_ma = columns["current_ma"]
        moving = columns.get("speed_mm_s", np.zeros_like(current_ma)) > 0
        charging = (current_ma <= _CHARGING_MA) & ~moving
        every = np.full(at_ms.shape[0], self.resting_ms, dtype=np.int64)
        every[moving | (current_ma >= _LOADED_MA)] = self.driving_ms
        every[charging] = self.slow_charging_ms
        every[charging & (current_ma <= _FAST_MA)] = self.fast_charging_ms
        sparse = at_ms.shape[0] < 2 or int(np.diff(at_ms).min()) >= _SPARSE_MS
        if sparse and not charging.any():
            every[:] = self.parked_ms
        return every

    def _steps(self, at_ms: Ints, current_ma: Ints) -> Bools:
        """Return the samples about the first jump of current in each stretch of time."""
        jumps = np.abs(np.diff(current_ma)) >= _STEP_MA
        places = np.flatnonzero(jumps & (np.diff(at_ms) <= _STEP_WITHIN_MS))
        slots = at_ms[places] // self.current_step_ms
        first = places[np.unique(slots, return_index=True)[1]]
        return _about(first, at_ms.shape[0], before=0, after=2)

    def _events(self, at_ms: Ints, columns: Mapping[str, Ints]) -> Bools:
        keep = np.zeros(at_ms.shape[0], dtype=np.bool_)
        if "thermal_alarm" in columns:
            keep |= columns["thermal_alarm"] > 0
        level = columns.get("bms_warning_level")
        if level is not None:
            for place in np.flatnonzero(np.diff(level)) + 1:
                keep |= np.abs(at_ms - at_ms[place]) <= self.event_ms
        return keep


def _about(places: NDArray[np.intp], count: int, *, before: int, after: int) -> Bools:
    keep = np.zeros(count, dtype=np.bool_)
    for shift in range(-before, after + 1):
        keep[np.clip(places + shift, 0, count - 1)] = True
    return keep


USUAL = SamplingPolicy()
"""What a device keeps that reports evidence: rests and charges in full, drives once a minute."""

TELEMATICS = SamplingPolicy(
    driving_ms=120_000,
    slow_charging_ms=40_000,
    fast_charging_ms=30_000,
    resting_ms=60_000,
    parked_ms=7_200_000,
    current_step_ms=600_000,
)
"""What telematics services keep: thin everywhere, about 60,000 samples a car and year."""

EVERYTHING = SamplingPolicy(driving_ms=_FULL_MS)
"""Every sample: for trials, and where nothing is paid by the byte."""
