"""Leaps of the current between neighbouring samples, and the resistance each shows.

In: a telemetry table. Out: steps with time, resistance, temperature and the rows they rest on.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import Booleans, Floats, Integers, clean
from battery_passport.diagnostics.pack_readings import (
    PACK_COLUMNS,
    pack_voltage_v,
    typical_celsius,
)
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

COLUMNS = ("current_ma", *PACK_COLUMNS)
"""The columns the method may read."""

_MS_PER_S = 1_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLimits:
    """What counts as a step. Units: amperes, seconds, ohms a cell, degrees Celsius."""

    least_step_a: float = 25.0
    longest_s: float = 30.0
    largest_cell_ohm: float = 0.02
    coldest_celsius: float = -30.0
    warmest_celsius: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps in the order of time; a step lies between the table's rows `row` - 1 and `row`.

    Units: milliseconds since 1970 UTC; ohms of the pack; degrees Celsius; seconds between samples.
    Shape: (steps,).
    """

    at_ms: Integers
    resistance_ohm: Floats
    celsius: Floats
    seconds: Floats
    row: Integers

    def at(self, chosen: Booleans | Integers) -> "Steps":
        """Return some of the steps."""
        return Steps(
            at_ms=self.at_ms[chosen],
            resistance_ohm=self.resistance_ohm[chosen],
            celsius=self.celsius[chosen],
            seconds=self.seconds[chosen],
            row=self.row[chosen],
        )


def find_steps(table: TelemetryTable, rating: Rating, limits: StepLimits) -> Steps:
    """Return the steps of a table; none where current, voltage or temperature is missing.

    Driving only: in a charge the charger sets the current, and its steps come with a taper.
    """
    current_a = clean(table, "current_ma")
    voltage_v = pack_voltage_v(table, rating.cells_in_series)
    celsius = typical_celsius(table)
    step_a = np.diff(current_a)
    step_v = np.diff(voltage_v)
    step_s = np.diff(table.sampled_at_ms) / _MS_PER_S
    with np.errstate(divide="ignore", invalid="ignore"):
        resistance_ohm = -step_v / step_a
    largest_ohm = limits.largest_cell_ohm * (rating.cells_in_series or _cells_of(voltage_v))
    is_step = (
        (np.abs(step_a) >= limits.least_step_a)
        & (step_s > 0)
        & (step_s <= limits.longest_s)
        & (resistance_ohm > 0)
        & (resistance_ohm <= largest_ohm)
        & (celsius[1:] >= limits.coldest_celsius)
        & (celsius[1:] <= limits.warmest_celsius)
        & _is_driving(current_a)
    )
    chosen = np.flatnonzero(is_step)
    return Steps(
        at_ms=table.sampled_at_ms[chosen + 1],
        resistance_ohm=resistance_ohm[chosen],
        celsius=celsius[chosen + 1],
        seconds=step_s[chosen],
        row=chosen + 1,
    )


def _is_driving(current_a: Floats) -> Booleans:
    """Tell which pairs belong to a drive: one of the two samples discharges."""
    drives: Booleans = np.fmax(current_a[1:], current_a[:-1]) > 0
    return drives


def _cells_of(voltage_v: Floats) -> float:
    """Return roughly how many cells a pack of that voltage has."""
    known = voltage_v[np.isfinite(voltage_v)]
    return float(np.median(known)) / 3.7 if known.size else 96.0
