"""How fast `fleet-capacity` is: its compiled loops against plain NumPy, and batteries a second.

In: cars of a simulated city, 90 days of charges each. Out: rates and ratios, in one run.
Most of the method is small dense algebra and one pass over every cell's voltage.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from battery_passport.diagnostics.fleet_capacity.charges import (
    Charge,
    Floats,
    Integers,
    find_charges,
)
from battery_passport.diagnostics.fleet_capacity.constants import V1
from battery_passport.diagnostics.fleet_capacity.curve import Shared
from battery_passport.diagnostics.fleet_capacity.kernels import typical_cells
from battery_passport.diagnostics.fleet_capacity.learning import first_belief, learn
from battery_passport.diagnostics.fleet_capacity.rounding import curve_of
from battery_passport.diagnostics.fleet_capacity.solving import solve
from battery_passport.diagnostics.fleet_capacity.system import bins_of, first_guess, normal
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.simulation.fleet import city
from battery_passport.simulation.model import Car
from battery_passport.telemetry.table import TelemetryTable
from benchmarks.figures import Figure
from benchmarks.plain_equations import plain_normal

CARS = 6
BEGINS = datetime(2026, 6, 1, tzinfo=UTC)
DAYS = 90
GOAL_TIMES = 10
_SECONDS = 1.5
_LOW_MV, _HIGH_MV = 500, 4_900


def measure(_folder: Path) -> list[Figure]:
    """Return ratios to NumPy and batteries a second on one core."""
    everyone = city(1, 60).cars
    model = next(car.model for car in everyone if car.model.chemistry is Chemistry.NMC)
    cars = [car for car in everyone if car.model.name == model.name][:CARS]
    tables = [_table(car) for car in cars]
    rating = Rating(
        rated_capacity_ah=model.rated_capacity_ah,
        cells_in_series=model.cells_in_series,
        chemistry=Chemistry.NMC,
    )
    found = [find_charges(table, rating) for table in tables]
    curve = curve_of(learn(found, first_belief(Chemistry.NMC)), "bench")
    mean, modes = curve.arrays()
    cells = tables[0].columns["cell_voltage_mv"]
    rows = np.arange(cells.shape[0])
    typical = _seconds(lambda: typical_cells(cells, rows, _LOW_MV, _HIGH_MV))
    plainly = _seconds(lambda: _plain_typical(cells))
    fast, plain = _equations(found[0], mean, modes)
    whole = _seconds(
        lambda: solve(
            find_charges(tables[0], rating), mean, modes, curve.constants, cars=curve.cars
        )
    )
    return [
        _times("fleet-capacity: typical cell against NumPy", plainly / typical),
        _times("fleet-capacity: equations against NumPy", plain / fast),
        Figure(name="fleet-capacity: a car's charges", value=len(found[0]), unit="charges"),
        Figure(name="fleet-capacity: whole method", value=1.0 / whole, unit="batteries/s"),
    ]


def _equations(charges: tuple[Charge, ...], mean: Floats, modes: Floats) -> tuple[float, float]:
    guess, shared, bins = first_guess(charges, V1), Shared.of_vector(mean), bins_of(charges)
    ways = np.ascontiguousarray(modes)
    fast = normal(bins, guess, shared, V1, robust=True, directions=ways)
    matrix, vector = plain_normal(charges, guess, shared, V1, ways)
    if not np.allclose(fast.matrix, matrix) or not np.allclose(fast.vector, vector, atol=1e-3):
        raise AssertionError("The compiled equations are not those of NumPy.")
    return (
        _seconds(lambda: normal(bins, guess, shared, V1, robust=True, directions=ways)),
        _seconds(lambda: plain_normal(charges, guess, shared, V1, ways)),
    )


def _plain_typical(cells: Integers) -> Floats:
    possible = (cells >= _LOW_MV) & (cells <= _HIGH_MV)
    held = np.where(possible, cells, 0)
    lowest = np.where(possible, cells, _HIGH_MV).min(axis=1)
    highest = np.where(possible, cells, _LOW_MV).max(axis=1)
    count = possible.sum(axis=1)
    return np.asarray((held.sum(axis=1) - lowest - highest) / np.maximum(count - 2, 1))


def _table(car: Car) -> TelemetryTable:
    parts = list(charge_windows(car, BEGINS, BEGINS + timedelta(days=DAYS)))
    times = np.concatenate([each.sampled_at_ms for each in parts])
    names = ("current_ma", "bms_soc_permyriad", "cell_voltage_mv", "temperature_max_dc")
    order = np.argsort(times, kind="stable")
    return TelemetryTable(
        sampled_at_ms=times[order],
        batch_ordinal=np.zeros(times.size, dtype=np.int32),
        batch_digests=(bytes(32),),
        columns={
            name: np.concatenate([each.columns[name] for each in parts])[order] for name in names
        },
        assumptions=(),
    )


def _times(name: str, value: float) -> Figure:
    return Figure(name=name, value=value, unit="times", goal=GOAL_TIMES)


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    work()
    began, calls = time.process_time(), 0
    while time.process_time() - began < _SECONDS:
        work()
        calls += 1
    return (time.process_time() - began) / calls
