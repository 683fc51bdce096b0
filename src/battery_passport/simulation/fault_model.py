"""Kinds of faults, one fault of one battery, and how much goes wrong in a city.

In: nothing. Out: frozen values; which car has which fault is hidden truth.
"""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can go wrong with a battery, its BMS or its collection device."""

    DRIFTING_CELL = "drifting-cell"
    SELF_DISCHARGE = "self-discharge"
    ISOLATION_LOSS = "isolation-loss"
    THERMAL_RUNAWAY = "thermal-runaway"
    BMS_RESET = "bms-reset"
    SWAPPED_DEVICE = "swapped-device"
    CLONED_IDENTITY = "cloned-identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One battery's fault. `cell` counts from 0; `size` and `gain` mean what their kind means.

    drifting-cell: share of capacity lost and of resistance gained. self-discharge: share of charge
    lost each day. isolation-loss: Ω/V in the end. thermal-runaway: hottest °C.
    """

    kind: FaultKind
    begins_ms: int
    grows_ms: int = 0
    cell: int | None = None
    size: float = 0.0
    gain: float = 0.0

    def share_done(self, moment_ms: int) -> float:
        """Return how much of its way the fault has gone by a moment: 0 before it, then up to 1."""
        if moment_ms < self.begins_ms:
            return 0.0
        return min(1.0, (moment_ms - self.begins_ms) / max(1, self.grows_ms))


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """How much goes wrong in a city, and between which days it begins.

    `shares`: the share of cars that get each kind, within the days. `chosen`: cars, by number, that
    get one in any case.
    """

    first_day: int = 0
    last_day: int = 0
    shares: tuple[tuple[FaultKind, float], ...] = ()
    chosen: tuple[tuple[int, FaultKind], ...] = ()


NO_FAULTS = FaultPlan()

YEARLY_SHARES: tuple[tuple[FaultKind, float], ...] = (
    (FaultKind.DRIFTING_CELL, 0.012),
    (FaultKind.SELF_DISCHARGE, 0.010),
    (FaultKind.ISOLATION_LOSS, 0.010),
    (FaultKind.THERMAL_RUNAWAY, 0.0012),
    (FaultKind.BMS_RESET, 0.010),
    (FaultKind.SWAPPED_DEVICE, 0.006),
    (FaultKind.CLONED_IDENTITY, 0.004),
)
"""Far more than in real life, so that 2,500 cars show each kind in a year: made up."""


def usual_faults(first_day: int, last_day: int, *, times: float = 1.0) -> FaultPlan:
    """Return the usual plan for a stretch of days, or so many times as much."""
    years = max(1, last_day - first_day) / 365.2425
    shares = tuple((kind, times * years * share) for kind, share in YEARLY_SHARES)
    return FaultPlan(first_day=first_day, last_day=last_day, shares=shares)
