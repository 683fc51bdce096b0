"""A table without its columns of cells and probes, with what the methods take from each row.

In: a telemetry table. Out: the same rows, condensed.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from battery_passport.diagnostics.condensing.kernels import middles
from battery_passport.diagnostics.fleet_capacity.kernels import typical_cells
from battery_passport.diagnostics.pack_readings import mean_of_probes
from battery_passport.telemetry.columns import COLUMN_BY_NAME, Column
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

CELLS = "cell_voltage_mv"
PROBES = "probe_temperature_dc"

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def condensed_rows(table: TelemetryTable) -> TelemetryTable:
    """Return the table with one number for what each method takes of a row's cells and probes.

    `.held` counts values, `.middle` is their median, `.trimmed` the mean without the outermost,
    `.mean` the mean; as the methods compute them.
    """
    wide = {name: values for name, values in table.columns.items() if values.ndim > 1}
    made: dict[str, Floats] = {}
    for name, values in wide.items():
        if name in COLUMN_BY_NAME:
            made.update(_condensed(np.ascontiguousarray(values), COLUMN_BY_NAME[name]))
    return TelemetryTable(
        sampled_at_ms=table.sampled_at_ms,
        batch_ordinal=table.batch_ordinal,
        batch_digests=table.batch_digests,
        columns={name: values for name, values in table.columns.items() if name not in wide},
        assumptions=table.assumptions,
        condensed=made,
    )


def _condensed(values: Integers, column: Column) -> Iterator[tuple[str, Floats]]:
    held, lower, upper = (np.empty(values.shape[0], dtype=np.int64) for _ in range(3))
    limits = column.low, column.high
    sentinels = np.array(column.sentinels, dtype=np.int64)
    middles(values, NULL, limits, sentinels, held, lower, upper)
    name = column.name
    yield f"{name}.held", held.astype(np.float64)
    # Half the sum of two values in their unit, as `cleaning` takes the middle.
    middle = possible_values(lower, name) + possible_values(upper, name)
    yield f"{name}.middle", 0.5 * middle
    if name == CELLS:
        rows = np.arange(values.shape[0], dtype=np.int64)
        yield f"{name}.trimmed", typical_cells(values, rows, *limits)
    if name == PROBES:
        yield f"{name}.mean", mean_of_probes(possible_values(values, name))
