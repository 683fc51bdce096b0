"""Plans one day: a drive out, a charge at noon if it must be, a drive back, a charge if it is time.

In: a car, a day and how the day before ended. Out: the day's activities and how it ends.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import HOUR_MS
from battery_passport.simulation.activity import Activity, DayPlan, Evening, Kind
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import day_start_ms, is_weekend
from battery_passport.simulation.character import Character, character_of
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.faults.pack_effects import cell_change, emptiest_soc
from battery_passport.simulation.model import Car
from battery_passport.simulation.state_of_charge import STEEPEST_BEND, true_soc
from battery_passport.simulation.weather import daily_mean_celsius

HIGHEST_TARGET = 0.97
"""What the BMS calls full keeps a little above it, as real ones do."""

_EMPTIEST = 0.06
# A cell that a fault has left with less than the others must not be emptied either.
_FAULTY_MARGIN = 0.04
_RESERVE = 0.10
_NOON_CHARGE_BELOW = 0.16
_LARGEST_LEG = 0.35
_FAST_TARGET = 0.80
_UNPLUGGED_BY_H = 30.0
_SLOW_MARGIN = 1.15
_SLOW_EFFICIENCY = 0.93
_ACTIVITIES_PER_DAY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """What the planning of one day needs to know."""

    car: Car
    character: Character
    day: int
    draws: NDArray[np.float64]
    wished_km: float
    capacity_ah: float
    energy_wh: float
    wh_per_km: float
    bend: float
    emptiest: float


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where the plan stands: hours since midnight, and as an evening would leave the car."""

    hour: float
    soc: float
    odometer_m: float
    charged_ah: float
    given_ah: float

    def evening(self) -> Evening:
        """Return how the day ends if nothing follows."""
        return Evening(self.soc, self.odometer_m, self.charged_ah, self.given_ah)


def plan_day(car: Car, day: int, before: Evening) -> DayPlan:
    """Return the plan of a day that begins as the day before ended."""
    facts = _facts(car, day)
    draws = facts.draws
    moment = _Moment(0.0, before.soc, before.odometer_m, before.charged_ah, before.given_ah)
    done: list[Activity] = []
    if facts.wished_km > 1.0:
        late = 1.4 if is_weekend(day) else 0.0
        moment = _at(moment, 6.7 + late + 2.1 * draws[3])
        moment = _drive(facts, moment, done)
        if moment.soc - _leg_ratio(facts) < max(_NOON_CHARGE_BELOW, facts.emptiest):
            moment = _at(moment, max(12.0, moment.hour + 0.1))
            moment = _charge_fast(facts, moment, done)
        moment = _at(moment, max(16.4 + 2.4 * draws[4], moment.hour + 0.2))
        moment = _drive(facts, moment, done)
    habit = facts.character.recharge_below + 0.16 * (draws[5] - 0.5)
    if moment.soc < max(habit, facts.emptiest + _RESERVE):
        moment = _charge_in_the_evening(facts, moment, done)
    return DayPlan(day, tuple(done), before, moment.evening(), facts.bend)


def _facts(car: Car, day: int) -> _Day:
    life = life_until(car, day)
    place = day - life.first_day
    draws = life.draws[place]
    character = character_of(car)
    capacity_ah = car.model.rated_capacity_ah * float(life.capacity_ratio[place])
    celsius = float(daily_mean_celsius(car.seed, day + 1)[day])
    climate = 1 + 0.013 * max(0.0, 14.0 - celsius) + 0.010 * max(0.0, celsius - 24.0)
    unrest = math.sqrt(-2 * math.log1p(-draws[9])) * math.cos(2 * math.pi * draws[10])
    bend = character.soc_bend + character.soc_unrest_sigma * unrest
    change = cell_change(fault_of(car), day_start_ms(day))
    return _Day(
        car=car,
        character=character,
        day=day,
        draws=draws,
        wished_km=float(life.wished_km[place]),
        capacity_ah=capacity_ah,
        energy_wh=capacity_ah * car.model.nominal_cell_v * car.model.cells_in_series,
        wh_per_km=car.model.use_wh_per_km * climate,
        bend=min(max(bend, -STEEPEST_BEND), STEEPEST_BEND),
        emptiest=max(_EMPTIEST, emptiest_soc(change) + (_FAULTY_MARGIN if change else 0.0)),
    )


def _at(moment: _Moment, hour: float) -> _Moment:
    return replace(moment, hour=hour)


