"""Checks of columns that only grow in a battery's life.

In: a batch, and the highest values so far. Out: findings, and the highest values now.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.quality.model import Finding, QualityMemory

COUNTERS: Final = (
    "odometer_m",
    "cumulative_charge_mah",
    "cumulative_discharge_mah",
    "cumulative_charge_wh",
    "cumulative_discharge_wh",
    "operating_time_s",
)


def check_counters(
    batch: DecodedBatch, memory: QualityMemory, findings: list[Finding]
) -> QualityMemory:
    """Add where a counter is lower than before; return memory with the counters as they are."""
    counters = memory.counters
    for name in COUNTERS:
        values = batch.columns.get(name)
        if values is None or values.ndim != 1:
            continue
        column = COLUMN_BY_NAME[name]
        rows = np.flatnonzero((values >= column.low) & (values <= column.high))
        if not rows.size:
            continue
        possible = values[rows]
        before = counters.get(name)
        if before is None:
            before = int(possible[0])
        if int(possible[0]) < before or (possible[1:] < possible[:-1]).any():
            findings.append(_fallen(name, batch, rows, before))
        # A counter that was reset counts on from where it is.
        counters = {**counters, name: int(possible[-1])}
    return memory if counters is memory.counters else replace(memory, counters=counters)


def _fallen(name: str, batch: DecodedBatch, rows: NDArray[np.intp], before: int) -> Finding:
    possible, times = batch.columns[name][rows], batch.sampled_at_ms
    fallen = rows[np.diff(possible, prepend=before) < 0]
    first, last = int(fallen[0]), int(fallen[-1])
    return Finding(
        "counter-goes-back", name, int(fallen.size), int(times[first]), int(times[last]), first
    )
