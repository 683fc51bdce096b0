"""What the car's sensors and its BMS make of the truth: noise, bias, steps, a cell for a cell.

In: a car, a course, what the car does. Out: `Samples` in telemetry's columns, nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import day_of_ms, day_start_ms
from battery_passport.simulation.cell_kernel import CellRows, CellTraits, Sensor, cell_voltages
from battery_passport.simulation.character import cell_spread_of, character_of
from battery_passport.simulation.course import Course
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.faults.stated_effects import (
    forgets_health,
    insulation_kohm,
    warning_level,
    was_reset,
)
from battery_passport.simulation.hidden_constants import CELL_NOISE_SIGMA_MV, RESET_SOH_RATIO
from battery_passport.simulation.model import Car
from battery_passport.simulation.open_circuit import LOWEST_SOC, STEPS_PER_SOC
from battery_passport.simulation.pack_state import PackState, resistance_factor
from battery_passport.simulation.state_of_charge import stated_soc
from battery_passport.telemetry.model import Samples

_CURRENT_NOISE_A = 0.04
_CURRENT_STEP_MA = 100
_PACK_VOLTAGE_STEP_MV = 100
_TEMPERATURE_STEP_DC = 10
_SOH_STEP_PERMYRIAD = 10
_COUNTER_STEP_MAH = 100
_INSULATION_UNREST = 0.04

IntColumn = NDArray[np.int64]

Keep = Callable[[IntColumn, Mapping[str, IntColumn]], NDArray[np.bool_]]
"""Says which samples a device keeps, by their times and the columns of one value a sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What the car does meanwhile, as far as its sensors tell. Shape: arrays (steps,)."""

    day: int
    bend: float
    state: int
    sampled_at_ms: NDArray[np.int64]
    odometer_m: NDArray[np.float64]
    speed_m_s: NDArray[np.float64]
    charged_ah: NDArray[np.float64]
    given_ah: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """An activity's randomness, and which of its samples the device keeps (None: all)."""

    draw: np.random.Generator
    keep: Keep | None = None


def measured(car: Car, pack: PackState, *, course: Course, doing: Doing, chance: Chance) -> Samples:
    """Return what the car reports of a course; a sample is the same whatever else is kept."""
    draw = chance.draw
    seed = np.uint64(draw.integers(2**63))
    scalars = _scalars(car, pack, course=course, doing=doing, draw=draw)
    at_ms = doing.sampled_at_ms
    if chance.keep is None:
        numbers = np.arange(at_ms.shape[0], dtype=np.int64)
    else:
        numbers = np.flatnonzero(chance.keep(at_ms, scalars))
        scalars = {name: values[numbers] for name, values in scalars.items()}
    sensor = Sensor(seed=seed, sigma_mv=CELL_NOISE_SIGMA_MV, step_mv=car.model.cell_step_mv)
    cells_mv, sums_mv = _cells(car, pack, course, numbers=numbers, sensor=sensor)
    probes = _probes_dc(car, course, numbers)
    return Samples(
        sampled_at_ms=at_ms[numbers],
        columns=scalars
        | {
            "cell_voltage_mv": cells_mv,
            "pack_voltage_mv": _stepped(sums_mv, _PACK_VOLTAGE_STEP_MV),
            "probe_temperature_dc": probes,
            "temperature_max_dc": probes.max(axis=1, initial=-500),
            "temperature_min_dc": probes.min(axis=1, initial=2_000),
        },
    )


def _scalars(
    car: Car, pack: PackState, *, course: Course, doing: Doing, draw: np.random.Generator
) -> dict[str, IntColumn]:
    """Return the columns with one value a sample that need no cell."""
    fault, at_ms = fault_of(car), doing.sampled_at_ms
    steps = at_ms.shape[0]
    begun_ms = int(at_ms[0]) if steps else 0
    noise_a = _CURRENT_NOISE_A * draw.standard_normal(steps)
    stated = 10_000 * stated_soc(course.soc, bend=doing.bend)
    forgotten = _forgotten_ah(car, begun_ms)
    pack_v = pack.cells * car.model.nominal_cell_v
    healthy = _insulation_kohm(car, steps, draw)
    return {
        "current_ma": _stepped(1_000 * (course.current_a + noise_a), _CURRENT_STEP_MA),
        "bms_soc_permyriad": _stepped(stated, car.model.soc_step_permyriad),
        "bms_soh_permyriad": np.full(steps, stated_soh_permyriad(car, doing.day, begun_ms)),
        "odometer_m": _stepped(doing.odometer_m, car.model.odometer_step_m),
        "speed_mm_s": _stepped(1_000 * doing.speed_m_s, 10),
        "insulation_kohm": insulation_kohm(fault, at_ms, healthy=healthy, pack_v=pack_v),
        "bms_warning_level": warning_level(fault, at_ms),
        "cumulative_charge_mah": _counted(doing.charged_ah - forgotten[0]),
        "cumulative_discharge_mah": _counted(doing.given_ah - forgotten[1]),
        "vehicle_state": np.full(steps, doing.state, dtype=np.int64),
    }


