"""The files of parts: written durably, and read once their bytes are those of the manifest.

In: a folder, parts, stored tables. Out: new parts, stored columns.
"""

import contextlib
import os
import threading
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from battery_passport.adapters.parquet.durable import write_durably
from battery_passport.adapters.parquet.file_format import (
    ORDINAL,
    TIME,
    StoredTable,
    described,
    loaded_table,
    parquet_of,
    plain,
    stored_names,
)
from battery_passport.telemetry.errors import HistoryDamaged, HistoryFileGone
from battery_passport.telemetry.history import HistoryPart
from battery_passport.telemetry.table import TelemetryTable

Span = tuple[int, int]
DIGEST = ".digest"
"""The ending of what is kept beside a part's file, made from it and of no other worth."""


class PartFiles:
    """One folder; one process writes at a time, readers are free."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen_whole: set[tuple[str, bytes]] = set()
        self._lock = threading.Lock()

    def write(self, part: HistoryPart, stored: StoredTable) -> HistoryPart:
        """Return the part with the hash and span of its file, which is durable."""
        octets = parquet_of(stored, part.evidence)
        digest = sha256(octets).digest()
        # Named by its content too: whoever reads by an older manifest meets no other file.
        numbered = f"{part.month}.{part.generation:06}-{digest[:8].hex()}.parquet"
        file = f"{part.battery_id.hex}/{numbered}"
        write_durably(self._folder / file, octets)
        times = plain(stored.arrays, TIME)
        return HistoryPart(
            battery_id=part.battery_id,
            month=part.month,
            generation=part.generation,
            file=file,
            sha256=digest,
            rows=times.shape[0],
            first_ms=int(times[0]),
            last_ms=int(times[-1]),
            evidence=part.evidence,
            level=part.level,
            replaces=part.replaces,
        )

    def stored(self, part: HistoryPart, columns: Collection[str] | None = None) -> StoredTable:
        """Return a part's columns, all or those named, as they are stored.

        Raises: HistoryDamaged.
        """
        path = self.whole_path(part)
        try:
            with pa.parquet.ParquetFile(path, memory_map=True) as file:
                description = described(file.schema_arrow.metadata, part.file)
                wanted = [TIME, ORDINAL]
                for name, width in description.widths.items():
                    if columns is None or name in columns:
                        wanted += stored_names(name, width)
                return StoredTable(
                    arrays=file.read(wanted, use_threads=False), description=description
                )
        except pa.ArrowInvalid as error:
            raise HistoryDamaged(f"History file {part.file} cannot be read: {error}.") from error

    def table(
        self, part: HistoryPart, *, columns: Collection[str] | None = None, between: Span
    ) -> TelemetryTable:
        """Return a part's rows of a span of time. Raises: HistoryDamaged."""
        stored = self.stored(part, columns)
        first, past = np.searchsorted(plain(stored.arrays, TIME), between)
        return loaded_table(stored, part.evidence, slice(int(first), int(past)))

    def remove_others(self, battery_id: UUID, kept: Collection[str]) -> int:
        """Remove a battery's files that are not among those named; return how many.

        A file's digest goes with it.
        """
        removed = 0
        for path in (self._folder / battery_id.hex).glob("*"):
            if f"{battery_id.hex}/{path.name}".removesuffix(DIGEST) not in kept:
                path.unlink(missing_ok=True)
                removed += not path.name.endswith(DIGEST)
        return removed

    def digest(self, file: str) -> bytes | None:
        """Return what was kept beside a file, None if nothing was."""
        try:
            return (self._folder / f"{file}{DIGEST}").read_bytes()
        except FileNotFoundError:
            return None

    def keep_digest(self, file: str, octets: bytes) -> None:
        """Keep what can be made again beside a file; not at all where that is not possible.

        It appears whole or not at all, but no power failure is waited out.
        """
        whole = self._folder / f"{file}{DIGEST}"
        begun = whole.with_name(f"{whole.name}.{os.getpid()}{DIGEST}")
        with contextlib.suppress(OSError):
            begun.write_bytes(octets)
            begun.replace(whole)

    def whole_path(self, part: HistoryPart) -> str:
        """Return the part's path once its bytes are known to be those of the manifest.

        Raises: HistoryFileGone, HistoryDamaged.
        """
        path = self._folder / part.file
        key = (part.file, part.sha256)
        with self._lock:
            seen = key in self._seen_whole
        if not path.is_file():
            raise HistoryFileGone(f"History file {part.file} is missing.")
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
