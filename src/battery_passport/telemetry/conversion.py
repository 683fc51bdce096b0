"""Measurements as floating-point arrays in calculation units, NaN where a value is missing.

In: a table and, implicitly, the column table's scales. Out: float64 arrays named by their unit.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.errors import InvalidSamples
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

Floats = NDArray[np.float64]


def in_si_unit(values: NDArray[np.int64], *, column: str) -> Floats:
    """Return a known column's values in the unit of `columns.COLUMNS`, NaN for NULL.

    Raises: InvalidSamples for an unknown column, whose scale nobody declared.
    """
    known = COLUMN_BY_NAME.get(column)
    if known is None:
        raise InvalidSamples(f"The scale of column {column} is not known.")
    converted: Floats = np.multiply(values, known.scale, dtype=np.float64)
    converted[values == NULL] = np.nan
    return converted


def column_in_si_unit(table: TelemetryTable, column: str) -> Floats:
    """Return a known column of the table in its unit; all NaN (1-D) if the table lacks it."""
    values = table.columns.get(column)
    if values is None:
        return np.full(table.row_count, np.nan)
    return in_si_unit(values, column=column)


def elapsed_s(table: TelemetryTable) -> Floats:
    """Return seconds since the table's first row. Shape: (rows,)."""
    if table.row_count == 0:
        return np.empty(0, dtype=np.float64)
    since_first_ms = table.sampled_at_ms - table.sampled_at_ms[0]
    seconds: Floats = np.divide(since_first_ms, 1_000.0, dtype=np.float64)
    return seconds


def current_a(table: TelemetryTable) -> Floats:
    """Return pack current, positive on discharge. Shape: (rows,)."""
    return column_in_si_unit(table, "current_ma")


def pack_voltage_v(table: TelemetryTable) -> Floats:
    """Return pack voltage. Shape: (rows,)."""
    return column_in_si_unit(table, "pack_voltage_mv")


def cell_voltage_v(table: TelemetryTable) -> Floats:
    """Return cell voltages. Shape: (rows, cells), or (rows,) of NaN if there are none."""
    return column_in_si_unit(table, "cell_voltage_mv")


def cell_voltage_mean_v(table: TelemetryTable) -> Floats:
    """Return the mean cell voltage as the source states it. Shape: (rows,)."""
    return column_in_si_unit(table, "cell_voltage_mean_uv")


def charged_ah(table: TelemetryTable) -> Floats:
    """Return the charge taken up since each segment began. Shape: (rows,)."""
    return column_in_si_unit(table, "charged_uah")


def bms_soc_ratio(table: TelemetryTable) -> Floats:
    """Return the BMS's state of charge. Shape: (rows,)."""
    return column_in_si_unit(table, "bms_soc_permyriad")


def probe_temperature_celsius(table: TelemetryTable) -> Floats:
    """Return probe temperatures. Shape: (rows, probes), or (rows,) of NaN if there are none."""
    return column_in_si_unit(table, "probe_temperature_dc")
