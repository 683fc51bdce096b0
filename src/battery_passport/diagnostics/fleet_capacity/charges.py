"""The charges in a battery's measurements, each as a few dozen bins of counted charge.

In: a telemetry table. Out: for each charge, by bin, means of the voltage of a typical cell, of the
load and of what the cell remembers of it, and of the state of charge that the BMS states.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.capacity.memory import remembered
from battery_passport.diagnostics.cleaning import clean_values
from battery_passport.diagnostics.course import Course, follow, turning_points
from battery_passport.diagnostics.fleet_capacity.constants import V1, Constants
from battery_passport.diagnostics.fleet_capacity.kernels import typical_cells
from battery_passport.diagnostics.parameters import V1 as READING
from battery_passport.diagnostics.signals import Signals, read_signals
from battery_passport.foundation.clock import DAY_S
from battery_passport.registry.model import Rating
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.table import TelemetryTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FASTEST_PER_H = 10.0
_CELLS = "cell_voltage_mv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One charge with its rests. `charge` is counted from its beginning, positive when taken up.

    `row` is the first and the last row of the table. `soc` is NaN where none was stated.
    Shape: (bins,) each. Units: charge and load as ratios of the rated capacity (load per hour).
    """

    row: tuple[int, int]
    moved_ah: float
    charge: Floats
    voltage_v: Floats
    load: Floats
    memory: Floats
    soc: Floats


def find_charges(
    table: TelemetryTable, rating: Rating, constants: Constants = V1
) -> tuple[Charge, ...]:
    """Return the newest charges that are long enough, oldest first."""
    rated_ah = rating.rated_capacity_ah
    if not rated_ah or table.row_count == 0:
        return ()
    signals = read_signals(table, READING, largest_current_a=_FASTEST_PER_H * rated_ah)
    if signals is None:
        return ()
    course = follow(signals)
    newest_s = signals.elapsed_s[-1] - constants.newest_days * DAY_S
    legs = [
        leg
        for leg in _legs(signals, course, rated_ah, constants)
        if signals.elapsed_s[leg[0]] >= newest_s
    ]
    found: list[Charge] = []
    for head, tail in reversed(legs):
        charge = _binned(table, rating, (signals, course, constants), (head, tail))
        if charge is not None:
            found.append(charge)
        if len(found) == constants.most_charges:
            break
    return tuple(reversed(found))


def _legs(
    signals: Signals, course: Course, rated_ah: float, constants: Constants
) -> Iterator[tuple[int, int]]:
    """Yield first and last sample of each charge, the still time around it included."""
    starts = np.concatenate([[0], np.flatnonzero(signals.is_break) + 1, [signals.row.size]])
    still_ah = constants.stillness_ratio * rated_ah
    for start, past in pairwise(starts.tolist()):
        counted = course.counted_ah[start:past]
        if counted.max() - counted.min() < constants.shortest_charge_ratio * rated_ah:
            continue  # no two of its turns lie further apart
        turns = turning_points(counted, reversal_ah=constants.reversal_ratio * rated_ah)
        for low, high in pairwise(turns):
            if counted[high] - counted[low] >= constants.shortest_charge_ratio * rated_ah:
                before = np.flatnonzero(np.abs(counted[:low] - counted[low]) > still_ah)
                after = np.flatnonzero(np.abs(counted[high:] - counted[high]) > still_ah)
                head = int(before[-1]) + 1 if before.size else 0
                tail = high + (int(after[0]) - 1 if after.size else counted.size - high - 1)
                yield start + head, start + tail


