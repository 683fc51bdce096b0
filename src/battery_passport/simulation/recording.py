"""Turns what a car does into what it reports: one activity, or the time it stands between two.

In: a car and an activity of its diary. Out: `Samples`, always the same for the same activity.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.activity import Activity, Kind
from battery_passport.simulation.character import character_of
from battery_passport.simulation.charging import Charge, charging_course
from battery_passport.simulation.course import Condition, Course, given_course
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.driving import drive
from battery_passport.simulation.measurement import Chance, Doing, Keep, measured
from battery_passport.simulation.model import Car
from battery_passport.simulation.pack_state import PackState, pack_at
from battery_passport.simulation.weather import air_celsius
from battery_passport.telemetry.model import Samples

STEP_S = 10
"""Seconds between two samples while driving or charging."""

_STEP_MS = 1_000 * STEP_S
# How much warmer than the air the pack is, and what polarisation is left, when each begins.
_WARMER_CELSIUS = {Kind.DRIVING: 1.0, Kind.SLOW_CHARGING: 3.0, Kind.FAST_CHARGING: 7.0}
_LEFT_POLARISATION_V = {Kind.DRIVING: 0.0, Kind.SLOW_CHARGING: 0.001, Kind.FAST_CHARGING: 0.004}


@dataclass(frozen=True, slots=True)
class Recording:
    """What a device keeps of a drive or charge, and when this ended."""

    samples: Samples
    end_ms: int


def recorded(car: Car, activity: Activity) -> Samples:
    """Return all samples of a drive or of a charge with its rests."""
    return recording_of(car, activity).samples


@lru_cache(maxsize=64)
def recording_of(car: Car, activity: Activity, keep: Keep | None = None) -> Recording:
    """Return what a device records of an activity: all samples, or those that it keeps."""
    draw = stream(car.seed, Purpose.SESSION, car.number, activity.number)
    chance = Chance(draw=draw, keep=keep)
    return (_drive if activity.kind is Kind.DRIVING else _charge)(car, activity, chance)


def _charge(car: Car, activity: Activity, chance: Chance) -> Recording:
    pack = pack_at(car, activity.start_ms)
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
    way = _Way(
        odometer_m=np.full(steps, activity.odometer_start_m),
        speed_m_s=np.zeros(steps),
        charged_ah=activity.charged_ah + _moved_ah(np.maximum(-course.current_a, 0.0)),
        given_ah=activity.given_ah + _moved_ah(np.maximum(course.current_a, 0.0)),
    )
    return _recording(car, pack, course, doing=_doing(activity, way), chance=chance)


def _drive(car: Car, activity: Activity, chance: Chance) -> Recording:
    pack = pack_at(car, activity.start_ms)
    way = drive(
        chance.draw,
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
    # What braking gives back is counted as not given: both counters only grow.
    net_ah = np.maximum.accumulate(np.maximum(_moved_ah(way.current_a), 0.0))
    end_ah = (activity.soc_start - activity.soc_end) * pack.capacity_ah
    done = _Way(
        odometer_m=activity.odometer_start_m + driven_m,
        speed_m_s=way.speed_m_s,
        charged_ah=np.full(driven_m.shape[0], activity.charged_ah),
        given_ah=activity.given_ah + np.minimum(net_ah, end_ah),
    )
    return _recording(car, pack, course, doing=_doing(activity, done), chance=chance)


def _recording(
    car: Car, pack: PackState, course: Course, *, doing: Doing, chance: Chance
) -> Recording:
    samples = measured(car, pack, course=course, doing=doing, chance=chance)
    return Recording(samples, int(doing.sampled_at_ms[-1]) + _STEP_MS)


def _beginning(car: Car, activity: Activity) -> Condition:
    return Condition(
        soc=activity.soc_start,
        polarisation_v=_LEFT_POLARISATION_V[activity.kind],
        celsius=air_celsius(car.seed, activity.start_ms) + _WARMER_CELSIUS[activity.kind],
    )


def _moved_ah(current_a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the charge that has flowed before each step."""
    return np.concatenate(([0.0], np.cumsum(current_a[:-1]))) * STEP_S / 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Odometer, speed and counters at each step. Shape: (steps,)."""

    odometer_m: NDArray[np.float64]
    speed_m_s: NDArray[np.float64]
    charged_ah: NDArray[np.float64]
    given_ah: NDArray[np.float64]


def _doing(activity: Activity, way: _Way) -> Doing:
    steps = np.arange(way.odometer_m.shape[0], dtype=np.int64)
    return Doing(
        day=activity.day,
        bend=activity.bend,
        state=activity.kind,
        sampled_at_ms=activity.start_ms + _STEP_MS * steps,
        odometer_m=way.odometer_m,
        speed_m_s=way.speed_m_s,
        charged_ah=way.charged_ah,
        given_ah=way.given_ah,
    )
