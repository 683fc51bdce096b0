"""What a car does, and one day's plan of it, as frozen values.

In: nothing. Out: what the diary holds and the measurements are made from.
"""

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """What a car does; the numbers are also its own `vehicle_state` code."""

    PARKED = 0
    DRIVING = 1
    SLOW_CHARGING = 2
    FAST_CHARGING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One drive, or one charge with the rests before and after it.

    `soc_start` and `soc_end` are true ratios; `soc_full` is where charging stops. `number` counts
    within the car's life and names its stream of randomness. `lasts_s` is known for drives only.
    `charged_ah` and `given_ah` are the battery's true counters when it begins.
    """

    number: int
    kind: Kind
    day: int
    start_ms: int
    soc_start: float
    soc_full: float
    soc_end: float
    bend: float
    odometer_start_m: float
    charged_ah: float
    given_ah: float
    km: float = 0.0
    lasts_s: int = 0
    power_w: float = 0.0
    rest_before_s: int = 0
    rest_after_s: int = 0


@dataclass(frozen=True, slots=True)
class Evening:
    """How a day leaves a car: true state of charge, odometer, charge taken and given so far."""

    soc: float
    odometer_m: float
    charged_ah: float
    given_ah: float


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day's activities in their order, the state before and after it, the BMS's bend in it."""

    day: int
    activities: tuple[Activity, ...]
    before: Evening
    after: Evening
    bend: float
