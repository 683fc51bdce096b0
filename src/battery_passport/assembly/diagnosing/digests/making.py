"""A digest made from the rows of one part.

In: a telemetry table. Out: its digest.
"""

import numpy as np
from numpy.typing import NDArray

from battery_passport.assembly.diagnosing.digests.model import Edge, PartDigest
from battery_passport.assembly.diagnosing.drifting import CELLS, cells_by_day
from battery_passport.assembly.diagnosing.marking import PATTERN_ROWS, cell_patterns, mark_rows
from battery_passport.assembly.diagnosing.resting import rests_of
from battery_passport.diagnostics.condensing.rows import condensed_rows
from battery_passport.foundation.clock import DAY_MS
from battery_passport.safety.scanning import is_suspicious
from battery_passport.telemetry.table import TelemetryTable

EVER_MS = -(1 << 52)


def digest_of(table: TelemetryTable, *, days_from_ms: int = EVER_MS) -> PartDigest:
    """Return what a diagnosis needs of these rows, whatever comes before and after them.

    Days of cells from that midnight on alone: older ones are not looked at any more.
    """
    first = int(np.searchsorted(table.sampled_at_ms, days_from_ms))
    rows = mark_rows(table)
    patterns = zip(rows.tolist(), cell_patterns(table, rows), strict=True)
    cells = table.columns.get(CELLS)
    head, tail = _edges(table)
    return PartDigest(
        table=condensed_rows(table),
        widths={name: values.shape[1] for name, values in table.columns.items() if values.ndim > 1},
        mark_rows=rows,
        patterns={row: pattern for row, pattern in patterns if pattern is not None},
        days=()
        if cells is None or first == table.row_count
        else tuple(cells_by_day(table.sampled_at_ms[first:], cells[first:])),
        days_from_ms=days_from_ms,
        rests=rests_of(table),
        is_suspicious=is_suspicious(table),
        head=head,
        tail=tail,
    )


def _edges(table: TelemetryTable) -> tuple[Edge | None, Edge | None]:
    """Return the cells of the first and the last day, and of so many rows as a pattern needs."""
    cells, times = table.columns.get(CELLS), table.sampled_at_ms
    if cells is None or not table.row_count:
        return None, None
    second, last = (int(times[0]) // DAY_MS + 1) * DAY_MS, int(times[-1]) // DAY_MS * DAY_MS
    past, start = np.searchsorted(times, [second, last]).tolist()
    past = max(past, min(PATTERN_ROWS, table.row_count))
    start = min(start, max(0, table.row_count - PATTERN_ROWS))
    return _edge(cells, 0, past), _edge(cells, start, table.row_count)


def _edge(cells: NDArray[np.int64], start: int, past: int) -> Edge:
    kept = cells[start:past].copy()
    return Edge(start=start, rows=past - start, cells=lambda: kept)
