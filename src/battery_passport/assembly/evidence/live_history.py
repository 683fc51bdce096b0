"""A battery's history up to its newest batch: files, and what still waits to enter them.

In: a battery. Out: one table, in which every batch that was read after its commit is in once.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from battery_passport.adapters.parquet.history import ParquetHistory, spanned
from battery_passport.adapters.parquet.part_files import Span
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.assembly.evidence.reader import EvidenceDoor
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.errors import HistoryFileGone
from battery_passport.telemetry.history import ColumnSummary, HistoryPart
from battery_passport.telemetry.many import BatchDecoder
from battery_passport.telemetry.table import TelemetryTable, assemble_table, merge_tables

_ATTEMPTS = 5
_MOST_WAITING = 1 << 20
_MOST_ROWS_KEPT = 200_000
"""Rows of what waits that are kept as they were decoded, of all batteries together."""


class LiveHistory:
    """Fulfils `telemetry.ports.History`; `keeps` what waits as it was decoded, if told so."""

    def __init__(
        self,
        database: Database,
        files: ParquetHistory,
        evidence: EvidenceDoor,
        *,
        keeps: bool = False,
    ) -> None:
        self._database = database
        self._files = files
        self._evidence = evidence
        self._decoder = BatchDecoder()
        self._keeps = keeps
        self._kept: dict[UUID, tuple[tuple[bytes, ...], TelemetryTable]] = {}

    def read(
        self,
        battery_id: UUID,
        *,
        columns: Collection[str] | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> TelemetryTable:
        """Return the rows of the time, with all or the named columns. Raises: HistoryDamaged."""
        between = spanned(start_ms, end_ms)
        for _ in range(_ATTEMPTS):
            try:
                return self._read(battery_id, columns, between)
            except HistoryFileGone:
                continue  # merged meanwhile: the manifest names another file
        return self._read(battery_id, columns, between)

    def summarise(self, column: str) -> Sequence[ColumnSummary]:
        """Return each battery's figures of a column, over what is in files."""
        return self._files.summarise(column)

    def _read(
        self, battery_id: UUID, columns: Collection[str] | None, between: Span
    ) -> TelemetryTable:
        parts, waiting = self.view(battery_id)
        in_files = self._files.read_parts(parts, columns=columns, between=between)
        if not waiting.batch_digests:
            return in_files
        late = waiting.between(*between)
        return merge_tables([in_files, late if columns is None else late.select(columns)])

    def view(self, battery_id: UUID) -> tuple[Sequence[HistoryPart], TelemetryTable]:
        """Return the files of a moment, and what waits to enter them at that same moment."""
        with self._database.read() as connection:
            manifest = SqlManifest(connection)
            parts = manifest.history_parts(battery_id)
            waiting = tuple(manifest.waiting(battery_id, limit=_MOST_WAITING))
            known = self._kept.get(battery_id)
            if known is not None and known[0] == waiting:
                return parts, known[1]
            encoded = self._evidence.of(connection).by_digests(waiting)
        self._decoder.prepare_for(len(encoded))
        batches = (self._decoder.decode(open_envelope(each)) for each in encoded.values())
        table = assemble_table(batches)
        if self._keeps:
            self._keep(battery_id, waiting, table)
        return parts, table

    def _keep(self, battery_id: UUID, waiting: tuple[bytes, ...], table: TelemetryTable) -> None:
        rows = sum(each.sampled_at_ms.shape[0] for _, each in list(self._kept.values()))
        if rows + table.sampled_at_ms.shape[0] > _MOST_ROWS_KEPT:
            self._kept.clear()
        self._kept[battery_id] = (waiting, table)