def stated_soh_permyriad(car: Car, day: int, moment_ms: int | None = None) -> int:
    """Return the state of health the BMS states: learned once a month, with its own bias.

    `moment_ms` tells whether a reset has come before it; left out, the day's beginning counts.
    """
    moment = day_start_ms(day) if moment_ms is None else moment_ms
    if forgets_health(fault_of(car), moment):
        return round(1e4 * RESET_SOH_RATIO)
    life = life_until(car, day)
    learned = max(0, 30 * ((day - life.first_day) // 30))
    ratio = float(life.capacity_ratio[learned]) + character_of(car).soh_bias
    return _SOH_STEP_PERMYRIAD * round(1e4 * ratio / _SOH_STEP_PERMYRIAD)


def _forgotten_ah(car: Car, moment_ms: int) -> tuple[float, float]:
    """Return by how much the counters lie below the truth: what they held when they were reset."""
    fault = fault_of(car)
    if fault is None or not was_reset(fault, moment_ms):
        return 0.0, 0.0
    plan = diary_of(car).day(day_of_ms(fault.begins_ms))
    return (0.0, 0.0) if plan is None else (plan.before.charged_ah, plan.before.given_ah)


def _cells(
    car: Car, pack: PackState, course: Course, *, numbers: IntColumn, sensor: Sensor
) -> tuple[IntColumn, NDArray[np.float64]]:
    """Return each cell's reported voltage in mV, and the sum of the true ones, of some rows."""
    drop_v = course.current_a * pack.ohmic_ohm * resistance_factor(course.celsius)
    drop_v += course.polarisation_v
    rows = CellRows(number=numbers, soc=course.soc[numbers], drop_v=drop_v[numbers])
    offset = 1 - pack.inverse_capacity + pack.charge_offset - LOWEST_SOC
    traits = CellTraits(
        open_circuit_v=pack.open_circuit_v,
        slope=pack.inverse_capacity * STEPS_PER_SOC,
        offset=offset * STEPS_PER_SOC + 0.5,
        resistance_ratio=pack.resistance_ratio,
        sensor_mv=cell_spread_of(car).sensor_offset_mv,
    )
    return cell_voltages(rows, traits, sensor)


def _probes_dc(car: Car, course: Course, numbers: IntColumn) -> IntColumn:
    """Return the probes' temperatures: the pack's, each with its place's offset, in whole steps."""
    offsets = cell_spread_of(car).probe_offset_celsius
    load = np.abs(course.current_a[numbers]) / car.model.rated_capacity_ah
    gradient = np.linspace(-1.0, 1.0, car.model.probes)
    celsius = course.celsius[numbers, None] + offsets + np.multiply.outer(load, gradient)
    return _stepped(10 * celsius, _TEMPERATURE_STEP_DC)


def _insulation_kohm(car: Car, steps: int, draw: np.random.Generator) -> IntColumn:
    """Return the insulation resistance: a value that now and then wanders by one."""
    wander = np.where(draw.random(steps) < _INSULATION_UNREST, draw.choice([-1, 1], steps), 0)
    level = round(character_of(car).insulation_kohm + 25 * draw.standard_normal())
    return np.asarray(level + np.cumsum(wander), dtype=np.int64)


def _counted(taken_ah: NDArray[np.float64]) -> IntColumn:
    return _stepped(1_000 * np.maximum(taken_ah, 0.0), _COUNTER_STEP_MAH)


def _stepped(values: NDArray[np.floating], step: int) -> IntColumn:
    """Return values rounded to whole multiples of a step."""
    return np.asarray(np.rint(values / step), dtype=np.int64) * step
