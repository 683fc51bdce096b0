"""What an estimate says, as frozen values: figures with intervals, or why there are none.

In: values made by a method. Out: what the web shows and a health statement signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.strict_json import JsonValue


class Direction(StrEnum):
    """Which way the charge went."""

    CHARGE = "charge"
    DISCHARGE = "discharge"


class Anchor(StrEnum):
    """Where a state of charge was read."""

    BMS = "bms"
    DISPLAY = "display"
    VOLTAGE = "voltage"


class Verdict(StrEnum):
    """What became of one charge or drive."""

    USED = "used"
    NO_STATE_OF_CHARGE = "no-state-of-charge"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the range that holds the truth nine times in ten."""

    value: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Interval":
        """Return the same statement in another unit."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class NotDetermined:
    """Why there is no figure: a code for translation, its parameters, and an English sentence."""

    code: str
    sentence: str
    parameters: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a figure takes for granted: a code for translation and an English sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One charge or drive that was looked at, between its turning points.

    `counted_ah` and `swing_ratio` lie between the samples at which the state of charge was read by
    `anchor`; they are None where it could not be read. Units: Ah; swing as a ratio; both positive.
    """

    started_at: datetime
    ended_at: datetime
    direction: Direction
    moved_ah: float
    anchor: Anchor | None
    counted_ah: float | None
    swing_ratio: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a method makes of a table.

    `capacity_ah` and `health_ratio` are an interval or the reason why there is none; `rows` are the
    table's rows behind the figures, in order; `legs` are all charges or drives looked at.
    """

    capacity_ah: Interval | NotDetermined
    health_ratio: Interval | NotDetermined
    legs: tuple[Leg, ...] = ()
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    temperature_celsius: tuple[float, float] | None = None
    assumptions: tuple[Assumption, ...] = ()

    def used(self, direction: Direction) -> int:
        """Return how many charges, or drives, the figures rest on."""
        return sum(leg.verdict is Verdict.USED and leg.direction is direction for leg in self.legs)
