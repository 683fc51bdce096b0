"""Reads a folder of pulse trains (`pulse.parquet`).

In: a folder. Out: the rows of each kind of cell; labels are None where the file lacks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.folders import files_matching
from battery_passport.diagnostics.pulses.model import VOLTAGES, Matrix, Vector

_VOLTAGES = [f"U{number}" for number in range(1, VOLTAGES + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseTrains:
    """All rows of one kind of cell. `row` is the row of the file, from 0.

    Labels (`health_ratio`, `level_ratio`, `cells`, `file_names`) are None without their column.
    """

    kind: str
    material: str
    row: Sequence[int]
    voltages_v: Matrix
    health_ratio: Vector | None
    level_ratio: Vector | None
    cells: Sequence[str] | None
    file_names: Sequence[str] | None

    def __len__(self) -> int:
        return len(self.row)


def read_pulse_trains(folder: Path) -> dict[str, PulseTrains]:
    """Return the rows of each kind by its name. Raises: UnusableFolder."""
    (path, *others) = files_matching(folder, "*.parquet", "pulse trains")
    if others:
        raise UnusableFolder(f"{folder} holds {len(others) + 1} Parquet files; expected one.")
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise UnusableFolder(f"{path} is no Parquet file; expected pulse trains.") from error
    missing = [name for name in ("dataset", "Mat", *_VOLTAGES) if name not in table.column_names]
    if missing:
        raise UnusableFolder(f"{path} lacks the column {missing[0]}.")
    kinds = np.asarray(table["dataset"].to_pylist(), dtype=str)
    return {
        str(kind): _rows_of(table, str(kind), np.flatnonzero(kinds == kind))
        for kind in np.unique(kinds)
    }


def _rows_of(table: pa.Table, kind: str, rows: np.ndarray) -> PulseTrains:
    own = table.take(pa.array(rows))
    level = _numbers(own, "SOC")
    return PulseTrains(
        kind=kind,
        material=str(own["Mat"][0]),
        row=[int(row) for row in rows],
        voltages_v=np.column_stack([_column(own, name) for name in _VOLTAGES]),
        health_ratio=_numbers(own, "SOH"),
        level_ratio=None if level is None else level / 100.0,
        cells=_texts(own, "cell"),
        file_names=_texts(own, "File_Name"),
    )


def _column(table: pa.Table, name: str) -> Vector:
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.float64)


def _numbers(table: pa.Table, name: str) -> Vector | None:
    if name not in table.column_names or table[name].null_count == len(table):
        return None
    return _column(table, name)


def _texts(table: pa.Table, name: str) -> list[str] | None:
    if name not in table.column_names:
        return None
    return [str(text) for text in table[name].to_pylist()]
