"""History as immutable Parquet files by battery and month.

In: decoded batches, a folder and the manifest. Out: durable parts, and tables read back from them.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from uuid import UUID

from battery_passport.adapters.parquet.file_format import stored_table
from battery_passport.adapters.parquet.joining import joined, without
from battery_passport.adapters.parquet.part_files import PartFiles, Span
from battery_passport.adapters.parquet.summaries import Summariser
from battery_passport.foundation.digests import sha256
from battery_passport.telemetry.errors import HistoryFileGone
from battery_passport.telemetry.history import (
    ColumnSummary,
    HistoryPart,
    batches_by_month,
    closed_parts,
    parts_to_merge,
)
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.ports import ManifestStore
from battery_passport.telemetry.table import TelemetryTable, assemble_table, merge_tables

EARLIEST_MS = -(1 << 62)
LATEST_MS = 1 << 62
_ATTEMPTS = 5


class ParquetHistory:
    """Fulfils `telemetry.ports.History` and `HistoryParts` in a folder."""

    def __init__(self, folder: Path, manifest: ManifestStore) -> None:
        self._manifest = manifest
        self._files = PartFiles(folder)
        self._summariser = Summariser(self._files)

    def compact(self, battery_id: UUID, batches: Iterable[DecodedBatch]) -> Sequence[HistoryPart]:
        """Write what is not yet in the history; return the durable new parts for the manifest."""
        held = self._by_month(battery_id)
        return [
            part
            for month, of_month in batches_by_month(batches).items()
            if (part := self._write_late(battery_id, month, of_month, held.get(month, [])))
            is not None
        ]

    def merge(self, battery_id: UUID) -> Sequence[HistoryPart]:
        """Write parts that are due to become one; return the durable new parts for the manifest."""
        held = self._by_month(battery_id)
        newest = max(held, default="")
        return [
            self._merged(chosen, _next_generation(parts))
            for month, parts in held.items()
            if (chosen := parts_to_merge(parts, closed=month != newest))
        ]

    def forget(self, battery_id: UUID, digests: Collection[bytes]) -> Sequence[HistoryPart]:
        """Write the parts with rows of these batches anew without them."""
        gone, written = frozenset(digests), list[HistoryPart]()
        for parts in self._by_month(battery_id).values():
            following = _next_generation(parts)
            for part in parts:
                if not gone.isdisjoint(part.evidence):
                    written.append(self._thinned(part, gone, following))
                    following += 1
        return written

    def read(
        self,
        battery_id: UUID,
        *,
        columns: Collection[str] | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> TelemetryTable:
        """Return the rows of the time, with all or the named columns."""
        between = spanned(start_ms, end_ms)
        for _ in range(_ATTEMPTS):
            try:
                parts = self._manifest.history_parts(battery_id)
                return self.read_parts(parts, columns=columns, between=between)
            except HistoryFileGone:
                continue  # merged meanwhile: the manifest names another file
        return self.read_parts(
            self._manifest.history_parts(battery_id), columns=columns, between=between
        )

    def read_parts(
        self, parts: Iterable[HistoryPart], *, columns: Collection[str] | None, between: Span
    ) -> TelemetryTable:
        """Return the rows of these parts within a span of time. Raises: HistoryDamaged."""
        start, end = between
        return merge_tables(
            [
                self._files.table(part, columns=columns, between=between)
                for part in parts
                if part.first_ms < end and part.last_ms >= start
            ]
        )

    def digest(self, part: HistoryPart) -> bytes | None:
        """Return what was kept beside a part, None if nothing was."""
        return self._files.digest(part.file)

    def keep_digest(self, part: HistoryPart, octets: bytes) -> None:
        """Keep beside a part what was made from it; it goes when the part goes."""
        self._files.keep_digest(part.file, octets)

    def digest_of_all(self, parts: Sequence[HistoryPart]) -> bytes | None:
        """Return what was kept of so many parts together, None if nothing was."""
        return self._files.digest(_together(parts))

    def keep_digest_of_all(self, parts: Sequence[HistoryPart], octets: bytes) -> None:
        """Keep what was made from parts together; it goes when they are not the closed ones."""
        self._files.keep_digest(_together(parts), octets)

    def remove_superseded(self, battery_id: UUID) -> int:
        """Remove files that the manifest does not name any more."""
        parts = self._manifest.history_parts(battery_id)
        named = {part.file for part in parts}
        if closed := closed_parts(parts):
            named.add(_together(closed))
        return self._files.remove_others(battery_id, named)

    def summarise(self, column: str) -> Sequence[ColumnSummary]:
        """Return each battery's count, lowest, highest and mean value of a 1-D column."""
        return self._summariser.summarise(column, self._manifest.history_parts())

    def _by_month(self, battery_id: UUID) -> dict[str, list[HistoryPart]]:
        by_month: dict[str, list[HistoryPart]] = {}
        for part in self._manifest.history_parts(battery_id):
            by_month.setdefault(part.month, []).append(part)
        return by_month

    def _write_late(
        self,
        battery_id: UUID,
        month: str,
        batches: Sequence[DecodedBatch],
        held: Sequence[HistoryPart],
    ) -> HistoryPart | None:
        known = {digest for part in held for digest in part.evidence}
        late = [batch for batch in batches if batch.digest not in known]
        if not late:
            return None
        table = assemble_table(late)
        planned = _planned(battery_id, month, _next_generation(held), table.batch_digests)
        return self._files.write(planned, stored_table(table))

    def _merged(self, parts: Sequence[HistoryPart], generation: int) -> HistoryPart:
        stored, digests = joined([(part, self._files.stored(part)) for part in parts])
        planned = _planned(
            parts[0].battery_id,
            parts[0].month,
            generation,
            digests,
            level=max(part.level for part in parts) + 1,
            replaces=tuple(part.generation for part in parts),
        )
        return self._files.write(planned, stored)

    def _thinned(self, part: HistoryPart, gone: frozenset[bytes], generation: int) -> HistoryPart:
        left = without(part, self._files.stored(part), gone)
        replaces = (part.generation,)
        if left is None:
            return _planned(part.battery_id, part.month, generation, (), replaces=replaces)
        thinner, stored = left
        planned = _planned(
            part.battery_id,
            part.month,
            generation,
            thinner.evidence,
            level=part.level,
            replaces=replaces,
        )
        return self._files.write(planned, stored)


def spanned(start_ms: int | None, end_ms: int | None) -> Span:
    """Return a span of time with both ends."""
    return (EARLIEST_MS if start_ms is None else start_ms, LATEST_MS if end_ms is None else end_ms)


def _together(parts: Sequence[HistoryPart]) -> str:
    """Return a name for parts together, another for each choice and content."""
    content = sha256(b"".join(part.sha256 for part in parts))
    return f"{parts[0].battery_id.hex}/closed-{content[:16].hex()}"


def _next_generation(parts: Sequence[HistoryPart]) -> int:
    return max((part.generation for part in parts), default=0) + 1


def _planned(
    battery_id: UUID,
    month: str,
    generation: int,
    evidence: tuple[bytes, ...],
    *,
    level: int = 0,
    replaces: tuple[int, ...] = (),
) -> HistoryPart:
    return HistoryPart(
        battery_id=battery_id,
        month=month,
        generation=generation,
        file="",
        sha256=b"",
        rows=0,
        first_ms=0,
        last_ms=0,
        evidence=evidence,
        level=level,
        replaces=replaces,
    )
