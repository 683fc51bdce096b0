"""The checks of one batch: its values, whether they fit each other, and its times.

In: a decoded batch, when it was received, what earlier ones left in memory. Out: findings, and
the memory for the next batch.
"""

from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.quality.charge import check_charge
from battery_passport.telemetry.quality.counters import check_counters
from battery_passport.telemetry.quality.fitting import check_fit
from battery_passport.telemetry.quality.model import Finding, QualityMemory
from battery_passport.telemetry.quality.scanning import PLAIN, Scanners
from battery_passport.telemetry.quality.times import check_receipt, check_times
from battery_passport.telemetry.quality.values import CellScan, check_values


def check_quality(
    decoded: DecodedBatch,
    memory: QualityMemory,
    *,
    received_at: datetime | None = None,
    scan: Scanners = PLAIN,
) -> tuple[tuple[Finding, ...], QualityMemory]:
    """Return what is to be remarked on a batch, and what its device's next one is checked with.

    A batch that is earlier than one before it, or dated in the future, is checked by itself, and
    memory stays as it is. `scan` may be compiled; the findings are the same.
    Values come first, then what does not fit together, then times.
    """
    times = decoded.sampled_at_ms
    if not times.shape[0]:
        return (), memory
    findings: list[Finding] = []
    cells: CellScan | None = None
    for name, values in decoded.columns.items():
        sums = check_values(name, times, values, rating=memory.rating, scan=scan, findings=findings)
        cells = sums if name == "cell_voltage_mv" else cells
    check_fit(decoded, cells, memory.rating, findings)
    check_times(times, memory.last_ms, findings)
    if received_at is not None:
        check_receipt(decoded, received_at, findings)
    if _is_apart(times, memory, findings):
        return tuple(findings), memory
    later = check_counters(decoded, memory, findings)
    later = check_charge(decoded, later, findings)
    return tuple(findings), replace(later, last_ms=int(np.max(times)))


def _is_apart(times: NDArray[np.int64], memory: QualityMemory, findings: list[Finding]) -> bool:
    """Return whether a batch tells nothing about what the next one continues."""
    if any(finding.kind == "future-dated" for finding in findings):
        return True
    return memory.last_ms is not None and int(times[0]) <= memory.last_ms
