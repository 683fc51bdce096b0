"""Measurements over a long time, summed up in equal spans: what pictures are drawn from.

In: rows of measurements, or sums of shorter spans. Out: sums of spans; nothing is kept of them but
count, sum, lowest and highest, and each cell's distance from the middle of its sample.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

SERIES: Final = (
    "current_ma",
    "pack_voltage_mv",
    "bms_soc_permyriad",
    "temperature_max_dc",
    "temperature_min_dc",
)
PROBES: Final = "probe_temperature_dc"
CELLS: Final = "cell_voltage_mv"
COLUMNS: Final = frozenset({*SERIES, PROBES, CELLS})

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SeriesSums:
    """One series: of each span how many values, their sum, the lowest and the highest."""

    counts: Int64s
    sums: Int64s
    lows: Int64s
    highs: Int64s


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanSums:
    """Sums of spans that have samples.

    `spans` are numbers of spans since 1970, increasing. Shape: of cells (spans, cells); their sums
    are of distances from the middle of their sample in mV. `left_out` counts impossible values.
    """

    spans: Int64s
    samples: Int64s
    series: Mapping[str, SeriesSums]
    cell_counts: Int64s
    cell_sums: Int64s
    left_out: int = 0


def sums_of_table(table: TelemetryTable, span_ms: int) -> SpanSums:
    """Return the sums of a table's rows, which are in the order of time."""
    columns = dict(table.columns)
    probes = columns.get(PROBES)
    if probes is not None and probes.ndim == 2:
        with_highest(columns, probes)
    cells = columns.get(CELLS)
    distances: list[Int64s] = []
    if cells is not None and cells.ndim == 2:
        distances = list(distances_of(cells).T)
    return sums_of_rows(table.sampled_at_ms, columns, distances, span_ms)


def sums_of_rows(
    times: Int64s, columns: Mapping[str, Int64s], distances: Sequence[Int64s], span_ms: int
) -> SpanSums:
    """Return the sums of rows; `distances` holds one array a cell, NULL where it has no value."""
    if not times.shape[0]:
        return _NOTHING
    numbers = times // span_ms
    spans, starts = np.unique(numbers, return_index=True)
    samples = np.diff(starts, append=times.shape[0])
    series: dict[str, SeriesSums] = {}
    left_out = 0
    for name in SERIES:
        values = columns.get(name)
        if values is None or values.ndim != 1:
            continue
        found, wrong = _series_sums(name, values, starts)
        series[name] = found
        left_out += wrong
    counts = np.zeros((spans.shape[0], len(distances)), np.int64)
    sums = np.zeros_like(counts)
    for cell, of_cell in enumerate(distances):
        present = of_cell != NULL
        sums[:, cell] = np.add.reduceat(np.where(present, of_cell, 0), starts, dtype=np.int64)
        counts[:, cell] = np.add.reduceat(present, starts, dtype=np.int64)
    return SpanSums(
        spans=spans,
        samples=samples,
        series=series,
        cell_counts=counts,
        cell_sums=sums,
        left_out=left_out,
    )


def joined_sums(parts: Iterable[SpanSums], *, factor: int = 1) -> SpanSums:
    """Return the sums of all parts together, in spans `factor` times as long."""
    kept = [part for part in parts if part.spans.shape[0]]
    if not kept:
        return _NOTHING
    numbers = np.concatenate([part.spans for part in kept]) // factor
    spans, places = np.unique(numbers, return_inverse=True)
    width = max(part.cell_sums.shape[1] for part in kept)
    total = spans.shape[0]
    samples = np.zeros(total, np.int64)
    np.add.at(samples, places, np.concatenate([part.samples for part in kept]))
    cell_counts = np.zeros((total, width), np.int64)
    cell_sums = np.zeros((total, width), np.int64)
    start = 0
    for part in kept:
        where = places[start : start + part.spans.shape[0]]
        start += part.spans.shape[0]
        np.add.at(cell_counts[:, : part.cell_counts.shape[1]], where, part.cell_counts)
        np.add.at(cell_sums[:, : part.cell_sums.shape[1]], where, part.cell_sums)
    return SpanSums(
        spans=spans,
        samples=samples,
        series={name: _joined_series(name, kept, places, total) for name in SERIES},
        cell_counts=cell_counts,
        cell_sums=cell_sums,
        left_out=sum(part.left_out for part in kept),
    )


