"""Turns what a car does into what it reports: one activity, or the time it stands between two.

In: a car and an activity of its diary. Out: `Samples`, always the same for the same activity.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.activity import Activity, Kind
from battery_passport.simulation.character import character_of
from battery_passport.simulation.charging import Charge, charging_course
from battery_passport.simulation.course import Condition, given_course
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.driving import drive
from battery_passport.simulation.measurement import Doing, measured
from battery_passport.simulation.model import Car
from battery_passport.simulation.pack_state import pack_state
from battery_passport.simulation.weather import air_celsius
from battery_passport.telemetry.model import Samples

STEP_S = 10
"""Seconds between two samples while driving or charging."""

_STEP_MS = 1_000 * STEP_S
# How much warmer than the air the pack is, and what polarisation is left, when each begins.
_WARMER_CELSIUS = {Kind.DRIVING: 1.0, Kind.SLOW_CHARGING: 3.0, Kind.FAST_CHARGING: 7.0}
_LEFT_POLARISATION_V = {Kind.DRIVING: 0.0, Kind.SLOW_CHARGING: 0.001, Kind.FAST_CHARGING: 0.004}


@lru_cache(maxsize=64)
def recorded(car: Car, activity: Activity) -> Samples:
    """Return all samples of a drive or of a charge with its rests."""
    draw = stream(car.seed, Purpose.SESSION, car.number, activity.number)
    return (_drive if activity.kind is Kind.DRIVING else _charge)(car, activity, draw)


def _charge(car: Car, activity: Activity, draw: np.random.Generator) -> Samples:
    pack = pack_state(car, activity.day)
    charge = Charge(
        power_w=activity.power_w,
        soc_full=activity.soc_full,
        rest_before_steps=activity.rest_before_s // STEP_S,
        rest_after_steps=activity.rest_after_s // STEP_S,
        auxiliary_a=character_of(car).auxiliary_a,
        air_celsius=air_celsius(car.seed, activity.start_ms),
        step_s=STEP_S,
    )
    course = charging_course(pack, _beginning(car, activity), charge)
    steps = course.soc.shape[0]
    doing = _doing(activity, np.full(steps, activity.odometer_start_m), np.zeros(steps))
    return measured(car, pack, course=course, doing=doing, draw=draw)


def _drive(car: Car, activity: Activity, draw: np.random.Generator) -> Samples:
    pack = pack_state(car, activity.day)
    way = drive(
        draw,
        metres=1_000 * activity.km,
        steps=activity.lasts_s // STEP_S,
        step_s=STEP_S,
        ah=(activity.soc_start - activity.soc_end) * pack.capacity_ah,
    )
    course = given_course(
        pack,
        _beginning(car, activity),
        way.current_a,
        air_celsius=air_celsius(car.seed, activity.start_ms),
        step_s=STEP_S,
    )
    driven_m = np.concatenate(([0.0], np.cumsum(way.speed_m_s[:-1]))) * STEP_S
    doing = _doing(activity, activity.odometer_start_m + driven_m, way.speed_m_s)
    return measured(car, pack, course=course, doing=doing, draw=draw)


def _beginning(car: Car, activity: Activity) -> Condition:
    return Condition(
        soc=activity.soc_start,
        polarisation_v=_LEFT_POLARISATION_V[activity.kind],
        celsius=air_celsius(car.seed, activity.start_ms) + _WARMER_CELSIUS[activity.kind],
    )


def _doing(
    activity: Activity, odometer_m: NDArray[np.float64], speed_m_s: NDArray[np.float64]
) -> Doing:
    steps = np.arange(odometer_m.shape[0], dtype=np.int64)
    return Doing(
        day=activity.day,
        bend=activity.bend,
        state=activity.kind,
        sampled_at_ms=activity.start_ms + _STEP_MS * steps,
        odometer_m=odometer_m,
        speed_m_s=speed_m_s,
    )
