"""The derived history: which part of it holds what, and how batches fall into its months.

In: decoded batches. Out: parts as the manifest records them, and batches cut by UTC month.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.model import DecodedBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPart:
    """One immutable file of one battery and UTC month, and the evidence it was derived from.

    `file` is relative to the history's folder; the highest generation of a month is in force.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSummary:
    """A battery's figures of one column, over the values that are not missing."""

    battery_id: UUID
    count: int
    low: int
    high: int
    mean: float


def parts_in_force(parts: Iterable[HistoryPart]) -> list[HistoryPart]:
    """Return the highest generation of each battery and month, in the order of time."""
    latest: dict[tuple[UUID, str], HistoryPart] = {}
    for part in parts:
        key = (part.battery_id, part.month)
        if key not in latest or latest[key].generation < part.generation:
            latest[key] = part
    return sorted(latest.values(), key=lambda part: (part.battery_id, part.first_ms))


def batches_by_month(batches: Iterable[DecodedBatch]) -> dict[str, list[DecodedBatch]]:
    """Return the batches under each UTC month (as in `2026-11`), each with its rows of it."""
    by_month: dict[str, list[DecodedBatch]] = {}
    for batch in batches:
        months = batch.sampled_at_ms.astype("datetime64[ms]").astype("datetime64[M]")
        for month in np.unique(months):
            by_month.setdefault(str(month), []).append(_rows_of(batch, months == month))
    return dict(sorted(by_month.items()))


def _rows_of(batch: DecodedBatch, rows: NDArray[np.bool_]) -> DecodedBatch:
    return dataclasses.replace(
        batch,
        sampled_at_ms=batch.sampled_at_ms[rows],
        columns={name: values[rows] for name, values in batch.columns.items()},
    )
