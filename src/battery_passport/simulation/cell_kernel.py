"""The pack's innermost loop: every cell's terminal voltage as its sensor reports it.

In: the mean cell's charge and voltage drop row by row, how each cell differs. Out: millivolts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.compiling import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class CellRows(NamedTuple):
    """The rows wanted. `number` counts within the activity and names each row's noise.

    Shape: each (rows,).
    """

    number: Ints
    soc: Floats
    drop_v: Floats


class CellTraits(NamedTuple):
    """How each cell differs. A cell's place in the table of volts is soc · slope + offset.

    Shape: arrays (cells,) but `open_circuit_v` (table,).
    """

    open_circuit_v: NDArray[np.float32]
    slope: Floats
    offset: Floats
    resistance_ratio: Floats
    sensor_mv: Floats


class Sensor(NamedTuple):
    """A sensor's noise and step; `seed` is the activity's own."""

    seed: np.uint64
    sigma_mv: float
    step_mv: int


@compiled
def _mixed(number: np.uint64) -> np.uint64:
    """Return well-mixed bits of a counter (the finaliser of SplitMix64)."""
    bits = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@compiled
def _normal(bits: np.uint64) -> float:
    """Return a nearly normal number: the sum of four uniform ones, never beyond 3.5 sigma."""
    low = np.uint64(0xFFFF)
    total = (
        np.int64(bits & low)
        + np.int64((bits >> np.uint64(16)) & low)
        + np.int64((bits >> np.uint64(32)) & low)
        + np.int64(bits >> np.uint64(48))
    )
    return (total - 131_070) / 37_837.2


@compiled
def cell_voltages(rows: CellRows, cells: CellTraits, sensor: Sensor) -> tuple[Ints, Floats]:
    """Return each cell's reported millivolts and each row's true sum of millivolts.

    Shape: (rows, cells) and (rows,).
    """
    count, width = rows.soc.shape[0], cells.slope.shape[0]
    reported = np.empty((count, width), dtype=np.int64)
    sums_mv = np.empty(count)
    last = cells.open_circuit_v.shape[0] - 1
    step = float(sensor.step_mv)
    for row in range(count):
        soc, drop_v, sum_mv = rows.soc[row], rows.drop_v[row], 0.0
        counter = sensor.seed + np.uint64(rows.number[row]) * np.uint64(0x9E3779B97F4A7C15)
        for cell in range(width):
            place = min(max(int(soc * cells.slope[cell] + cells.offset[cell]), 0), last)
            volts = cells.open_circuit_v[place] - drop_v * cells.resistance_ratio[cell]
            sum_mv += 1_000.0 * volts
            noise = _normal(_mixed(counter + np.uint64(cell) * np.uint64(0xD1B54A32D192ED03)))
            seen_mv = 1_000.0 * volts + cells.sensor_mv[cell] + sensor.sigma_mv * noise
            reported[row, cell] = np.int64(np.rint(seen_mv / step)) * sensor.step_mv
        sums_mv[row] = sum_mv
    return reported, sums_mv
