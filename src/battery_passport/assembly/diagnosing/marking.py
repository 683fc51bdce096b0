"""What a battery's data say of its identity: one mark a batch, and of a long batch every six hours.

In: a telemetry table. Out: marks in the order of time, for the rules of tampering.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from battery_passport.lifecycle.tampering.model import Mark
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.possible import possible_values
from battery_passport.telemetry.table import TelemetryTable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PERCENT = 100.0
_SPAN_MS = 6 * 3_600_000
_CELLS = "cell_voltage_mv"

Floats = NDArray[np.float64]


def marks_of(table: TelemetryTable) -> list[Mark]:
    """Return a mark for the first sample of each batch and six hours, none without samples."""
    spans = table.sampled_at_ms // _SPAN_MS
    _, rows = np.unique(
        spans * max(1, len(table.batch_digests)) + table.batch_ordinal, return_index=True
    )
    rows = np.sort(rows)
    odometer_m = _values(table, "odometer_m", rows)
    charged_ah = _values(table, "cumulative_charge_mah", rows)
    discharged_ah = _values(table, "cumulative_discharge_mah", rows)
    health = _values(table, "bms_soh_permyriad", rows)
    cells = _cell_counts(table, rows)
    return [
        Mark(
            at=_EPOCH + timedelta(milliseconds=int(table.sampled_at_ms[row])),
            odometer_m=_known(odometer_m[place]),
            charged_ah=_known(charged_ah[place]),
            discharged_ah=_known(discharged_ah[place]),
            stated_health_percent=_known(_PERCENT * health[place]),
            cells_in_series=int(cells[place]) or None,
        )
        for place, row in enumerate(rows.tolist())
    ]


def _values(table: TelemetryTable, name: str, rows: NDArray[np.int64]) -> Floats:
    column = table.columns.get(name)
    if column is None:
        return np.full(rows.size, np.nan)
    return possible_values(column[rows], name)


def _cell_counts(table: TelemetryTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many cells each of the rows tells of, 0 where none."""
    cells = table.columns.get(_CELLS)
    if cells is None:
        return np.zeros(rows.size, dtype=np.int64)
    counts: NDArray[np.int64] = np.count_nonzero(cells[rows] != NULL, axis=1)
    return counts


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