def _binned(
    table: TelemetryTable,
    rating: Rating,
    read: tuple[Signals, Course, Constants],
    ends: tuple[int, int],
) -> Charge | None:
    signals, course, constants = read
    rated_ah = rating.rated_capacity_ah or 1.0
    inside = slice(ends[0], ends[1] + 1)
    rows, elapsed_s = signals.row[inside], signals.elapsed_s[inside]
    charge = (course.counted_ah[inside] - course.counted_ah[ends[0]]) / rated_ah
    load = -signals.current_a[inside] / rated_ah
    memory = remembered(
        load, elapsed_s, np.zeros(load.size, dtype=np.bool_), memory_s=constants.memory_s
    )
    number = _bin_numbers(charge, load, elapsed_s, constants)
    kept = np.flatnonzero(number >= 0)
    voltage_v = np.full(number.size, np.nan)
    voltage_v[kept] = _typical_v(table, rating, rows[kept])
    usable = kept[np.isfinite(voltage_v[kept])]
    if usable.size == 0:
        return None
    soc = signals.soc_ratio[inside]
    order = usable[np.argsort(number[usable], kind="stable")]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(number[order]) != 0]))
    if starts.size < constants.fewest_bins:
        return None
    counts = np.diff(np.append(starts, order.size))

    def mean(values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values[order], starts) / counts)

    stated = np.isfinite(soc)
    told = np.add.reduceat(np.where(stated, soc, 0.0)[order], starts)
    where = np.add.reduceat(np.where(stated, charge, 0.0)[order], starts)
    heard = np.add.reduceat(stated[order].astype(np.float64), starts)
    middle = mean(charge)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Where only some samples of a bin state it, it is moved to the middle of the bin.
        soc_mean = told / heard + np.where(heard > 0, middle - where / heard, 0.0)
    return Charge(
        row=(int(rows[0]), int(rows[-1])),
        moved_ah=float(course.counted_ah[ends[1]] - course.counted_ah[ends[0]]),
        charge=middle,
        voltage_v=mean(voltage_v),
        load=mean(load),
        memory=mean(memory),
        soc=soc_mean,
    )


def _bin_numbers(charge: Floats, load: Floats, elapsed_s: Floats, constants: Constants) -> Integers:
    """Return each sample's bin: 0 the rest before, then by charge, last the rest after; -1 none.

    Of a rest only what comes after the settling counts; a rest that the recording begins with has
    settled already.
    """
    moving = np.flatnonzero(np.abs(load) > constants.rest_load)
    number: Integers = 1 + (charge / constants.bin_ratio).astype(np.int64)
    if moving.size == 0:
        return np.full(charge.size, -1, dtype=np.int64)
    first, last = int(moving[0]), int(moving[-1])
    number[:first] = 0
    number[first + 1 : last + 1][np.abs(load[first + 1 : last + 1]) <= constants.rest_load] = -1
    after = slice(last + 1, None)
    settled = elapsed_s[after] >= elapsed_s[last] + constants.settling_s
    number[after] = np.where(settled, int(number.max()) + 1, -1)
    return number


def _typical_v(table: TelemetryTable, rating: Rating, rows: Integers) -> Floats:
    """Return the voltage of a typical cell at rows, NaN where none was measured."""
    cells = table.columns.get(_CELLS)
    if cells is not None and cells.ndim == 2:
        column = COLUMN_BY_NAME[_CELLS]
        typical = typical_cells(cells, rows, column.low, column.high)
        if np.isfinite(typical).any():
            return typical * column.scale
    condensed = table.condensed.get(f"{_CELLS}.trimmed")
    if condensed is not None and np.isfinite(condensed[rows]).any():
        return condensed[rows] * COLUMN_BY_NAME[_CELLS].scale
    mean = _column(table, "cell_voltage_mean_uv", rows)
    if np.isfinite(mean).any():
        return mean
    middle = 0.5 * (
        _column(table, "cell_voltage_max_mv", rows) + _column(table, "cell_voltage_min_mv", rows)
    )
    if np.isfinite(middle).any():
        return middle
    return _column(table, "pack_voltage_mv", rows) / (rating.cells_in_series or np.nan)


def _column(table: TelemetryTable, name: str, rows: Integers) -> Floats:
    values = table.columns.get(name)
    if values is None or values.ndim != 1:
        return np.full(rows.size, np.nan)
    return clean_values(values[rows], name)