def between(sums: SpanSums, first: int, past: int) -> SpanSums:
    """Return the spans from one number up to, but not with, another."""
    low, high = np.searchsorted(sums.spans, (first, past))
    rows = slice(int(low), int(high))
    return SpanSums(
        spans=sums.spans[rows],
        samples=sums.samples[rows],
        series={
            name: SeriesSums(each.counts[rows], each.sums[rows], each.lows[rows], each.highs[rows])
            for name, each in sums.series.items()
        },
        cell_counts=sums.cell_counts[rows],
        cell_sums=sums.cell_sums[rows],
        left_out=sums.left_out,
    )


def distances_of(cells: Int64s) -> Int64s:
    """Return each cell's distance in mV from the lower median of its sample, NULL where none.

    Shape: (samples, cells) in and out.
    """
    column = COLUMN_BY_NAME[CELLS]
    wrong = (cells < column.low) | (cells > column.high)
    width = cells.shape[1]
    if not wrong.any():
        middle = np.partition(cells, (width - 1) // 2, axis=1)[:, (width - 1) // 2]
        plain: Int64s = cells - middle[:, None]
        return plain
    # What cannot be true sorts first, so that the middle of the rest lies half its number further.
    ordered = np.sort(np.where(wrong, NULL, cells), axis=1)
    absent = wrong.sum(axis=1)
    place = np.minimum(absent + np.maximum(width - absent - 1, 0) // 2, width - 1)
    lower = np.take_along_axis(ordered, place[:, None], axis=1)
    distances: Int64s = np.where(wrong, NULL, cells - lower)
    return distances


def with_highest(columns: dict[str, Int64s], probes: Int64s) -> None:
    """Add the highest and lowest of a sample's probes where the source states none."""
    column = COLUMN_BY_NAME[PROBES]
    wrong = (probes < column.low) | (probes > column.high) | np.isin(probes, column.sentinels)
    columns.setdefault("temperature_max_dc", np.where(wrong, NULL, probes).max(axis=1))
    lowest = np.where(wrong, -NULL - 1, probes).min(axis=1)
    columns.setdefault("temperature_min_dc", np.where(lowest == -NULL - 1, NULL, lowest))


def _series_sums(name: str, values: Int64s, starts: NDArray[np.intp]) -> tuple[SeriesSums, int]:
    column = COLUMN_BY_NAME[name]
    good = (values >= column.low) & (values <= column.high)
    for sentinel in column.sentinels:
        good &= values != sentinel
    wrong = int(np.count_nonzero(~good & (values != NULL)))
    if not good.all():
        lows = np.minimum.reduceat(np.where(good, values, _HIGHEST), starts)
        highs = np.maximum.reduceat(np.where(good, values, _LOWEST), starts)
        sums = np.add.reduceat(np.where(good, values, 0), starts)
    else:
        lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        sums = np.add.reduceat(values, starts)
    counts = np.add.reduceat(good, starts, dtype=np.int64)
    return SeriesSums(counts, sums, lows, highs), wrong


def _joined_series(
    name: str, parts: Sequence[SpanSums], places: NDArray[np.intp], total: int
) -> SeriesSums:
    joined = SeriesSums(
        np.zeros(total, np.int64),
        np.zeros(total, np.int64),
        np.full(total, _HIGHEST),
        np.full(total, _LOWEST),
    )
    start = 0
    for part in parts:
        where = places[start : start + part.spans.shape[0]]
        start += part.spans.shape[0]
        found = part.series.get(name)
        if found is not None:
            np.add.at(joined.counts, where, found.counts)
            np.add.at(joined.sums, where, found.sums)
            np.minimum.at(joined.lows, where, found.lows)
            np.maximum.at(joined.highs, where, found.highs)
    return joined


_HIGHEST: Final = np.int64(2**62)
_LOWEST: Final = np.int64(-(2**62))
_EMPTY: Final = np.empty(0, np.int64)
_NOTHING: Final = SpanSums(
    spans=_EMPTY,
    samples=_EMPTY,
    series={},
    cell_counts=np.empty((0, 0), np.int64),
    cell_sums=np.empty((0, 0), np.int64),
)