def _leg_ratio(facts: _Day) -> float:
    """Return the share of the battery that half of the day's way takes."""
    ratio = facts.wished_km / 2 * facts.wh_per_km / facts.energy_wh
    return min(ratio, _LARGEST_LEG)


def _drive(facts: _Day, moment: _Moment, done: list[Activity]) -> _Moment:
    ratio = min(_leg_ratio(facts), max(0.0, moment.soc - facts.emptiest))
    km = ratio * facts.energy_wh / facts.wh_per_km
    lasts_s = 10 * round(360 * km / _speed_kmh(km))
    if lasts_s < 60:
        return moment
    activity = _activity(facts, moment, done, Kind.DRIVING)
    soc = moment.soc - ratio
    done.append(replace(activity, soc_end=soc, km=km, lasts_s=lasts_s))
    return replace(
        moment,
        hour=moment.hour + lasts_s / 3600,
        soc=soc,
        odometer_m=moment.odometer_m + 1_000 * km,
        given_ah=moment.given_ah + ratio * facts.capacity_ah,
    )


def _speed_kmh(km: float) -> float:
    """Return the mean speed of a drive: streets, then ring roads, then motorways."""
    return 24.0 + 46.0 * km / (km + 35.0)


def _charge_fast(facts: _Day, moment: _Moment, done: list[Activity]) -> _Moment:
    power = facts.car.model.fast_charge_w * (0.7 + 0.3 * facts.draws[11])
    stated = _FAST_TARGET + 0.12 * max(0.0, facts.draws[12] - 0.6)
    full = true_soc(stated, bend=facts.bend)
    return _charge(facts, moment, done, (Kind.FAST_CHARGING, power, full))


def _charge_in_the_evening(facts: _Day, moment: _Moment, done: list[Activity]) -> _Moment:
    draws, character = facts.draws, facts.character
    if draws[6] < character.fast_charge_share:
        return _charge_fast(facts, _at(moment, max(18.5, moment.hour) + 0.1 + draws[7]), done)
    begins = _at(moment, max(18.0, moment.hour + 0.1) + 1.2 * draws[7])
    wants_all = draws[8] < character.full_charge_share
    stated = HIGHEST_TARGET if wants_all else character.usual_target
    full = true_soc(stated, bend=facts.bend)
    power = character.slow_charge_w * _SLOW_EFFICIENCY
    in_time = moment.soc + (_UNPLUGGED_BY_H - begins.hour) / _SLOW_MARGIN * power / facts.energy_wh
    return _charge(facts, begins, done, (Kind.SLOW_CHARGING, power, min(full, in_time)))


def _charge(
    facts: _Day, moment: _Moment, done: list[Activity], wish: tuple[Kind, float, float]
) -> _Moment:
    kind, power_w, full = wish
    if full - moment.soc < 0.03:
        return moment
    rest_before_s = 60 * (3 + int(4 * facts.draws[13]))
    rest_after_s = 60 * (5 + int(10 * facts.draws[14]))
    drain_a = facts.character.auxiliary_a
    drained_before_ah = drain_a * rest_before_s / 3_600
    drained_after_ah = drain_a * rest_after_s / 3_600
    activity = replace(
        _activity(facts, moment, done, kind),
        soc_full=full,
        soc_end=full - drained_after_ah / facts.capacity_ah,
        power_w=power_w,
        rest_before_s=rest_before_s,
        rest_after_s=rest_after_s,
    )
    done.append(activity)
    # Fast charges end within two hours; nothing follows a slow one on the same day.
    taken_ah = (full - moment.soc) * facts.capacity_ah + drained_before_ah
    return replace(
        moment,
        hour=moment.hour + 2.0,
        soc=activity.soc_end,
        charged_ah=moment.charged_ah + taken_ah,
        given_ah=moment.given_ah + drained_before_ah + drained_after_ah,
    )


def _activity(facts: _Day, moment: _Moment, done: list[Activity], kind: Kind) -> Activity:
    # An odd number of milliseconds, because devices do not start on the second.
    start_ms = day_start_ms(facts.day) + int(HOUR_MS * moment.hour)
    return Activity(
        number=facts.day * _ACTIVITIES_PER_DAY + len(done),
        kind=kind,
        day=facts.day,
        start_ms=start_ms,
        soc_start=moment.soc,
        soc_full=moment.soc,
        soc_end=moment.soc,
        bend=facts.bend,
        odometer_start_m=moment.odometer_m,
        charged_ah=moment.charged_ah,
        given_ah=moment.given_ah,
    )
