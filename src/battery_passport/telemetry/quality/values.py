"""Checks of a column by itself: missing, impossible or unusual values, jumps, stuck ones.

In: a column of a batch. Out: findings; of cells also what other checks need.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from battery_passport.registry.model import Rating
from battery_passport.telemetry.quality.limits import limits_of
from battery_passport.telemetry.quality.model import Finding
from battery_passport.telemetry.quality.scanning import Scanners

_KIND_OF_REMARK = (
    "missing-value",
    "sentinel",
    "out-of-range",
    "unusual-for-chemistry",
    "jump",
    "stuck",
)
_ONLY_CELLS = "unusual-for-chemistry"

Int64s = NDArray[np.int64]


class CellScan(NamedTuple):
    """Of each sample the sum and the number of the cells that can be true."""

    sums_mv: Int64s
    counts: Int64s
    width: int


def check_values(
    name: str,
    times: Int64s,
    values: Int64s,
    *,
    rating: Rating,
    scan: Scanners,
    findings: list[Finding],
) -> CellScan | None:
    """Add what is to be remarked on one column; return the sums of a column of cells."""
    known = limits_of(name, rating.chemistry)
    if known is None:
        findings.append(Finding("unknown-column", name, values.size, int(times[0]), int(times[-1])))
        return None
    limits, sentinels = known
    cells = None
    if values.ndim == 1:
        found, remarks = scan.series(times, values, limits, sentinels)
    else:
        found, remarks, sums, counts = scan.cells(times, values, limits, sentinels)
        cells = CellScan(sums, counts, values.shape[1])
    if found:
        _add(name, times, remarks, findings)
    return cells


def _add(name: str, times: Int64s, remarks: Int64s, findings: list[Finding]) -> None:
    for kind, (count, first, last) in zip(_KIND_OF_REMARK, remarks.tolist(), strict=True):
        if count and (kind != _ONLY_CELLS or name.startswith("cell_voltage")):
            findings.append(Finding(kind, name, count, int(times[first]), int(times[last]), first))
