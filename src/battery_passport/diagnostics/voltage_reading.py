"""States of charge from cell voltages, corrected for the current that flows and has flowed.

In: samples of a table, a chemistry and a rough capacity. Out: a state of charge on the typical
curve, with what the correction was; None where the voltage says nothing.
"""

from dataclasses import dataclass

import numpy as np

from battery_passport.diagnostics.cleaning import cell_voltage_v
from battery_passport.diagnostics.open_circuit import (
    ABOVE_ANY_FLAT_V,
    CURVES,
    FLAT,
    TYPICAL_OF_UNKNOWN,
    OpenCircuitCurve,
)
from battery_passport.diagnostics.parameters import Parameters
from battery_passport.diagnostics.signals import Signals
from battery_passport.registry.model import Rating
from battery_passport.telemetry.table import TelemetryTable

_MEMORY = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoltageReading:
    """One reading. `load_v` is what the current takes from the rested voltage."""

    soc_ratio: float
    slope_v: float
    load_v: float

    def own_variance(self, parameters: Parameters) -> float:
        """Return the variance that this reading shares with no other. Units: SoC ratio squared."""
        load_v = parameters.resistance_reading_sd_ratio * self.load_v
        return (parameters.voltage_reading_sd_v**2 + load_v**2) / self.slope_v**2


class VoltageReader:
    """Reads states of charge from voltages."""

    def __init__(
        self, table: TelemetryTable, signals: Signals, rating: Rating, parameters: Parameters
    ) -> None:
        self._table = table
        self._signals = signals
        self._rating = rating
        self._parameters = parameters
        starts = np.concatenate([[True], signals.is_break])
        places = np.arange(signals.row.size)
        self._stretch_start = np.maximum.accumulate(np.where(starts, places, 0))

    def voltage_v(self, sample: int) -> float:
        """Return a typical cell's voltage at a sample, NaN if unknown."""
        row = int(self._signals.row[sample])
        return cell_voltage_v(self._table, row, cells_in_series=self._rating.cells_in_series)

    def load_v(self, sample: int, *, capacity_ah: float) -> float:
        """Return by how much current has lowered a cell's voltage (negative when charging)."""
        p = self._parameters
        weighted_a = (
            p.resistance_instant_v * float(self._signals.current_a[sample])
            + p.resistance_minute_v * self._remembered_a(sample, memory_s=60.0)
            + p.resistance_ten_minutes_v * self._remembered_a(sample, memory_s=600.0)
        )
        return weighted_a / capacity_ah

    def read(
        self, sample: int, *, capacity_ah: float, curve: OpenCircuitCurve
    ) -> VoltageReading | None:
        """Return the state of charge that the voltage at a sample stands for."""
        voltage_v = self.voltage_v(sample)
        if not np.isfinite(voltage_v):
            return None
        load_v = self.load_v(sample, capacity_ah=capacity_ah)
        soc_ratio, slope_v = curve.read(voltage_v + load_v)
        return VoltageReading(soc_ratio=soc_ratio, slope_v=slope_v, load_v=load_v)

    def _remembered_a(self, sample: int, *, memory_s: float) -> float:
        """Return the current through a first-order low-pass that was at rest before the stretch."""
        times = self._signals.elapsed_s
        earliest = int(np.searchsorted(times, times[sample] - _MEMORY * memory_s))
        first = max(int(self._stretch_start[sample]), earliest)
        if first == sample:
            return 0.0
        weights = np.exp((times[first : sample + 1] - times[sample]) / memory_s)
        current_a = self._signals.current_a[first : sample + 1]
        means_a = 0.5 * (current_a[1:] + current_a[:-1])
        return float(np.add.reduce(means_a * np.diff(weights)))


def choose_curve(rating: Rating, highest_v: float) -> OpenCircuitCurve | None:
    """Return the curve to read voltages on, None where a voltage says too little.

    If the chemistry is not known, a voltage no flat chemistry rests at shows that it is another.
    """
    if rating.chemistry is not None:
        return None if rating.chemistry in FLAT else CURVES.get(rating.chemistry)
    return TYPICAL_OF_UNKNOWN if highest_v > ABOVE_ANY_FLAT_V else None
