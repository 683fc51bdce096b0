"""History as immutable Parquet files by battery and month, read with in-process DuckDB.

In: decoded batches, a folder and the manifest. Out: durable parts, and tables read back from them.
"""

import threading
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import duckdb

from battery_passport.adapters.parquet.durable import write_durably
from battery_passport.adapters.parquet.file_format import (
    ORDINAL,
    TIME,
    read_description,
    stored_names,
    table_from_columns,
    table_to_parquet,
)
from battery_passport.telemetry.columns import is_column_name
from battery_passport.telemetry.errors import HistoryDamaged, InvalidSamples
from battery_passport.telemetry.history import (
    ColumnSummary,
    HistoryPart,
    batches_by_month,
    parts_in_force,
)
from battery_passport.telemetry.model import DecodedBatch
from battery_passport.telemetry.ports import ManifestStore
from battery_passport.telemetry.table import TelemetryTable, assemble_table, merge_tables

_EARLIEST_MS = -(1 << 62)
_LATEST_MS = 1 << 62
# Parquet is built in; nothing is to be fetched or loaded from elsewhere.
_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 1,
}


class ParquetHistory:
    """Fulfils `telemetry.ports.History` in a folder. One compactor at a time; readers are free."""

    def __init__(self, folder: Path, manifest: ManifestStore) -> None:
        self._folder = folder
        self._manifest = manifest
        self._database = duckdb.connect(":memory:", config=_CONFIGURATION)
        self._seen_whole: set[tuple[str, bytes]] = set()
        self._lock = threading.Lock()

    def compact(self, battery_id: UUID, batches: Iterable[DecodedBatch]) -> Sequence[HistoryPart]:
        """Write what is not yet in the history; return the durable new parts for the manifest."""
        held = {part.month: part for part in self._parts(battery_id)}
        written = [
            self._write_month(battery_id, month, of_month, held.get(month))
            for month, of_month in batches_by_month(batches).items()
        ]
        return [part for part in written if part is not None]

    def read(
        self,
        battery_id: UUID,
        *,
        columns: Collection[str] | None = None,
        start_ms: int | None = None,
        end_ms: int | None = None,
    ) -> TelemetryTable:
        """Return the rows of the time, with all or the named columns."""
        start = _EARLIEST_MS if start_ms is None else start_ms
        end = _LATEST_MS if end_ms is None else end_ms
        return merge_tables(
            [
                self._read_part(part, columns=columns, between=(start, end))
                for part in self._parts(battery_id)
                if part.first_ms < end and part.last_ms >= start
            ]
        )

    def remove_superseded(self, battery_id: UUID) -> int:
        """Remove files at least two generations older than their month's part in force."""
        removed = 0
        for part in self._parts(battery_id):
            for path in (self._folder / battery_id.hex).glob(f"{part.month}.*.parquet"):
                generation = path.name.split(".")[1]
                if generation.isdigit() and int(generation) < part.generation - 1:
                    path.unlink()
                    removed += 1
        return removed

    def summarise(self, column: str) -> Sequence[ColumnSummary]:
        """Return each battery's count, lowest, highest and mean value of a 1-D column."""
        if not is_column_name(column):
            raise InvalidSamples(f"{column!r} is no name of a column.")
        by_battery: dict[UUID, list[str]] = {}
        for part in parts_in_force(self._manifest.history_parts()):
            path = self._whole_path(part)
            if read_description(path).widths.get(column) == 0:
                by_battery.setdefault(part.battery_id, []).append(path)
        found = [self._summary(key, column, files) for key, files in by_battery.items()]
        return [summary for summary in found if summary is not None]

    def _summary(self, battery_id: UUID, column: str, files: list[str]) -> ColumnSummary | None:
        query = (
            f'SELECT count("{column}"), min("{column}"), max("{column}"), avg("{column}") '  # noqa: S608 - checked name
            "FROM read_parquet(?)"
        )
        row = self._database.cursor().execute(query, [files]).fetchone()
        if row is None or not row[0]:
            return None
        count, low, high, mean = row
        return ColumnSummary(battery_id=battery_id, count=count, low=low, high=high, mean=mean)

    def _parts(self, battery_id: UUID) -> list[HistoryPart]:
        return parts_in_force(self._manifest.history_parts(battery_id))

    def _write_month(
        self,
        battery_id: UUID,
        month: str,
        batches: Sequence[DecodedBatch],
        held: HistoryPart | None,
    ) -> HistoryPart | None:
        known = set(held.evidence) if held else set()
        late = [batch for batch in batches if batch.digest not in known]
        if not late:
            return None
        table = assemble_table(late)
        if held:
            table = merge_tables([self._read_part(held), table])
        return self._write_part(battery_id, month, table, held.generation + 1 if held else 1)

    def _write_part(
        self, battery_id: UUID, month: str, table: TelemetryTable, generation: int
    ) -> HistoryPart:
        octets = table_to_parquet(table)
        file = f"{battery_id.hex}/{month}.{generation:06}.parquet"
        write_durably(self._folder / file, octets)
        return HistoryPart(
            battery_id=battery_id,
            month=month,
            generation=generation,
            file=file,
            sha256=sha256(octets).digest(),
            rows=table.row_count,
            first_ms=int(table.sampled_at_ms[0]),
            last_ms=int(table.sampled_at_ms[-1]),
            evidence=table.batch_digests,
        )

    def _read_part(
        self,
        part: HistoryPart,
        *,
        columns: Collection[str] | None = None,
        between: tuple[int, int] = (_EARLIEST_MS, _LATEST_MS),
    ) -> TelemetryTable:
        path = self._whole_path(part)
        description = read_description(path)
        names = [name for name in description.widths if columns is None or name in columns]
        stored = [TIME, ORDINAL]
        for name in names:
            stored += stored_names(name, description.widths[name])
        listed = ", ".join(f'"{name}"' for name in stored)
        query = (
            f"SELECT {listed} FROM read_parquet(?) "  # noqa: S608 - names checked when sealed
            f'WHERE "{TIME}" >= ? AND "{TIME}" < ?'
        )
        fetched = self._database.cursor().execute(query, [path, *between]).fetchnumpy()
        return table_from_columns(fetched, description, names)

    def _whole_path(self, part: HistoryPart) -> str:
        """Return the part's path once its bytes are known to be those of the manifest."""
        path = self._folder / part.file
        key = (part.file, part.sha256)
        with self._lock:
            seen = key in self._seen_whole
        if not path.is_file():
            raise HistoryDamaged(f"History file {part.file} is missing.")
        if not seen:
            found = sha256(path.read_bytes()).digest()
            if found != part.sha256:
                raise HistoryDamaged(
                    f"History file {part.file} hashes to {found.hex()}, "
                    f"its manifest says {part.sha256.hex()}."
                )
            with self._lock:
                self._seen_whole.add(key)
        return str(path)
