"""The charges in a battery's measurements, each as a few dozen bins of counted charge.

In: a telemetry table. Out: for each charge, by bin, means of the voltage of a typical cell, of the
load and of what the cell remembers of it, and of the state of charge that the BMS states.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.capacity.memory import remembered_runs
from battery_passport.diagnostics.cleaning import clean_values
from battery_passport.diagnostics.course import count_charge
from battery_passport.diagnostics.fleet_capacity.constants import V1, Constants
from battery_passport.diagnostics.fleet_capacity.kernels import charge_legs, typical_cells
from battery_passport.diagnostics.parameters import V1 as READING
from battery_passport.diagnostics.signals import Signals, read_signals
from battery_passport.foundation.clock import DAY_S
from battery_passport.registry.model import Rating
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.table import TelemetryTable

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_Found = TypeVar("_Found")

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
    return _newest(table, rating, constants, _averaged)


def find_charge_rows(
    table: TelemetryTable, rating: Rating, constants: Constants = V1
) -> tuple[tuple[int, int], ...]:
    """Return the first and the last row of each of the charges that `find_charges` finds."""
    return _newest(table, rating, constants, _rows)


@dataclass(frozen=True, slots=True)
class _Read:
    signals: Signals
    counted_ah: Floats
    constants: Constants


def _legs(
    signals: Signals, counted_ah: Floats, rated_ah: float, constants: Constants
) -> NDArray[np.int64]:
    """Return first and last sample of each charge, the still time around it included.

    Shape: (charges, 2).
    """
    starts = np.concatenate([[0], np.flatnonzero(signals.is_break) + 1, [signals.row.size]])
    return charge_legs(
        counted_ah,
        starts,
        shortest_ah=constants.shortest_charge_ratio * rated_ah,
        reversal_ah=constants.reversal_ratio * rated_ah,
        still_ah=constants.stillness_ratio * rated_ah,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """The samples of legs, one leg after the other: `inside` points to them, `leg` tells whose.

    Shape: (samples,), starts (legs,).
    """

    inside: Integers
    leg: Integers
    starts: Integers

    @classmethod
    def of(cls, legs: Integers) -> Self:
        sizes = legs[:, 1] - legs[:, 0] + 1
        starts = np.cumsum(sizes) - sizes
        return cls(
            inside=np.arange(int(sizes.sum())) + np.repeat(legs[:, 0] - starts, sizes),
            leg=np.repeat(np.arange(sizes.size), sizes),
            starts=starts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Legs whose samples are in bins: in that `order`, a bin from each of `starts` to the next.

    `bounds`: which of the bins are a leg's.
    """

    legs: Integers
    runs: _Runs
    charge: Floats
    load: Floats
    elapsed_s: Floats
    voltage_v: Floats
    order: Integers
    starts: Integers
    bounds: Sequence[int]

    def with_enough_bins(self, fewest: int) -> Iterator[tuple[int, int, slice]]:
        """Yield first and last sample of each leg that has so many bins, and which they are."""
        for (head, tail), (first, past) in zip(
            self.legs.tolist(), pairwise(self.bounds), strict=True
        ):
            if past - first >= max(fewest, 1):
                yield head, tail, slice(first, past)


def _newest(
    table: TelemetryTable,
    rating: Rating,
    constants: Constants,
    of_legs: Callable[[_Read, _Placed], Iterable[_Found]],
) -> tuple[_Found, ...]:
    rated_ah = rating.rated_capacity_ah
    if not rated_ah or table.row_count == 0:
        return ()
    signals = read_signals(table, READING, largest_current_a=_FASTEST_PER_H * rated_ah)
    if signals is None:
        return ()
    read = _Read(signals, count_charge(signals), constants)
    newest_s = signals.elapsed_s[-1] - constants.newest_days * DAY_S
    legs = _legs(signals, read.counted_ah, rated_ah, constants)
    legs = legs[signals.elapsed_s[legs[:, 0]] >= newest_s]
    found: tuple[_Found, ...] = ()
    while legs.size and len(found) < constants.most_charges:
        wanted = constants.most_charges - len(found)
        newest, legs = legs[-wanted:], legs[:-wanted]
        placed = _placed(table, rating, read, newest)
        if placed is not None:
            found = (*of_legs(read, placed), *found)
    return found


