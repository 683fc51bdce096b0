"""Many batches as one table in the order of time, whatever order they arrived in.

In: decoded batches. Out: a `TelemetryTable`, which names the batch behind each row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import NULL, Columns, DecodedBatch

T = TypeVar("T", np.int64, np.int32, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryTable:
    """Measurements of one battery, sorted by (time, batch digest, row within the batch).

    `batch_ordinal` points into `batch_digests`, which is sorted; a row's evidence is
    `batch_digests[batch_ordinal[row]]`.
    `condensed` holds, as `column.what`, what was made of a column of cells or probes row by row
    where the column itself was left out; NaN for nothing.
    Shape: sampled_at_ms and batch_ordinal (rows,), columns (rows,) or (rows, cells or probes),
    condensed (rows,).
    Units: milliseconds since 1970 UTC; columns as their names end.
    """

    sampled_at_ms: NDArray[np.int64]
    batch_ordinal: NDArray[np.int32]
    batch_digests: tuple[bytes, ...]
    columns: Columns
    assumptions: tuple[str, ...]
    condensed: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        """The number of samples."""
        return int(self.sampled_at_ms.shape[0])

    def select(self, names: Collection[str]) -> Self:
        """Return the same rows with only the named columns; absent names stay absent."""
        kept = {name: values for name, values in self.columns.items() if name in names}
        return self._with(slice(None), kept, names)

    def between(self, start_ms: int, end_ms: int) -> Self:
        """Return the rows with start_ms <= sampled_at_ms < end_ms; digests are left as they are."""
        first, past = np.searchsorted(self.sampled_at_ms, [start_ms, end_ms])
        rows = slice(int(first), int(past))
        return self._with(rows, {name: values[rows] for name, values in self.columns.items()})

    def _with(self, rows: slice, columns: Columns, names: Collection[str] | None = None) -> Self:
        condensed = {
            name: values[rows]
            for name, values in self.condensed.items()
            if names is None or name.partition(".")[0] in names
        }
        return type(self)(
            sampled_at_ms=self.sampled_at_ms[rows],
            batch_ordinal=self.batch_ordinal[rows],
            batch_digests=self.batch_digests,
            columns=columns,
            assumptions=self.assumptions,
            condensed=condensed,
        )


def assemble_table(batches: Iterable[DecodedBatch]) -> TelemetryTable:
    """Return all rows of the batches; a batch given twice counts once.

    A column that some batch lacks is NULL there; a batch with fewer cells or probes than another
    is NULL in the missing places.
    """
    by_digest = {batch.digest: batch for batch in batches}
    digests = tuple(sorted(by_digest))
    place = {digest: ordinal for ordinal, digest in enumerate(digests)}
    ordered = sorted(by_digest.values(), key=_first_ms)
    times = _joined([batch.sampled_at_ms for batch in ordered])
    order = None
    if bool((times[1:] <= times[:-1]).any()):
        # Joined in the order of their digests, so that a stable sort by time alone leaves ties in
        # the order of (digest, row).
        ordered = [by_digest[digest] for digest in digests]
        times = _joined([batch.sampled_at_ms for batch in ordered])
        order = np.argsort(times, kind="stable")
    counts = [batch.sampled_at_ms.shape[0] for batch in ordered]
    places = np.array([place[batch.digest] for batch in ordered], dtype=np.int32)
    names = sorted({name for batch in ordered for name in batch.columns})
    return TelemetryTable(
        sampled_at_ms=_rows(times, order),
        batch_ordinal=_rows(np.repeat(places, counts), order),
        batch_digests=digests,
        columns={
            name: _rows(
                stack_columns([batch.columns.get(name) for batch in ordered], counts), order
            )
            for name in names
        },
        assumptions=tuple(sorted({text for batch in ordered for text in batch.assumptions})),
    )


def _first_ms(batch: DecodedBatch) -> int:
    return int(batch.sampled_at_ms[0])


def _rows(values: NDArray[T], order: NDArray[np.intp] | None) -> NDArray[T]:
    return values if order is None else values[order]


def merge_tables(tables: Sequence[TelemetryTable]) -> TelemetryTable:
    """Return the rows of all tables in one, as `assemble_table` would over all their batches.

    The same row must not be in two tables; a batch may have rows in several.
    """
    if len(tables) == 1:
        return tables[0]
    held = sorted((table for table in tables if table.row_count), key=_begins_ms)
    digests = tuple(sorted({digest for table in tables for digest in table.batch_digests}))
    place = {digest: ordinal for ordinal, digest in enumerate(digests)}
    counts = [table.row_count for table in held]
    times = _joined([table.sampled_at_ms for table in held])
    ordinals = np.concatenate(
        [np.empty(0, dtype=np.int32), *(_renumbered(table, place) for table in held)]
    )
    apart = all(
        earlier.sampled_at_ms[-1] < later.sampled_at_ms[0] for earlier, later in pairwise(held)
    )
    order = None if apart else np.lexsort((ordinals, times))
    names = sorted({name for table in tables for name in table.columns})
    return TelemetryTable(
        sampled_at_ms=_rows(times, order),
        batch_ordinal=_rows(ordinals, order),
        batch_digests=digests,
        columns={
            name: _rows(stack_columns([table.columns.get(name) for table in held], counts), order)
            for name in names
        },
        assumptions=tuple(sorted({text for table in tables for text in table.assumptions})),
        condensed={
            name: _rows(_stacked_floats(held, name), order)
            for name in sorted({name for table in held for name in table.condensed})
        },
    )


def _stacked_floats(tables: Sequence[TelemetryTable], name: str) -> NDArray[np.float64]:
    nothing = np.float64("nan")
    return np.concatenate(
        [table.condensed.get(name, np.full(table.row_count, nothing)) for table in tables]
    )


def _begins_ms(table: TelemetryTable) -> int:
    return int(table.sampled_at_ms[0])


def _renumbered(table: TelemetryTable, place: Mapping[bytes, int]) -> NDArray[np.int32]:
    places = np.array([place[digest] for digest in table.batch_digests], dtype=np.int32)
    renumbered: NDArray[np.int32] = places[table.batch_ordinal]
    return renumbered


def stack_columns(
    parts: Sequence[NDArray[np.int64] | None], counts: Sequence[int]
) -> NDArray[np.int64]:
    """Return the parts one below the other, NULL where a part is absent or too narrow.

    A 1-D part beside 2-D ones counts as one cell wide.
    """
    present = [part for part in parts if part is not None]
    if present and len(present) == len(parts) and len({part.shape[1:] for part in present}) == 1:
        return np.concatenate(present)
    widths = [0 if part is None or part.ndim == 1 else part.shape[1] for part in parts]
    width = max(widths, default=0)
    shape = (sum(counts), width) if width else (sum(counts),)
    stacked = np.full(shape, NULL, dtype=np.int64)
    start = 0
    for part, count in zip(parts, counts, strict=True):
        if part is not None and width and part.ndim == 1:
            stacked[start : start + count, 0] = part
        elif part is not None and width:
            stacked[start : start + count, : part.shape[1]] = part
        elif part is not None:
            stacked[start : start + count] = part
        start += count
    return stacked


def _joined(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
