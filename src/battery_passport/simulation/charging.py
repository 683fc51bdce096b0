"""How a charge runs: constant power, less where cells are nearly full or cold, between two rests.

In: a pack's circuit, how it begins, a wish. Out: the `Course` of rest, charge and rest.
"""

import math
from dataclasses import dataclass

import numpy as np

from battery_passport.simulation.course import Condition, Course, given_course, joined_course
from battery_passport.simulation.heat import Heat
from battery_passport.simulation.open_circuit import LOWEST_SOC, STEPS_PER_SOC
from battery_passport.simulation.pack_state import PackState

# Fast charging gives way as the cells fill: state of charge, and the most current as C rate.
_TAPER_SOC = (0.0, 0.50, 0.60, 0.70, 0.80, 0.90, 0.96, 1.05)
_TAPER_C_RATE = (1.5, 1.30, 1.05, 0.80, 0.55, 0.28, 0.14, 0.05)
_COLD_CELSIUS = 14.0
_COLD_SHARE_PER_KELVIN = 0.035
_LEAST_SHARE = 0.25
_RAMP_STEPS = 3
_MOST_STEPS = 40_000
_FULL_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A wish to charge: this power at the pack, until this true state of charge."""

    power_w: float
    soc_full: float
    rest_before_steps: int
    rest_after_steps: int
    auxiliary_a: float
    air_celsius: float
    step_s: float


def charging_course(pack: PackState, start: Condition, charge: Charge) -> Course:
    """Return the course of a charge with its rests; charging ends exactly at `soc_full`."""

    def rest(condition: Condition, steps: int) -> Course:
        current_a = np.full(steps, charge.auxiliary_a)
        return given_course(
            pack, condition, current_a, air_celsius=charge.air_celsius, step_s=charge.step_s
        )

    before = rest(start, charge.rest_before_steps)
    filling = _filling_course(pack, before.after, charge)
    return joined_course(before, filling, rest(filling.after, charge.rest_after_steps))


@dataclass(frozen=True, slots=True)
class _Ceiling:
    """A bound on every cell of the pack: none is fuller or resists more than this one."""

    slope: float
    offset: float
    resistance_ratio: float


def _ceiling(pack: PackState) -> _Ceiling:
    slope = float(pack.inverse_capacity.min())
    offset = 1 - slope + float(pack.charge_offset.max())
    return _Ceiling(slope, offset, float(pack.resistance_ratio.max()))


def _filling_course(pack: PackState, start: Condition, charge: Charge) -> Course:
    """Return the charge itself, without rests: at each step the lowest of four bounds is taken.

    One plain loop over lists: measured as fast, for a city of 30, as compiling it would be.
    """
    table: list[float] = pack.open_circuit_v.tolist()
    taper_a = _taper_a(pack.capacity_ah)
    heat = Heat(pack, air_celsius=charge.air_celsius, step_s=charge.step_s)
    ceiling = _ceiling(pack)
    keep = math.exp(-charge.step_s / pack.polarisation_s)
    share_per_a = charge.step_s / 3_600 / pack.capacity_ah
    cell_w, amperes = charge.power_w / pack.cells, 0.0
    soc, drop_v, celsius = start.soc, start.polarisation_v, start.celsius
    rows: list[tuple[float, float, float, float]] = []
    while soc < charge.soc_full - _FULL_ENOUGH and len(rows) < _MOST_STEPS:
        factor = heat.factor(celsius)
        ohmic_ohm = pack.ohmic_ohm * factor
        cell_v = table[int((soc - LOWEST_SOC) * STEPS_PER_SOC)] + amperes * ohmic_ohm - drop_v
        fullest = ceiling.slope * soc + ceiling.offset
        room_v = pack.upper_cell_v - table[int((fullest - LOWEST_SOC) * STEPS_PER_SOC) + 1]
        room_a = (room_v + drop_v * ceiling.resistance_ratio) / ohmic_ohm
        warm_share = 1 - _COLD_SHARE_PER_KELVIN * (_COLD_CELSIUS - celsius)
        warm_share = min(1.0, max(_LEAST_SHARE, warm_share))
        allowed_a = min(
            cell_w / cell_v,
            taper_a[int(soc * 100)] * warm_share,
            room_a / ceiling.resistance_ratio,
        ) * min(1.0, (len(rows) + 1) / _RAMP_STEPS)
        amperes = min(max(0.0, allowed_a), (charge.soc_full - soc) / share_per_a)
        rows.append((-amperes, soc, drop_v, celsius))
        soc += amperes * share_per_a
        settled_v = -amperes * pack.polarisation_ohm * factor
        drop_v = settled_v + (drop_v - settled_v) * keep
        celsius = heat.next_celsius(celsius, amperes * amperes * factor)
    columns = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return Course(
        current_a=columns[0],
        soc=columns[1],
        polarisation_v=columns[2],
        celsius=columns[3],
        after=Condition(soc=soc, polarisation_v=drop_v, celsius=celsius),
    )


def _taper_a(capacity_ah: float) -> list[float]:
    """Return the most charging current by whole percent of charge."""
    rates = np.interp(np.arange(106) / 100, _TAPER_SOC, _TAPER_C_RATE)
    values: list[float] = (capacity_ah * rates).tolist()
    return values
