"""A battery that burns while it stands: hours of silence, then a few minutes, then nothing more.

In: a car whose fault is a thermal runaway. Out: when it falls silent and wakes, its last samples.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import HOUR_MS
from battery_passport.simulation import hidden_constants as hidden
from battery_passport.simulation.activity import DayPlan, Evening, Kind
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.course import Condition, Course
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.draws import Purpose, stream
from battery_passport.simulation.fault_model import Fault, FaultKind
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.measurement import Chance, Doing, measured
from battery_passport.simulation.model import Car
from battery_passport.simulation.pack_state import pack_at
from battery_passport.simulation.weather import air_celsius
from battery_passport.telemetry.model import Samples

_STANDS_AT_LEAST_MS = 5 * HOUR_MS
_WITHIN_DAYS = 400
_STEP_MS = 1_000
# The device wakes because a voltage has collapsed: the first sample shows it already.
_WAKES_AFTER_S = 8.0
_FALL_S = 3.0
_DEAD_CELL_MV = 600
_DEAD_INSULATION_KOHM = 6
_INSULATION_FALL_S = 25.0
_PROBE_DELAY_S = 40.0
_NUMBER = 9_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Runaway:
    """When a battery falls silent, wakes and is gone, and how it stood."""

    fault: Fault
    silent_from_ms: int
    begins_ms: int
    ends_ms: int
    standing: Evening
    bend: float


@lru_cache(maxsize=1024)
def runaway_of(car: Car) -> Runaway | None:
    """Return a car's thermal runaway, the next time it stands long enough; None for most."""
    fault = fault_of(car)
    if fault is None or fault.kind is not FaultKind.THERMAL_RUNAWAY:
        return None
    draw = stream(car.seed, Purpose.FAULTS, car.number, 1)
    first = day_of_ms(fault.begins_ms) + 1
    for plan in diary_of(car).days(first, first + _WITHIN_DAYS):
        found = _standing(plan)
        if found is not None:
            return _placed(fault, plan, found, draw)
    return None


def _standing(plan: DayPlan) -> tuple[int, int, Evening] | None:
    """Return from when until when a car stands after a drive, and as what; None if too shortly."""
    for drive, following in zip(plan.activities, plan.activities[1:], strict=False):
        begins_ms = drive.start_ms + 1_000 * drive.lasts_s
        if drive.kind is Kind.DRIVING and following.start_ms - begins_ms >= _STANDS_AT_LEAST_MS:
            standing = Evening(
                soc=drive.soc_end,
                odometer_m=following.odometer_start_m,
                charged_ah=following.charged_ah,
                given_ah=following.given_ah,
            )
            return begins_ms, following.start_ms, standing
    return None


def _placed(
    fault: Fault, plan: DayPlan, found: tuple[int, int, Evening], draw: np.random.Generator
) -> Runaway:
    from_ms, until_ms, standing = found
    lasts_ms = 1_000 * int(draw.integers(*hidden.RUNAWAY_LASTS_S))
    begins_ms = until_ms - lasts_ms - int(draw.uniform(0.0, 0.2) * (until_ms - from_ms))
    silence_ms = int(draw.uniform(*hidden.RUNAWAY_SILENCE_HOURS) * HOUR_MS)
    return Runaway(
        fault=fault,
        silent_from_ms=max(from_ms, begins_ms - silence_ms),
        begins_ms=begins_ms,
        ends_ms=begins_ms + lasts_ms,
        standing=standing,
        bend=plan.bend,
    )


