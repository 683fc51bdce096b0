"""Sums by the hour of each part of the history, made once and kept beside it.

In: parts as the manifest names them. Out: `SpanSums` of a battery; a part is immutable, and so are
its sums.
"""

import io
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.adapters.parquet.file_format import TIME, StoredTable, plain
from battery_passport.adapters.parquet.part_files import PartFiles
from battery_passport.foundation.clock import HOUR_MS
from battery_passport.telemetry.history import HistoryPart
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.overview import (
    CELLS,
    COLUMNS,
    PROBES,
    SERIES,
    SeriesSums,
    SpanSums,
    joined_sums,
    sums_of_rows,
    with_highest,
)

Int64s = NDArray[np.int64]

MOST_KEPT: Final = 240
"""Parts whose sums stay in memory, about 200 kB each."""


class PartOverviews:
    """Reads parts of a folder; keeps sums in another, which may be removed at any time."""

    def __init__(self, history: Path, kept: Path) -> None:
        self._files = PartFiles(history)
        self._kept = kept
        self._lock = threading.Lock()
        self._known: OrderedDict[str, SpanSums] = OrderedDict()

    def by_hour(self, parts: Iterable[HistoryPart]) -> SpanSums:
        """Return the sums of every hour with samples.

        Raises: HistoryDamaged, HistoryFileGone.
        """
        return joined_sums(self._sums(part) for part in parts)

    def _sums(self, part: HistoryPart) -> SpanSums:
        with self._lock:
            known = self._known.get(part.file)
            if known is not None:
                self._known.move_to_end(part.file)
                return known
        path = self._kept / f"{part.sha256.hex()}.npz"
        found = _loaded(path)
        if found is None:
            found = _sums_of(self._files.stored(part, COLUMNS))
            _save(path, found)
        with self._lock:
            self._known[part.file] = found
            while len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return found


def _sums_of(stored: StoredTable) -> SpanSums:
    arrays, widths = stored.arrays, stored.description.widths
    columns = {
        name: plain(arrays, name).astype(np.int64, copy=False)
        for name in SERIES
        if widths.get(name) == 0
    }
    if widths.get(PROBES):
        probes = [plain(arrays, f"{PROBES}.{probe}") for probe in range(widths[PROBES])]
        middle = plain(arrays, PROBES).astype(np.int64, copy=False)
        with_highest(columns, _restored(middle, probes))
    cells = [plain(arrays, f"{CELLS}.{cell}") for cell in range(widths.get(CELLS, 0))]
    return sums_of_rows(plain(arrays, TIME).astype(np.int64, copy=False), columns, cells, HOUR_MS)


def _restored(middle: Int64s, deviations: Sequence[NDArray[np.signedinteger]]) -> Int64s:
    values = np.stack([each.astype(np.int64) for each in deviations], axis=1)
    restored: Int64s = np.where(values == NULL, NULL, values + middle[:, None])
    return restored


def _save(path: Path, sums: SpanSums) -> None:
    written = io.BytesIO()
    arrays: dict[str, Any] = {
        "spans": sums.spans,
        "samples": sums.samples,
        "cell_counts": sums.cell_counts.astype(np.int32),
        "cell_sums": sums.cell_sums,
        "left_out": np.array([sums.left_out]),
    }
    for name, each in sums.series.items():
        arrays[name] = np.stack([each.counts, each.sums, each.lows, each.highs])
    np.savez_compressed(written, **arrays)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{threading.get_ident()}.new")
    beside.write_bytes(written.getvalue())
    beside.replace(path)


def _loaded(path: Path) -> SpanSums | None:
    """Return sums that were kept; None where there are none, or the file was left half written."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as kept:
            return SpanSums(
                spans=kept["spans"],
                samples=kept["samples"],
                series={name: SeriesSums(*kept[name]) for name in SERIES if name in kept},
                cell_counts=kept["cell_counts"].astype(np.int64),
                cell_sums=kept["cell_sums"],
                left_out=int(kept["left_out"][0]),
            )
    except (OSError, ValueError, KeyError):
        return None
