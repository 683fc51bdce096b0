"""A parked car: its device wakes every ten minutes and takes one sample.

In: a car, a day's plan, from when until when it stands. Out: `Samples`, perhaps none.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.simulation.activity import Kind
from battery_passport.simulation.course import Condition, Course
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.measurement import Chance, Doing, Keep, measured
from battery_passport.simulation.model import Car
from battery_passport.simulation.pack_state import pack_at
from battery_passport.simulation.weather import air_celsius_at
from battery_passport.telemetry.model import Samples

PARKED_STEP_MS = 600_000
"""Samples lie on whole ten minutes, so that they fall alike whoever asks for them."""

_WARMER_CELSIUS = 1.0
# Parked times of a day are numbered from here, away from the numbers of activities.
_FIRST_NUMBER = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One time a car stands between two activities of a day; `place` counts them."""

    day: int
    place: int
    bend: float
    soc: float
    odometer_m: float
    charged_ah: float
    given_ah: float
    start_ms: int
    end_ms: int


def parked(car: Car, standing: Standing, keep: Keep | None = None) -> Samples:
    """Return the samples of a parked car: all, or those the device keeps."""
    first = -(-standing.start_ms // PARKED_STEP_MS) * PARKED_STEP_MS
    times = np.arange(first, max(first, standing.end_ms), PARKED_STEP_MS, dtype=np.int64)
    steps = times.shape[0]
    still = np.zeros(steps)
    soc = np.full(steps, standing.soc)
    celsius = air_celsius_at(car.seed, times) + _WARMER_CELSIUS
    after = Condition(soc=standing.soc, polarisation_v=0.0, celsius=0.0)
    course = Course(current_a=still, soc=soc, polarisation_v=still, celsius=celsius, after=after)
    doing = Doing(
        day=standing.day,
        bend=standing.bend,
        state=Kind.PARKED,
        sampled_at_ms=times,
        odometer_m=np.full(steps, standing.odometer_m),
        speed_m_s=still,
        charged_ah=np.full(steps, standing.charged_ah),
        given_ah=np.full(steps, standing.given_ah),
    )
    number = _FIRST_NUMBER + 16 * standing.day + standing.place
    chance = Chance(draw=stream(car.seed, Purpose.SESSION, car.number, number), keep=keep)
    pack = pack_at(car, standing.start_ms)
    return measured(car, pack, course=course, doing=doing, chance=chance)
