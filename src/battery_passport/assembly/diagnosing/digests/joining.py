"""A battery's digests put together, as if their parts had been one table.

In: digests of all parts. Out: what a diagnosis looks at, or None where only the whole table tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from battery_passport.assembly.diagnosing.digests.model import PartDigest
from battery_passport.assembly.diagnosing.drifting import (
    CELLS,
    CellsOfDay,
    cells_by_day,
    oldest_ms,
)
from battery_passport.assembly.diagnosing.looking import Looked
from battery_passport.assembly.diagnosing.marking import PATTERN_ROWS, cell_patterns, marks_at
from battery_passport.assembly.diagnosing.resting import rests_of
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.foundation.clock import DAY_MS
from battery_passport.safety.scanning import has_lost_insulation
from battery_passport.telemetry.table import TelemetryTable, merge_tables

_BESIDE_CELLS = ("current_ma", "bms_soc_permyriad")

Pattern = tuple[float, ...] | None
Integers = NDArray[np.int64]


def joined(parts: Sequence[PartDigest]) -> Looked | None:
    """Return the digests as one; None where parts overlap in time or differ in their columns."""
    held = in_order(parts)
    if not held or not fit_together(held) or any(each.is_suspicious for each in held):
        return None
    patterns = patterns_of_parts(held)
    if patterns is None:
        return None
    table = merge_tables([each.table for each in held])
    newest_ms = int(held[-1].table.sampled_at_ms[-1])
    if has_lost_insulation(table) or not reaches_back(held, oldest_ms(newest_ms)):
        return None
    return Looked(
        table=table,
        marks=marks_at(table, rows_of_marks(held), patterns),
        days=tuple(_recent_days(held)),
        rests=tuple(rests_of_parts(held)),
    )


def in_order(parts: Sequence[PartDigest]) -> list[PartDigest]:
    """Return the parts that have rows in the order of time."""
    return sorted((each for each in parts if each.table.row_count), key=_first_ms)


def rows_of_marks(held: Sequence[PartDigest]) -> Integers:
    """Return the rows of all marks in the table that the parts make."""
    firsts = np.concatenate([[0], np.cumsum([each.table.row_count for each in held])])
    return np.concatenate(
        [each.mark_rows + first for each, first in zip(held, firsts, strict=False)]
    )


def reaches_back(held: Sequence[PartDigest], oldest: int) -> bool:
    """Tell whether the days looked at are kept: not after the newest rows were taken out."""
    return all(each.days_from_ms <= max(oldest, _first_ms(each)) for each in held)


def _first_ms(part: PartDigest) -> int:
    return int(part.table.sampled_at_ms[0])


def fit_together(held: Sequence[PartDigest]) -> bool:
    """Tell whether the parts follow each other and have the same columns of cells."""
    alike = all(each.widths == held[0].widths for each in held)
    return alike and all(
        earlier.table.sampled_at_ms[-1] < later.table.sampled_at_ms[0]
        for earlier, later in pairwise(held)
    )


def patterns_of_parts(held: Sequence[PartDigest]) -> list[Pattern] | None:
    """Return the pattern of each mark; None where a batch goes on over more than two parts."""
    found: list[Pattern] = []
    for place, part in enumerate(held):
        following = held[place + 1] if place + 1 < len(held) else None
        anew: Mapping[int, Pattern] = {}
        if following is not None and not _shared(part, following).isdisjoint(_late(part)):
            after = held[place + 2] if place + 2 < len(held) else None
            short = following.table.row_count < PATTERN_ROWS
            if (
                short
                and after is not None
                and not _shared(following, after).isdisjoint(_shared(part, following))
            ):
                return None
            anew = _patterns_across(part, following)
        found += [anew.get(row, part.patterns.get(row)) for row in part.mark_rows.tolist()]
    return found


def _shared(earlier: PartDigest, later: PartDigest) -> frozenset[bytes]:
    return frozenset(earlier.table.batch_digests) & frozenset(later.table.batch_digests)


def _late(part: PartDigest) -> frozenset[bytes]:
    """Return the batches of the rows so near the end that a pattern reaches beyond it."""
    last = np.unique(part.table.batch_ordinal[-PATTERN_ROWS:]).tolist()
    return frozenset(part.table.batch_digests[ordinal] for ordinal in last)


def _patterns_across(part: PartDigest, following: PartDigest) -> dict[int, Pattern]:
    """Return the patterns of the marks near the end of a part, with the rows that come after."""
    if part.tail is None or following.head is None:
        return {}
    start = part.tail.start
    ends = part.table.row_count
    count = min(PATTERN_ROWS, following.table.row_count)
    seam = merge_tables(
        [
            _with_cells(part, slice(start, ends), part.tail.cells()),
            _with_cells(following, slice(0, count), following.head.cells()[:count]),
        ]
    )
    late = part.mark_rows[part.mark_rows >= max(start, ends - PATTERN_ROWS + 1)]
    return dict(zip(late.tolist(), cell_patterns(seam, late - start), strict=True))


def _with_cells(part: PartDigest, rows: slice, cells: Integers) -> TelemetryTable:
    table = part.table
    columns = {name: table.columns[name][rows] for name in _BESIDE_CELLS if name in table.columns}
    return TelemetryTable(
        sampled_at_ms=table.sampled_at_ms[rows],
        batch_ordinal=table.batch_ordinal[rows],
        batch_digests=table.batch_digests,
        columns={**columns, CELLS: cells},
        assumptions=(),
    )


def _recent_days(held: Sequence[PartDigest]) -> Iterator[CellsOfDay]:
    if CELLS not in held[0].widths:
        return
    oldest = oldest_ms(int(held[-1].table.sampled_at_ms[-1]))
    recent = [each for each in held if int(each.table.sampled_at_ms[-1]) >= oldest]
    yield from (each for each in days_of_parts(recent) if each.first_ms >= oldest)


def shared_days(held: Sequence[PartDigest]) -> frozenset[int]:
    """Return the days that end one part and begin the next."""
    return frozenset(
        int(earlier.table.sampled_at_ms[-1]) // DAY_MS
        for earlier, later in pairwise(held)
        if int(earlier.table.sampled_at_ms[-1]) // DAY_MS == _first_ms(later) // DAY_MS
    )


def rests_of_parts(held: Sequence[PartDigest]) -> Iterator[Rest]:
    """Yield the rests of each day; of one that parts share, anew from its rows in all of them."""
    shared = shared_days(held)
    found = [rest for part in held for rest in part.rests if rest.at_ms // DAY_MS not in shared]
    for day in sorted(shared):
        rows = [_of_day(day, part) for part in held if day in _edge_days(part)]
        found += rests_of(merge_tables([each for each in rows if each is not None]))
    yield from sorted(found, key=lambda rest: rest.at_ms)


def _edge_days(part: PartDigest) -> tuple[int, int]:
    return _first_ms(part) // DAY_MS, int(part.table.sampled_at_ms[-1]) // DAY_MS


def _of_day(day: int, part: PartDigest) -> TelemetryTable | None:
    """Return the rows of a day that begins or ends a part, with their cells."""
    edge = part.head if day == _first_ms(part) // DAY_MS else part.tail
    if edge is None:
        return None
    rows = slice(edge.start, edge.start + edge.rows)
    return _with_cells(part, rows, edge.cells()).between(day * DAY_MS, (day + 1) * DAY_MS)


def days_of_parts(held: Sequence[PartDigest]) -> Iterator[CellsOfDay]:
    """Yield each day once; one that parts share is looked at anew from its cells in all of them."""
    by_day: dict[int, list[tuple[PartDigest, CellsOfDay]]] = {}
    for part in held:
        for each in part.days:
            by_day.setdefault(each.day, []).append((part, each))
    for day in sorted(by_day):
        sources = by_day[day]
        if len(sources) == 1:
            yield sources[0][1]
        else:
            yield _day_anew(day, [part for part, _ in sources])


def _day_anew(day: int, parts: Sequence[PartDigest]) -> CellsOfDay:
    times, cells = zip(*(_cells_of(day, part) for part in parts), strict=True)
    (whole,) = cells_by_day(np.concatenate(times), np.concatenate(cells))
    return whole


def _cells_of(day: int, part: PartDigest) -> tuple[Integers, Integers]:
    """Return times and cells of one day that begins or ends a part."""
    edge = part.head if day == _first_ms(part) // DAY_MS else part.tail
    if edge is None:
        raise AssertionError("A part with days of cells has its edges.")
    times = part.table.sampled_at_ms[edge.start : edge.start + edge.rows]
    inside = times // DAY_MS == day
    return times[inside], edge.cells()[inside]
