"""Which car has which fault, from when on and how bad: drawn from the seed, car by car.

In: a car. Out: its `Fault` or None, the same whoever asks.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from battery_passport.foundation.clock import DAY_MS
from battery_passport.simulation import hidden_constants as hidden
from battery_passport.simulation.calendar import day_of_date, day_start_ms
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.fault_model import Fault, FaultKind
from battery_passport.simulation.model import Car

# Of the days of a plan a fault begins between these shares: early enough to grow, and to be seen.
_BEGINS_WITHIN = (0.12, 0.75)
# A younger battery has lost too little for its BMS to jump.
_RESET_FROM_DAYS = 2 * 365


@lru_cache(maxsize=8192)
def fault_of(car: Car) -> Fault | None:
    """Return what goes wrong with a car's battery or device, if anything does."""
    plan = car.faults
    draw = stream(car.seed, Purpose.FAULTS, car.number)
    lot, place = draw.random(), draw.uniform(*_BEGINS_WITHIN)
    begins_ms = day_start_ms(plan.first_day) + int(
        place * (plan.last_day - plan.first_day) * DAY_MS
    )
    kind = dict(plan.chosen).get(car.number)
    if kind is None:
        kind = _drawn(lot, plan.shares)
        days_on_road = plan.first_day - day_of_date(car.in_service_on)
        if kind is FaultKind.BMS_RESET and days_on_road < _RESET_FROM_DAYS:
            return None
    if kind is None:
        return None
    return _SIZED[kind](car, draw, begins_ms)


def _drawn(lot: float, shares: tuple[tuple[FaultKind, float], ...]) -> FaultKind | None:
    reached = 0.0
    for kind, share in shares:
        reached += share
        if lot < reached:
            return kind
    return None


def _days_ms(draw: np.random.Generator, days: tuple[float, float]) -> int:
    return int(draw.uniform(*days) * DAY_MS)


def _drift(car: Car, draw: np.random.Generator, begins_ms: int) -> Fault:
    return Fault(
        kind=FaultKind.DRIFTING_CELL,
        begins_ms=begins_ms,
        grows_ms=_days_ms(draw, hidden.DRIFT_DAYS),
        cell=int(draw.integers(car.model.cells_in_series)),
        size=float(draw.uniform(*hidden.DRIFT_CAPACITY_LOSS)),
        gain=float(draw.uniform(*hidden.DRIFT_RESISTANCE_GAIN)),
    )


def _leak(car: Car, draw: np.random.Generator, begins_ms: int) -> Fault:
    per_day = float(draw.uniform(*hidden.LEAK_PER_DAY))
    return Fault(
        kind=FaultKind.SELF_DISCHARGE,
        begins_ms=begins_ms,
        grows_ms=int(hidden.LEAK_MOST / per_day * DAY_MS),
        cell=int(draw.integers(car.model.cells_in_series)),
        size=per_day,
    )


def _isolation(_car: Car, draw: np.random.Generator, begins_ms: int) -> Fault:
    return Fault(
        kind=FaultKind.ISOLATION_LOSS,
        begins_ms=begins_ms,
        grows_ms=_days_ms(draw, hidden.ISOLATION_DAYS),
        size=float(draw.uniform(*hidden.ISOLATION_END_OHM_PER_V)),
    )


def _runaway(car: Car, draw: np.random.Generator, begins_ms: int) -> Fault:
    """Return a runaway; its minute is the next time the car stands long enough."""
    return Fault(
        kind=FaultKind.THERMAL_RUNAWAY,
        begins_ms=begins_ms,
        cell=int(draw.integers(car.model.cells_in_series)),
        size=float(draw.uniform(*hidden.RUNAWAY_HOTTEST_CELSIUS)),
    )


def _plain(kind: FaultKind) -> Callable[[Car, np.random.Generator, int], Fault]:
    def fault(_car: Car, _draw: np.random.Generator, begins_ms: int) -> Fault:
        return Fault(kind=kind, begins_ms=begins_ms)

    return fault


_SIZED: Mapping[FaultKind, Callable[[Car, np.random.Generator, int], Fault]] = MappingProxyType(
    {
        FaultKind.DRIFTING_CELL: _drift,
        FaultKind.SELF_DISCHARGE: _leak,
        FaultKind.ISOLATION_LOSS: _isolation,
        FaultKind.THERMAL_RUNAWAY: _runaway,
        **{
            kind: _plain(kind)
            for kind in (
                FaultKind.BMS_RESET,
                FaultKind.SWAPPED_DEVICE,
                FaultKind.CLONED_IDENTITY,
            )
        },
    }
)
