"""How a charge runs: constant power, less where cells are nearly full or cold, between two rests.

In: a pack's circuit, how it begins, a wish. Out: the `Course` of rest, charge and rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.course import Condition, Course, given_course, joined_course
from battery_passport.simulation.course_kernel import Filling, filling_rows
from battery_passport.simulation.heat import circuit_of
from battery_passport.simulation.pack_state import PackState

# Fast charging gives way as the cells fill: state of charge, and the most current as C rate.
_TAPER_SOC = (0.0, 0.50, 0.60, 0.70, 0.80, 0.90, 0.96, 1.05)
_TAPER_C_RATE = (1.5, 1.30, 1.05, 0.80, 0.55, 0.28, 0.14, 0.05)


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


def _filling_course(pack: PackState, start: Condition, charge: Charge) -> Course:
    """Return the charge itself, without rests: at each step the lowest of four bounds is taken."""
    circuit = circuit_of(pack, air_celsius=charge.air_celsius, step_s=charge.step_s)
    slope = float(pack.inverse_capacity.min())
    wish = Filling(
        open_circuit_v=pack.open_circuit_v,
        taper_a=_taper_a(pack.capacity_ah),
        cell_w=charge.power_w / pack.cells,
        soc_full=charge.soc_full,
        upper_cell_v=pack.upper_cell_v,
        ceiling_slope=slope,
        ceiling_offset=1 - slope + float(pack.charge_offset.max()),
        ceiling_resistance=float(pack.resistance_ratio.max()),
    )
    rows, (soc, drop_v, celsius) = filling_rows(
        circuit, wish, (start.soc, start.polarisation_v, start.celsius)
    )
    return Course(
        current_a=rows[:, 0],
        soc=rows[:, 1],
        polarisation_v=rows[:, 2],
        celsius=rows[:, 3],
        after=Condition(soc=soc, polarisation_v=drop_v, celsius=celsius),
    )


def _taper_a(capacity_ah: float) -> NDArray[np.float64]:
    """Return the most charging current by whole percent of charge."""
    return np.asarray(
        capacity_ah * np.interp(np.arange(106) / 100, _TAPER_SOC, _TAPER_C_RATE), dtype=np.float64
    )
