"""What the car itself stated last, and its stated health over time: read, not estimated.

In: a telemetry table. Out: newest readings with the range of their last day.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.pictures.model import Reading
from battery_passport.foundation.clock import DAY_MS, from_unix_ms
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

Floats = NDArray[np.float64]

_MOST_POINTS = 120
_NEWEST_ROWS = 20_000
_PERCENT, _M_A_KM = 100.0, 1e-3


def _row_lowest(values: Floats) -> Floats:
    return _by_row(values, np.fmin)


def _row_highest(values: Floats) -> Floats:
    return _by_row(values, np.fmax)


def _by_row(values: Floats, choose: np.ufunc) -> Floats:
    return values if values.ndim == 1 else np.asarray(choose.reduce(values, axis=1))


_Chosen = tuple[str, float, Callable[[Floats], Floats]]
SOURCES: Mapping[str, tuple[_Chosen, ...]] = MappingProxyType(
    {
        "state_of_charge_percent": (
            ("bms_soc_permyriad", _PERCENT, _row_lowest),
            ("display_soc_permyriad", _PERCENT, _row_lowest),
        ),
        "bms_state_of_health_percent": (("bms_soh_permyriad", _PERCENT, _row_lowest),),
        "insulation_kohm": (("insulation_kohm", 1.0, _row_lowest),),
        "highest_module_celsius": (
            ("probe_temperature_dc", 1.0, _row_highest),
            ("temperature_max_dc", 1.0, _row_highest),
        ),
        "lowest_cell_v": (
            ("cell_voltage_mv", 1.0, _row_lowest),
            ("cell_voltage_min_mv", 1.0, _row_lowest),
        ),
        "highest_cell_v": (
            ("cell_voltage_mv", 1.0, _row_highest),
            ("cell_voltage_max_mv", 1.0, _row_highest),
        ),
        "counted_charge_ah": (("cumulative_charge_mah", 1.0, _row_lowest),),
        "counted_discharge_ah": (("cumulative_discharge_mah", 1.0, _row_lowest),),
        "odometer_km": (("odometer_m", _M_A_KM, _row_lowest),),
    }
)
"""By name of a reading: columns, the first that is there counts, with the factor to its unit."""


def newest_readings(table: TelemetryTable) -> dict[str, Reading]:
    """Return each reading that the newest rows hold; a value that cannot be true is none."""
    found = {}
    for name, sources in SOURCES.items():
        readings = (_newest(table, *source) for source in sources)
        reading = next((each for each in readings if each is not None), None)
        if reading is not None:
            found[name] = reading
    return found


def stated_health(table: TelemetryTable) -> tuple[tuple[datetime, float], ...]:
    """Return what the car stated of its health: the last value of each day, evenly thinned."""
    values, known = _values(table, "bms_soh_permyriad", slice(None))
    if known.size == 0:
        return ()
    days = table.sampled_at_ms[known] // DAY_MS
    last = known[np.append(np.flatnonzero(np.diff(days)), known.size - 1)]
    if last.size > _MOST_POINTS:
        last = last[np.linspace(0, last.size - 1, _MOST_POINTS).astype(np.int64)]
    return tuple(
        (from_unix_ms(int(table.sampled_at_ms[row])), _PERCENT * float(values[row]))
        for row in last.tolist()
    )


def _newest(
    table: TelemetryTable, name: str, factor: float, choose: Callable[[Floats], Floats]
) -> Reading | None:
    first = max(0, table.row_count - _NEWEST_ROWS)
    values, known = _values(table, name, slice(first, None), choose)
    if known.size == 0:
        return None
    times = table.sampled_at_ms[first:]
    newest = int(known[-1])
    day = known[times[known] > times[newest] - DAY_MS]
    return Reading(
        value=factor * float(values[newest]),
        at=from_unix_ms(int(times[newest])),
        low=factor * float(values[day].min()),
        high=factor * float(values[day].max()),
    )


def _values(
    table: TelemetryTable,
    name: str,
    rows: slice,
    choose: Callable[[Floats], Floats] = _row_lowest,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return a column's possible values and the places where there is one."""
    column = table.columns.get(name)
    if column is None or name not in COLUMN_BY_NAME:
        return np.empty(0), np.empty(0, dtype=np.int64)
    values = choose(possible_values(column[rows], name))
    return values, np.flatnonzero(np.isfinite(values)).astype(np.int64)
