"""Checks of columns against each other: number of cells, sum of cells, units.

In: a batch and the sums of its cells. Out: findings.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.quality.model import Finding
from battery_passport.telemetry.quality.values import CellScan

SUM_TOLERANCE_PERCENT: Final = 2
_EMPTY_CELL_MV: Final = {Chemistry.LFP: 3_150}
_USUAL_EMPTY_CELL_MV: Final = 3_450
"""A cell with more than this cannot hold one percent of charge or less."""

_PACK = "pack_voltage_mv"
_SOC = "bms_soc_permyriad"
_LOWEST_PACK_MV: Final = 10_000

Int64s = NDArray[np.int64]


def check_fit(
    batch: DecodedBatch, cells: CellScan | None, rating: Rating, findings: list[Finding]
) -> None:
    """Add what does not fit together."""
    mean_mv = _mean_cell_mv(batch, cells, rating)
    if cells is not None:
        _check_count(batch, cells, rating, findings)
        if _PACK in batch.columns:
            _check_sum(batch, cells, rating, findings)
    if mean_mv is not None and _SOC in batch.columns:
        _check_soc_unit(batch, mean_mv, rating, findings)


def _check_count(
    batch: DecodedBatch, cells: CellScan, rating: Rating, findings: list[Finding]
) -> None:
    expected = rating.cells_in_series
    if expected is None or cells.width == expected:
        return
    times = batch.sampled_at_ms
    findings.append(
        Finding("cell-count", "cell_voltage_mv", times.shape[0], int(times[0]), int(times[-1]))
    )


def _check_sum(
    batch: DecodedBatch, cells: CellScan, rating: Rating, findings: list[Finding]
) -> None:
    expected = rating.cells_in_series or cells.width
    pack = batch.columns[_PACK]
    if cells.width != expected or pack.ndim != 1:
        return
    whole = (cells.counts == cells.width) & (pack > 0)
    off = whole & (np.abs(pack - cells.sums_mv) * 100 > cells.sums_mv * SUM_TOLERANCE_PERCENT)
    if not off.any():
        return
    rows = np.flatnonzero(off)
    by_ten = np.log10(pack[rows] / cells.sums_mv[rows])
    nearest = np.rint(by_ten)
    scaled = (np.abs(by_ten - nearest) < 0.02) & (nearest != 0) & (np.abs(nearest) <= 3)
    _add("unit-mismatch", batch, rows[scaled], findings)
    _add("cells-do-not-add-up", batch, rows[~scaled], findings)


def _check_soc_unit(
    batch: DecodedBatch, mean_mv: float, rating: Rating, findings: list[Finding]
) -> None:
    """Remark on a charge of one percent or less while the cells are far from empty."""
    soc = batch.columns[_SOC]
    empty_mv = _USUAL_EMPTY_CELL_MV
    if rating.chemistry is not None:
        empty_mv = _EMPTY_CELL_MV.get(rating.chemistry, _USUAL_EMPTY_CELL_MV)
    if mean_mv <= empty_mv or soc.ndim != 1 or int(soc.max()) > 100:
        return
    wrong = np.flatnonzero((soc > 0) & (soc <= 100))
    _add("unit-mismatch", batch, wrong, findings, column=_SOC)


def _mean_cell_mv(batch: DecodedBatch, cells: CellScan | None, rating: Rating) -> float | None:
    """Return what a cell has on average in the batch's last sample, as far as it can be told."""
    if cells is not None and cells.counts[-1]:
        return float(cells.sums_mv[-1]) / float(cells.counts[-1])
    pack = batch.columns.get(_PACK)
    if pack is None or pack.ndim != 1 or not rating.cells_in_series:
        return None
    last = int(pack[-1])
    return last / rating.cells_in_series if last > _LOWEST_PACK_MV else None


def _add(
    kind: str,
    batch: DecodedBatch,
    rows: NDArray[np.intp],
    findings: list[Finding],
    *,
    column: str = _PACK,
) -> None:
    if rows.size:
        times = batch.sampled_at_ms
        first, last = int(rows[0]), int(rows[-1])
        findings.append(
            Finding(kind, column, int(rows.size), int(times[first]), int(times[last]), first)
        )
