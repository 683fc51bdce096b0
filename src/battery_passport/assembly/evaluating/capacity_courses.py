"""Reads a folder of capacities by cycle (`capacity.parquet`).

In: a folder. Out: the course of each cell by the data set it belongs to.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from battery_passport.assembly.evaluating.folders import numbers_of, read_one_table
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
    table = read_one_table(folder, "capacities by cycle", columns=_COLUMNS)
    table = table.sort_by([(name, "ascending") for name in _COLUMNS[:3]])
    keys = list(zip(table["dataset"].to_pylist(), table["cell"].to_pylist(), strict=True))
    capacities = numbers_of(table, "capacity_ah")
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
    return numbers_of(table, _TEMPERATURE)


def _only(temperatures: np.ndarray) -> float | None:
    known = temperatures[np.isfinite(temperatures)]
    return float(np.median(known)) if len(known) else None
