"""Voltage and warmth of the whole pack at each row, from whichever columns tell them.

In: a telemetry table. Out: volts and degrees Celsius, one value a row.
"""

import numpy as np

from battery_passport.diagnostics.cleaning import Floats, clean
from battery_passport.telemetry.table import TelemetryTable

PACK_COLUMNS = (
    "pack_voltage_mv",
    "cell_voltage_mean_uv",
    "cell_voltage_max_mv",
    "cell_voltage_min_mv",
    "probe_temperature_dc",
    "probe_temperature_mean_mc",
    "temperature_max_dc",
    "temperature_min_dc",
)
"""The columns that may be read for it."""


def pack_voltage_v(table: TelemetryTable, cells_in_series: int | None) -> Floats:
    """Return the pack's voltage: measured, else from the mean or the outermost cells."""
    measured_v = clean(table, "pack_voltage_mv")
    if np.isfinite(measured_v).any() or cells_in_series is None:
        return measured_v
    mean_v = clean(table, "cell_voltage_mean_uv")
    middle_v = 0.5 * (clean(table, "cell_voltage_max_mv") + clean(table, "cell_voltage_min_mv"))
    cell_v = mean_v if np.isfinite(mean_v).any() else middle_v
    return cell_v * cells_in_series


def typical_celsius(table: TelemetryTable) -> Floats:
    """Return a typical temperature of each row, NaN where none was measured."""
    if "probe_temperature_dc" in table.columns:
        return mean_of_probes(clean(table, "probe_temperature_dc"))
    condensed = table.condensed.get("probe_temperature_dc.mean")
    if condensed is not None:
        return condensed
    mean = clean(table, "probe_temperature_mean_mc")
    if np.isfinite(mean).any():
        return mean
    middle: Floats = 0.5 * (clean(table, "temperature_max_dc") + clean(table, "temperature_min_dc"))
    return middle


def mean_of_probes(celsius: Floats) -> Floats:
    """Return the mean of each row's known temperatures. Shape: (rows, probes) in, (rows,) out."""
    known = np.isfinite(celsius)
    counts = np.count_nonzero(known, axis=1)
    sums = np.where(known, celsius, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
