"""What the car's sensors and its BMS make of the truth: noise, bias, steps, a cell for a cell.

In: a car, a course, what the car does. Out: `Samples` in telemetry's columns, nothing else.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.character import cell_spread_of, character_of
from battery_passport.simulation.course import Course
from battery_passport.simulation.model import Car
from battery_passport.simulation.open_circuit import LOWEST_SOC, STEPS_PER_SOC
from battery_passport.simulation.pack_state import PackState, resistance_factor
from battery_passport.simulation.state_of_charge import stated_soc
from battery_passport.telemetry.model import Samples

_CELL_NOISE_MV = 0.55
_CURRENT_NOISE_A = 0.04
_CURRENT_STEP_MA = 100
_PACK_VOLTAGE_STEP_MV = 100
_TEMPERATURE_STEP_DC = 10
_SOH_STEP_PERMYRIAD = 10
_INSULATION_UNREST = 0.04

IntColumn = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What the car does meanwhile, as far as its sensors tell. Shape: odometer, speed (steps,)."""

    day: int
    bend: float
    state: int
    sampled_at_ms: NDArray[np.int64]
    odometer_m: NDArray[np.float64]
    speed_m_s: NDArray[np.float64]


def measured(
    car: Car, pack: PackState, *, course: Course, doing: Doing, draw: np.random.Generator
) -> Samples:
    """Return what the car reports of a course."""
    cells_mv = _cells_mv(pack, course)
    noisy = cells_mv + _CELL_NOISE_MV * draw.standard_normal(cells_mv.shape, dtype=np.float32)
    noisy += cell_spread_of(car).sensor_offset_mv.astype(np.float32)
    steps = course.soc.shape[0]
    noise_a = _CURRENT_NOISE_A * draw.standard_normal(steps)
    probes = _probes_dc(car, course)
    stated = 10_000 * stated_soc(course.soc, bend=doing.bend)
    return Samples(
        sampled_at_ms=doing.sampled_at_ms,
        columns={
            "current_ma": _stepped(1_000 * (course.current_a + noise_a), _CURRENT_STEP_MA),
            "pack_voltage_mv": _stepped(cells_mv.sum(axis=1), _PACK_VOLTAGE_STEP_MV),
            "cell_voltage_mv": _stepped(noisy, car.model.cell_step_mv),
            "bms_soc_permyriad": _stepped(stated, car.model.soc_step_permyriad),
            "bms_soh_permyriad": np.full(steps, stated_soh_permyriad(car, doing.day)),
            "probe_temperature_dc": probes,
            "temperature_max_dc": probes.max(axis=1),
            "temperature_min_dc": probes.min(axis=1),
            "odometer_m": _stepped(doing.odometer_m, car.model.odometer_step_m),
            "speed_mm_s": _stepped(1_000 * doing.speed_m_s, 10),
            "insulation_kohm": _insulation_kohm(car, steps, draw),
            "vehicle_state": np.full(steps, doing.state, dtype=np.int64),
        },
    )


def stated_soh_permyriad(car: Car, day: int) -> int:
    """Return the state of health the BMS states: learned once a month, with its own bias."""
    life = life_until(car, day)
    learned = max(0, 30 * ((day - life.first_day) // 30))
    ratio = float(life.capacity_ratio[learned]) + character_of(car).soh_bias
    return _SOH_STEP_PERMYRIAD * round(1e4 * ratio / _SOH_STEP_PERMYRIAD)


def _cells_mv(pack: PackState, course: Course) -> NDArray[np.float32]:
    """Return each cell's true terminal voltage. Shape: (samples, cells)."""
    slope = (pack.inverse_capacity * STEPS_PER_SOC).astype(np.float32)
    offset = 1 - pack.inverse_capacity + pack.charge_offset - LOWEST_SOC
    place = np.multiply.outer(course.soc.astype(np.float32), slope)
    place += (offset * STEPS_PER_SOC + 0.5).astype(np.float32)
    volts = pack.open_circuit_v.take(place.astype(np.int32), mode="clip")
    drop_v = course.current_a * pack.ohmic_ohm * resistance_factor(course.celsius)
    drop_v += course.polarisation_v
    volts -= np.multiply.outer(drop_v.astype(np.float32), pack.resistance_ratio.astype(np.float32))
    volts *= np.float32(1_000)
    return volts


def _probes_dc(car: Car, course: Course) -> IntColumn:
    """Return the probes' temperatures: the pack's, each with its place's offset, in whole steps."""
    offsets = cell_spread_of(car).probe_offset_celsius
    load = np.abs(course.current_a) / car.model.rated_capacity_ah
    gradient = np.linspace(-1.0, 1.0, car.model.probes)
    celsius = course.celsius[:, None] + offsets + np.multiply.outer(load, gradient)
    return _stepped(10 * celsius, _TEMPERATURE_STEP_DC)


def _insulation_kohm(car: Car, steps: int, draw: np.random.Generator) -> IntColumn:
    """Return the insulation resistance: a value that now and then wanders by one."""
    wander = np.where(draw.random(steps) < _INSULATION_UNREST, draw.choice([-1, 1], steps), 0)
    level = round(character_of(car).insulation_kohm + 25 * draw.standard_normal())
    return np.asarray(level + np.cumsum(wander), dtype=np.int64)


def _stepped(values: NDArray[np.floating], step: int) -> IntColumn:
    """Return values rounded to whole multiples of a step."""
    return np.asarray(np.rint(values / step), dtype=np.int64) * step
