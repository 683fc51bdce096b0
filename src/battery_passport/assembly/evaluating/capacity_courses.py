"""Reads a folder of capacities by cycle (`capacity.parquet`).

In: a folder. Out: the course of each cell by the data set it belongs to.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.assembly.evaluating.folders import files_matching
from battery_passport.diagnostics.ageing.fade import FadeCourse

_COLUMNS = ("dataset", "cell", "cycle", "capacity_ah")
_TEMPERATURE = "temperature_c"


@dataclass(frozen=True, slots=True)
class CellCourse:
    """A cell by its name, and its whole course."""

    name: str
    course: FadeCourse


def read_capacity_courses(folder: Path) -> dict[str, list[CellCourse]]:
    """Return the cells of each data set, in the order of their names. Raises: UnusableFolder."""
    (path, *others) = files_matching(folder, "*.parquet", "capacities by cycle")
    if others:
        raise UnusableFolder(f"{folder} holds {len(others) + 1} Parquet files; expected one.")
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise UnusableFolder(f"{path} is no Parquet file; expected capacities by cycle.") from error
    missing = [name for name in _COLUMNS if name not in table.column_names]
    if missing:
        raise UnusableFolder(f"{path} lacks the column {missing[0]}.")
    table = table.sort_by([(name, "ascending") for name in _COLUMNS[:3]])
    keys = list(zip(table["dataset"].to_pylist(), table["cell"].to_pylist(), strict=True))
    capacities = np.asarray(table["capacity_ah"].to_numpy(zero_copy_only=False), dtype=np.float64)
    temperatures = _temperatures(table)
    found: dict[str, list[CellCourse]] = {}
    for begin, end in _runs(keys):
        measured = np.isfinite(capacities[begin:end]) & (capacities[begin:end] > 0.0)
        course = FadeCourse(
            capacity_ah=capacities[begin:end][measured],
            temperature_c=_only(temperatures[begin:end]),
        )
        dataset, cell = keys[begin]
        found.setdefault(str(dataset), []).append(CellCourse(str(cell), course))
    return found


def _runs(keys: list[tuple[str, str]]) -> list[tuple[int, int]]:
    begins = [place for place, key in enumerate(keys) if place == 0 or key != keys[place - 1]]
    return list(zip(begins, [*begins[1:], len(keys)], strict=True))


def _temperatures(table: pa.Table) -> np.ndarray:
    if _TEMPERATURE not in table.column_names:
        return np.full(len(table), np.nan)
    return np.asarray(table[_TEMPERATURE].to_numpy(zero_copy_only=False), dtype=np.float64)


def _only(temperatures: np.ndarray) -> float | None:
    known = temperatures[np.isfinite(temperatures)]
    return float(np.median(known)) if len(known) else None