def last_minutes(car: Car, runaway: Runaway) -> Samples:
    """Return what the device reports once the collapse has woken it: a sample every second."""
    draw = stream(car.seed, Purpose.SESSION, car.number, _NUMBER)
    times = np.arange(runaway.begins_ms, runaway.ends_ms, _STEP_MS, dtype=np.int64)
    steps = times.shape[0]
    still, standing = np.zeros(steps), runaway.standing
    celsius = air_celsius(car.seed, runaway.begins_ms) + 2.0
    course = Course(
        current_a=still,
        soc=np.full(steps, standing.soc),
        polarisation_v=still,
        celsius=np.full(steps, celsius),
        after=Condition(soc=standing.soc, polarisation_v=0.0, celsius=celsius),
    )
    doing = Doing(
        day=day_of_ms(runaway.begins_ms),
        bend=runaway.bend,
        state=Kind.PARKED,
        sampled_at_ms=times,
        odometer_m=np.full(steps, standing.odometer_m),
        speed_m_s=still,
        charged_ah=np.full(steps, standing.charged_ah),
        given_ah=np.full(steps, standing.given_ah),
    )
    pack = pack_at(car, runaway.begins_ms)
    sound = measured(car, pack, course=course, doing=doing, chance=Chance(draw=draw))
    return _burning(car, runaway, sound, draw)


def _burning(car: Car, runaway: Runaway, sound: Samples, draw: np.random.Generator) -> Samples:
    columns = dict(sound.columns)
    seconds = (sound.sampled_at_ms - runaway.begins_ms) / 1_000 + _WAKES_AFTER_S
    origin = runaway.fault.cell or 0
    cells = _fallen(columns["cell_voltage_mv"], seconds, origin, draw)
    lost_mv = (columns["cell_voltage_mv"] - cells).sum(axis=1)
    probes = _heated(columns["probe_temperature_dc"], seconds, runaway.fault, car)
    alarm = np.ones(seconds.shape[0], dtype=np.int64)
    fall = np.exp(-seconds / _INSULATION_FALL_S)
    insulation = np.rint(columns["insulation_kohm"] * fall).astype(np.int64)
    columns |= {
        "cell_voltage_mv": cells // car.model.cell_step_mv * car.model.cell_step_mv,
        "pack_voltage_mv": np.maximum(columns["pack_voltage_mv"] - lost_mv, 10_000) // 100 * 100,
        "probe_temperature_dc": probes,
        "temperature_max_dc": probes.max(axis=1),
        "temperature_min_dc": probes.min(axis=1),
        "insulation_kohm": np.maximum(insulation, _DEAD_INSULATION_KOHM),
        "bms_warning_level": 3 * alarm,
        "thermal_alarm": alarm,
    }
    return Samples(sampled_at_ms=sound.sampled_at_ms, columns=columns)


def _fallen(
    sound_mv: NDArray[np.int64],
    seconds: NDArray[np.float64],
    origin: int,
    draw: np.random.Generator,
) -> NDArray[np.int64]:
    """Return cell voltages as the collapse spreads from one cell to its neighbours."""
    away = np.abs(np.arange(sound_mv.shape[1]) - origin)
    begins_s = away * draw.uniform(*hidden.RUNAWAY_SPREAD_S)
    since_s = np.maximum(seconds[:, None] - begins_s, 0.0)
    left_mv = _DEAD_CELL_MV + (sound_mv - _DEAD_CELL_MV) * np.exp(-since_s / _FALL_S)
    return np.asarray(np.rint(left_mv), dtype=np.int64)


def _heated(
    sound_dc: NDArray[np.int64], seconds: NDArray[np.float64], fault: Fault, car: Car
) -> NDArray[np.int64]:
    """Return probe temperatures: the nearest climbs first, the others after it."""
    nearest = (fault.cell or 0) * car.model.probes // car.model.cells_in_series
    delay_s = _PROBE_DELAY_S * np.abs(np.arange(car.model.probes) - nearest)
    since_s = np.maximum(seconds[:, None] - delay_s, 0.0)
    share = 1 - np.exp(-((since_s / 60.0) ** 2))
    heated = sound_dc + share * (10 * fault.size - sound_dc)
    return np.asarray(np.rint(heated / 10), dtype=np.int64) * 10
