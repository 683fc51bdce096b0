"""Reads a folder of pulse trains (`pulse.parquet`).

In: a folder. Out: the rows of each kind of cell; labels are None where the file lacks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from battery_passport.assembly.evaluating.folders import numbers_of, read_one_table
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
    table = read_one_table(folder, "pulse trains", columns=("dataset", "Mat", *_VOLTAGES))
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
        voltages_v=np.column_stack([numbers_of(own, name) for name in _VOLTAGES]),
        health_ratio=_numbers(own, "SOH"),
        level_ratio=None if level is None else level / 100.0,
        cells=_texts(own, "cell"),
        file_names=_texts(own, "File_Name"),
    )


def _numbers(table: pa.Table, name: str) -> Vector | None:
    if name not in table.column_names or table[name].null_count == len(table):
        return None
    return numbers_of(table, name)


def _texts(table: pa.Table, name: str) -> list[str] | None:
    if name not in table.column_names:
        return None
    return [str(text) for text in table[name].to_pylist()]
