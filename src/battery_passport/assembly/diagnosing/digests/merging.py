"""Digests of parts that nothing is added to any more, put together once instead of every day.

In: digests, from when on days of cells are looked at. Out: one digest that says what they say.
"""

from collections.abc import Sequence
from dataclasses import replace

from battery_passport.assembly.diagnosing.digests.joining import (
    days_of_parts,
    fit_together,
    in_order,
    patterns_of_parts,
    reaches_back,
    rests_of_parts,
    rows_of_marks,
    shared_days,
)
from battery_passport.assembly.diagnosing.digests.model import PartDigest
from battery_passport.assembly.diagnosing.marking import PATTERN_ROWS
from battery_passport.foundation.clock import DAY_MS
from battery_passport.telemetry.table import merge_tables


def merged(parts: Sequence[PartDigest], oldest_ms: int) -> PartDigest | None:
    """Return one digest that joins with others as these would; None where they must stay apart.

    That is where only the whole table tells, and where a first or last day lies in several parts.
    """
    held = in_order(parts)
    if not held or not fit_together(held) or not reaches_back(held, oldest_ms):
        return None
    patterns = patterns_of_parts(held)
    if patterns is None or not _has_own_edges(held):
        return None
    rows = rows_of_marks(held)
    marked = zip(rows.tolist(), patterns, strict=True)
    last = held[-1]
    before = sum(each.table.row_count for each in held[:-1])
    return PartDigest(
        table=merge_tables([each.table for each in held]),
        widths=held[0].widths,
        mark_rows=rows,
        patterns={row: pattern for row, pattern in marked if pattern is not None},
        days=tuple(each for each in days_of_parts(held) if each.first_ms >= oldest_ms),
        days_from_ms=oldest_ms,
        rests=tuple(rests_of_parts(held)),
        is_suspicious=any(each.is_suspicious for each in held),
        head=held[0].head,
        tail=None if last.tail is None else replace(last.tail, start=before + last.tail.start),
    )


def _has_own_edges(held: Sequence[PartDigest]) -> bool:
    """Tell whether the cells kept of the first and the last part are all that a seam needs."""
    first_ms, last_ms = held[0].table.sampled_at_ms[0], held[-1].table.sampled_at_ms[-1]
    edges = {int(first_ms) // DAY_MS, int(last_ms) // DAY_MS}
    long_enough = min(each.table.row_count for each in (held[0], held[-1])) >= PATTERN_ROWS
    return long_enough and edges.isdisjoint(shared_days(held))
