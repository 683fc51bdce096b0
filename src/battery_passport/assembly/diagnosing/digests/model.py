"""What was kept of one part of a battery's history.

In: values made by `making`. Out: the same, frozen.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from battery_passport.assembly.diagnosing.drifting import CellsOfDay
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.telemetry.table import TelemetryTable

DIGEST_VERSION = 3
"""Counted up whenever the same part would give another digest."""

Patterns = dict[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Raw cells of so many rows from `start` on, unpacked when asked. Shape: (rows, cells)."""

    start: int
    rows: int
    cells: Callable[[], NDArray[np.int64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDigest:
    """A part of one battery's history in short; `table` has no columns of cells or probes.

    `widths` are the cells or probes of each column that was left out. `mark_rows` are the rows of
    the marks, `patterns` those of them that have one. `days` are of the rows from `days_from_ms`
    on, as if no other part had any of them; `rests` are so of all rows; `head` and `tail` begin
    and end the rows. `is_suspicious` says that the rule of thermal events has to look at the rows
    themselves.
    """

    table: TelemetryTable
    widths: dict[str, int]
    mark_rows: NDArray[np.int64]
    patterns: Patterns
    days: tuple[CellsOfDay, ...]
    days_from_ms: int
    rests: tuple[Rest, ...]
    is_suspicious: bool
    head: Edge | None
    tail: Edge | None