def _placed(table: TelemetryTable, rating: Rating, read: _Read, legs: Integers) -> _Placed | None:
    """Return the legs with all their samples in bins at once; None if no sample can be used."""
    signals, constants = read.signals, read.constants
    runs = _Runs.of(legs)
    inside, rated_ah = runs.inside, rating.rated_capacity_ah or 1.0
    elapsed_s = signals.elapsed_s[inside]
    charge = (read.counted_ah[inside] - read.counted_ah[legs[:, 0]][runs.leg]) / rated_ah
    load = -signals.current_a[inside] / rated_ah
    number = _bin_numbers(charge, load, elapsed_s, (runs, constants))
    voltage_v = np.full(number.size, np.nan)
    kept = np.flatnonzero(number >= 0)
    voltage_v[kept] = _typical_v_of_each(table, rating, signals.row[inside[kept]], runs.leg[kept])
    usable = kept[np.isfinite(voltage_v[kept])]
    if usable.size == 0:
        return None
    order = usable[np.lexsort((number[usable], runs.leg[usable]))]
    leg, bins = runs.leg[order], number[order]
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(bins) != 0) | (np.diff(leg) != 0)]))
    return _Placed(
        legs=legs,
        runs=runs,
        charge=charge,
        load=load,
        elapsed_s=elapsed_s,
        voltage_v=voltage_v,
        order=order,
        starts=starts,
        bounds=np.searchsorted(leg[starts], np.arange(legs.shape[0] + 1)).tolist(),
    )


def _rows(read: _Read, placed: _Placed) -> Iterator[tuple[int, int]]:
    row = read.signals.row
    for head, tail, _bins in placed.with_enough_bins(read.constants.fewest_bins):
        yield int(row[head]), int(row[tail])


def _averaged(read: _Read, placed: _Placed) -> Iterator[Charge]:
    """Yield those of the legs that have enough bins, as the means of these."""
    memory = remembered_runs(
        placed.load, placed.elapsed_s, placed.runs.starts, memory_s=read.constants.memory_s
    )
    soc = read.signals.soc_ratio[placed.runs.inside]
    columns = (placed.charge, placed.voltage_v, placed.load, memory, soc)
    means = _means(columns, placed.order, placed.starts)
    row = read.signals.row
    for head, tail, bins in placed.with_enough_bins(read.constants.fewest_bins):
        middle, middle_v, middle_load, middle_memory, stated = (each[bins] for each in means)
        yield Charge(
            row=(int(row[head]), int(row[tail])),
            moved_ah=float(read.counted_ah[tail] - read.counted_ah[head]),
            charge=middle,
            voltage_v=middle_v,
            load=middle_load,
            memory=middle_memory,
            soc=stated,
        )


def _means(
    columns: tuple[Floats, Floats, Floats, Floats, Floats], order: Integers, starts: Integers
) -> tuple[Floats, ...]:
    """Return each bin's means of charge, voltage, load, memory and stated state of charge.

    The bins are the samples in that order, from one start to the next.
    """
    charge, soc = columns[0], columns[-1]
    counts = np.diff(np.append(starts, order.size))
    means = [np.add.reduceat(each[order], starts) / counts for each in columns[:-1]]
    stated = np.isfinite(soc)
    told = np.add.reduceat(np.where(stated, soc, 0.0)[order], starts)
    where = np.add.reduceat(np.where(stated, charge, 0.0)[order], starts)
    heard = np.add.reduceat(stated[order].astype(np.float64), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Where only some samples of a bin state it, it is moved to the middle of the bin.
        soc_mean = told / heard + np.where(heard > 0, means[0] - where / heard, 0.0)
    return (*means, soc_mean)


def _bin_numbers(
    charge: Floats, load: Floats, elapsed_s: Floats, read: tuple[_Runs, Constants]
) -> Integers:
    """Return each sample's bin: 0 the rest before, then by charge, last the rest after; -1 none.

    Of a rest only what comes after the settling counts; a rest that the recording begins with has
    settled already.
    """
    runs, constants = read
    is_moving = np.abs(load) > constants.rest_load
    places = np.arange(charge.size)
    first = np.minimum.reduceat(np.where(is_moving, places, charge.size), runs.starts)
    last = np.maximum.reduceat(np.where(is_moving, places, -1), runs.starts)
    number: Integers = 1 + (charge / constants.bin_ratio).astype(np.int64)
    is_before, is_after = places < first[runs.leg], places > last[runs.leg]
    number[is_before] = 0
    number[~is_moving & ~is_before & ~is_after] = -1
    highest = np.maximum.reduceat(number, runs.starts)
    settled_s = elapsed_s[last] + constants.settling_s
    settled = elapsed_s >= settled_s[runs.leg]
    number[is_after] = np.where(settled, highest[runs.leg] + 1, -1)[is_after]
    number[(last < 0)[runs.leg]] = -1
    return number


def _typical_v_of_each(
    table: TelemetryTable, rating: Rating, rows: Integers, leg: Integers
) -> Floats:
    """Return the voltage of a typical cell at the rows of each leg, from one source for a leg."""
    if not rows.size:
        return np.empty(0)
    typical_v = _typical_v(table, rating, rows)
    bounds = np.concatenate([[0], np.flatnonzero(np.diff(leg)) + 1, [leg.size]])
    is_known = np.logical_or.reduceat(np.isfinite(typical_v), bounds[:-1])
    if not is_known.all():
        # The source that serves the others has nothing of some legs.
        for first, past in pairwise(bounds.tolist()):
            typical_v[first:past] = _typical_v(table, rating, rows[first:past])
    return typical_v


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
