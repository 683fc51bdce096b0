"""How often the history writes a row, told by the very rules that choose what is merged.

In: days of a car that sends a batch a minute. Out: rows written for each row received. Cars do not
touch each other's files, so that 2,500 of them write 2,500 times what one does.
"""

from uuid import UUID

from battery_passport.assembly.settings import load_settings
from battery_passport.telemetry.history import HistoryPart, parts_to_merge

ROWS_A_BATCH = 60
_MINUTES_A_DAY = 24 * 60


def rows_written(*, days: int) -> float:
    """Return rows written for each row received in so many days of one month."""
    parts: list[HistoryPart] = []
    written = received = 0
    gathered = load_settings({}).history_gather_batches
    for number in range(days * _MINUTES_A_DAY // gathered):
        rows = gathered * ROWS_A_BATCH
        received += rows
        written += rows
        parts.append(_part(number + 1, first=number, rows=rows))
        written += _merge(parts, closed=False)
    written += _merge(parts, closed=True)
    return written / received


def _merge(parts: list[HistoryPart], *, closed: bool) -> int:
    written = 0
    while chosen := parts_to_merge(parts, closed=closed):
        rows = sum(part.rows for part in chosen)
        level = max(part.level for part in chosen) + 1
        generation = max(part.generation for part in parts) + 1
        parts[:] = [part for part in parts if part not in chosen]
        parts.append(_part(generation, first=chosen[0].first_ms, rows=rows, level=level))
        written += rows
    return written


def _part(generation: int, *, first: int, rows: int, level: int = 0) -> HistoryPart:
    return HistoryPart(
        battery_id=UUID(int=0),
        month="2026-01",
        generation=generation,
        file="",
        sha256=b"",
        rows=rows,
        first_ms=first,
        last_ms=first,
        evidence=(),
        level=level,
    )
