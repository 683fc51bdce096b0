"""Recordings of whole cars with every cell's voltage, one file a car.

In: a folder of such files. Out: each recording's samples, cell names and clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from battery_passport.adapters.tabular.files import TabularFile, source_files
from battery_passport.adapters.tabular.mappings import shipped_mappings
from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.mapping.conversion import convert_rows, source_columns
from battery_passport.telemetry.mapping.matching import choose_mapping
from battery_passport.telemetry.mapping.model import ColumnClock, SourceMapping
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import stack_columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One car's samples in the order of time; `offset_ms` leads from UTC to the file's clock."""

    name: str
    samples: Samples
    cell_names: Sequence[str]
    offset_ms: int

    def clock_time(self, at_ms: int) -> str:
        """Return a moment as the file's own clock shows it."""
        return (_EPOCH + timedelta(milliseconds=at_ms + self.offset_ms)).strftime(
            "%Y-%m-%d %H:%M:%S"
        )


def read_recording(path: Path) -> Recording:
    """Return the samples of a file, by the shipped mapping that fits it.

    Raises: UnusableFolder if none fits.
    """
    try:
        source = TabularFile(path)
        mapping = choose_mapping(source, shipped_mappings())
        parts = list(convert_rows(source, mapping))
    except UnreadableSource as error:
        raise UnusableFolder(error.message) from error
    return Recording(
        name=path.stem,
        samples=_in_order(parts),
        cell_names=_cell_names(source, mapping),
        offset_ms=_offset_ms(mapping),
    )


def recordings_in(folder: Path) -> list[Path]:
    """Return the files of a folder. Raises: UnusableFolder if there are none."""
    try:
        return source_files([folder])
    except UnreadableSource as error:
        raise UnusableFolder(error.message) from error


def _in_order(parts: Sequence[Samples]) -> Samples:
    times = np.concatenate([part.sampled_at_ms for part in parts])
    order = np.argsort(times, kind="stable")
    counts = [part.sampled_at_ms.size for part in parts]
    names = sorted({name for part in parts for name in part.columns})
    return Samples(
        sampled_at_ms=times[order],
        columns={
            name: stack_columns([part.columns.get(name) for part in parts], counts)[order]
            for name in names
        },
    )


def _cell_names(source: TabularFile, mapping: SourceMapping) -> Sequence[str]:
    for rule in mapping.columns:
        if rule.target == "cell_voltage_mv":
            return source_columns(rule, source.column_names)
    return ()


def _offset_ms(mapping: SourceMapping) -> int:
    clock = mapping.clock
    return 60_000 * clock.utc_offset_minutes if isinstance(clock, ColumnClock) else 0
