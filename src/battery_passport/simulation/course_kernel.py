"""The mean cell through time: charge, polarisation and heat, step by step.

In: a circuit, how it begins, a current or a wish to charge. Out: rows of a course.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.compiling import compiled
from battery_passport.simulation.open_circuit import LOWEST_SOC, STEPS_PER_SOC

Floats = NDArray[np.float64]

COOLING_FROM_CELSIUS = 33.0
COLDEST_CELSIUS = -40
HOTTEST_CELSIUS = 120
_LEAK_W_PER_KELVIN = 28.0
_COOLING_W_PER_KELVIN = 450.0
_COLD_CELSIUS = 14.0
_COLD_SHARE_PER_KELVIN = 0.035
_LEAST_SHARE = 0.25
_RAMP_STEPS = 3
_MOST_STEPS = 40_000
_FULL_ENOUGH = 1e-9


class Circuit(NamedTuple):
    """What stays the same during a course.

    `factors` holds the factor of resistance at whole degrees from COLDEST_CELSIUS on; `keep` is
    what is left of polarisation after a step.
    """

    ohmic_ohm: float
    polarisation_ohm: float
    keep: float
    share_per_a: float
    w_per_square_a: float
    kelvin_per_w: float
    air_celsius: float
    factors: Floats


class Filling(NamedTuple):
    """A wish to charge, and the bounds of every cell of the pack.

    `taper_a` holds the most current by whole percent of charge; `ceiling_*` describe a cell that
    is nowhere less full, and resists nowhere less, than any cell of the pack.
    """

    open_circuit_v: NDArray[np.float32]
    taper_a: Floats
    cell_w: float
    soc_full: float
    upper_cell_v: float
    ceiling_slope: float
    ceiling_offset: float
    ceiling_resistance: float


@compiled
def factor_at(factors: Floats, celsius: float) -> float:
    """Return the factor of resistance, between the whole degrees of the table."""
    place = celsius - COLDEST_CELSIUS
    below = int(place)
    low: float = factors[below]
    high: float = factors[below + 1]
    return low + (place - below) * (high - low)


@compiled
def _warmed(circuit: Circuit, celsius: float, factored_square_a: float) -> float:
    """Return the temperature one step later; the current squared comes times the factor."""
    watts = factored_square_a * circuit.w_per_square_a
    watts -= _LEAK_W_PER_KELVIN * (celsius - circuit.air_celsius)
    if celsius > COOLING_FROM_CELSIUS:
        watts -= _COOLING_W_PER_KELVIN * (celsius - COOLING_FROM_CELSIUS)
    return celsius + watts * circuit.kelvin_per_w


@compiled
def given_rows(circuit: Circuit, current_a: Floats, drop_v: float, celsius: float) -> Floats:
    """Return polarisation and temperature before each step, and after the last.

    Shape: (steps + 1, 2).
    """
    steps = current_a.shape[0]
    rows = np.empty((steps + 1, 2))
    for step in range(steps):
        rows[step, 0], rows[step, 1] = drop_v, celsius
        factor = factor_at(circuit.factors, celsius)
        settled_v = current_a[step] * circuit.polarisation_ohm * factor
        drop_v = settled_v + (drop_v - settled_v) * circuit.keep
        celsius = _warmed(circuit, celsius, current_a[step] * current_a[step] * factor)
    rows[steps, 0], rows[steps, 1] = drop_v, celsius
    return rows


@compiled
def _allowed_a(circuit: Circuit, wish: Filling, state: tuple[float, float, float, float]) -> float:
    """Return the lowest of the bounds: charger, taper in the cold, the fullest cell's voltage."""
    amperes, soc, drop_v, celsius = state
    ohmic_ohm = circuit.ohmic_ohm * factor_at(circuit.factors, celsius)
    table = wish.open_circuit_v
    cell_v = table[int((soc - LOWEST_SOC) * STEPS_PER_SOC)] + amperes * ohmic_ohm - drop_v
    fullest = wish.ceiling_slope * soc + wish.ceiling_offset
    room_v = wish.upper_cell_v - table[int((fullest - LOWEST_SOC) * STEPS_PER_SOC) + 1]
    room_a = (room_v + drop_v * wish.ceiling_resistance) / ohmic_ohm / wish.ceiling_resistance
    warm_share = 1 - _COLD_SHARE_PER_KELVIN * (_COLD_CELSIUS - celsius)
    warm_share = min(1.0, max(_LEAST_SHARE, warm_share))
    taper_a: float = wish.taper_a[int(soc * 100)]
    return min(wish.cell_w / float(cell_v), taper_a * warm_share, float(room_a))


@compiled
def filling_rows(
    circuit: Circuit, wish: Filling, begin: tuple[float, float, float]
) -> tuple[Floats, tuple[float, float, float]]:
    """Return current, charge, polarisation and temperature before each step, and the end.

    `begin` and the end: charge, polarisation, temperature. Shape: (steps, 4).
    """
    soc, drop_v, celsius = begin
    amperes = 0.0
    rows = np.empty((_MOST_STEPS, 4))
    step = 0
    while soc < wish.soc_full - _FULL_ENOUGH and step < _MOST_STEPS:
        allowed_a = _allowed_a(circuit, wish, (amperes, soc, drop_v, celsius))
        allowed_a *= min(1.0, (step + 1) / _RAMP_STEPS)
        amperes = min(max(0.0, allowed_a), (wish.soc_full - soc) / circuit.share_per_a)
        rows[step, 0], rows[step, 1] = -amperes, soc
        rows[step, 2], rows[step, 3] = drop_v, celsius
        factor = factor_at(circuit.factors, celsius)
        soc += amperes * circuit.share_per_a
        settled_v = -amperes * circuit.polarisation_ohm * factor
        drop_v = settled_v + (drop_v - settled_v) * circuit.keep
        celsius = _warmed(circuit, celsius, amperes * amperes * factor)
        step += 1
    return rows[:step].copy(), (soc, drop_v, celsius)
