"""The rests in a battery's history, day by day.

In: a telemetry table. Out: rests in the order of time; none where single cells were not measured.
"""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.imbalance.rests import Rest, rests_of_day
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

_CELLS, _CURRENT, _SOC = "cell_voltage_mv", "current_ma", "bms_soc_permyriad"


def rests_of(table: TelemetryTable) -> tuple[Rest, ...]:
    """Return all rests; each lies within one UTC day."""
    if not {_CELLS, _CURRENT, _SOC} <= table.columns.keys():
        return ()
    return tuple(_rests(table))


def _rests(table: TelemetryTable) -> Iterator[Rest]:
    current_a = possible_values(table.columns[_CURRENT], _CURRENT)
    soc_ratio = possible_values(table.columns[_SOC], _SOC)
    for start, past in days_of(table.sampled_at_ms):
        rows = slice(start, past)
        yield from rests_of_day(
            table.sampled_at_ms[rows],
            current_a=current_a[rows],
            soc_ratio=soc_ratio[rows],
            cells_of=partial(_cells_at, table.columns[_CELLS][rows]),
        )


def _cells_at(cells: NDArray[np.int64], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
    return possible_values(cells[chosen], _CELLS)


def days_of(sampled_at_ms: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield the first and the past row of each UTC day that has any."""
    if not sampled_at_ms.size:
        return
    starts = np.flatnonzero(np.diff(sampled_at_ms // DAY_MS)) + 1
    yield from pairwise([0, *starts.tolist(), sampled_at_ms.size])
