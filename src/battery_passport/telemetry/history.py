"""The derived history: which part of it holds what, and how batches fall into its months.

In: decoded batches. Out: parts as the manifest records them, and batches cut by UTC month.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import DecodedBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPart:
    """One immutable file of one battery and UTC month, and the evidence it was derived from.

    `file` is relative to the history's folder. A month may consist of several parts, each with a
    generation of its own; one that was made of others `replaces` their generations, and is of a
    higher `level`. A part without rows has no file and only takes others out of force.
    `evidence` holds the digests of its batches, in the order of the file's batch ordinals.
    """

    battery_id: UUID
    month: str
    generation: int
    file: str
    sha256: bytes
    rows: int
    first_ms: int
    last_ms: int
    evidence: tuple[bytes, ...]
    level: int = 0
    replaces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSummary:
    """A battery's figures of one column, over the values that are not missing."""

    battery_id: UUID
    count: int
    low: int
    high: int
    mean: float


MERGED_AT_ONCE = 16
"""So many parts of one level and month become one of the next."""

FULL_PART_ROWS = 262_144
"""A part of so many rows is merged no more, which bounds memory and what late data costs."""


def closed_parts(parts: Sequence[HistoryPart]) -> list[HistoryPart]:
    """Return the parts of all months but the newest: mostly nothing is added to them any more."""
    newest = max((part.month for part in parts), default="")
    return [part for part in parts if part.month != newest]


def parts_to_merge(parts: Sequence[HistoryPart], *, closed: bool) -> list[HistoryPart]:
    """Return those of a month's parts that are to become one now; empty if none are.

    Of an open month, enough of one level; of a closed one, all that fit together.
    """
    small = [part for part in parts if part.rows < FULL_PART_ROWS]
    if closed:
        chosen = _fitting(small)
        return chosen if len(chosen) > 1 else []
    for level in sorted({part.level for part in small}):
        chosen = _fitting([part for part in small if part.level == level])
        if len(chosen) >= MERGED_AT_ONCE or (
            len(chosen) > 1 and sum(part.rows for part in chosen) >= FULL_PART_ROWS
        ):
            return chosen
    return []


def _fitting(parts: Iterable[HistoryPart]) -> list[HistoryPart]:
    """Return the earliest parts that together reach, and barely pass, a full part."""
    chosen: list[HistoryPart] = []
    rows = 0
    for part in sorted(parts, key=lambda each: each.first_ms):
        if rows < FULL_PART_ROWS:
            chosen.append(part)
            rows += part.rows
    return chosen


def batches_by_month(batches: Iterable[DecodedBatch]) -> dict[str, list[DecodedBatch]]:
    """Return the batches under each UTC month (as in `2026-11`), each with its rows of it."""
    by_month: dict[str, list[DecodedBatch]] = {}
    for batch in batches:
        first, last = int(batch.sampled_at_ms.min()), int(batch.sampled_at_ms.max())
        if (month := _month(first)) == _month(last):
            by_month.setdefault(month, []).append(batch)
            continue
        months = batch.sampled_at_ms.astype("datetime64[ms]").astype("datetime64[M]")
        for each in np.unique(months):
            by_month.setdefault(str(each), []).append(_rows_of(batch, months == each))
    return dict(sorted(by_month.items()))


def _month(moment_ms: int) -> str:
    return str(np.datetime64(moment_ms, "ms").astype("datetime64[M]"))


def _rows_of(batch: DecodedBatch, rows: NDArray[np.bool_]) -> DecodedBatch:
    return dataclasses.replace(
        batch,
        sampled_at_ms=batch.sampled_at_ms[rows],
        columns={name: values[rows] for name, values in batch.columns.items()},
    )
