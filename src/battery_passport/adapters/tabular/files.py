"""Parquet and CSV files, opened as source tables.

In: paths of files and folders. Out: one table per file, its rows in the file's order.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from battery_passport.telemetry.errors import UnreadableSource

_PIECE_BYTES = 1 << 20
_READERS = {".parquet": pa.parquet.read_table, ".csv": pa.csv.read_csv}


def source_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and those directly in the folders named, by name.

    Raises: UnreadableSource if a path does not exist, is of another kind, or a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(entry for entry in path.glob("*") if _is_table(entry))
        files = inside if path.is_dir() else [path]
        if not files or not all(_is_table(file) for file in files):
            raise UnreadableSource(
                f"{path} is no Parquet or CSV file, and no folder with any.",
                remedy="Give files that end in .parquet or .csv.",
            )
        found += [file for file in files if file not in found]
    return found


def file_pieces(path: Path) -> Iterator[bytes]:
    """Return the file's bytes in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _is_table(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in _READERS


class TabularFile:
    """One Parquet or CSV file, held in memory as Arrow columns."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises: UnreadableSource if it is broken."""
        self.file_name = path.name
        try:
            self._table = _READERS[path.suffix.lower()](path)
        except (KeyError, OSError, pa.ArrowException) as error:
            raise UnreadableSource(
                f"{path.name} cannot be read as {path.suffix or 'a table'}: {error}.",
                remedy="Check that the file is whole and that its ending says what it is.",
            ) from error
        names = self._table.column_names
        if len(set(names)) != len(names):
            raise UnreadableSource(
                f"{path.name} has two columns of one name.", remedy="Rename one of them."
            )

    @property
    def column_names(self) -> Sequence[str]:
        """The columns in the order of the file."""
        names: list[str] = self._table.column_names
        return names

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return int(self._table.num_rows)

    def numbers(self, name: str, start: int, stop: int) -> NDArray[np.float64]:
        """Return rows of a numeric column, NaN where there is no value."""
        column = self._rows(name, start, stop)
        if pa.types.is_null(column.type):
            return np.full(stop - start, np.nan)
        try:
            floats = column.cast(pa.float64(), safe=False)
        except pa.ArrowException as error:
            raise UnreadableSource(
                f"Column {name} of {self.file_name} holds {column.type}, not numbers.",
                remedy="Correct the file, or leave the column out of the mapping.",
            ) from error
        values: NDArray[np.float64] = floats.to_numpy(zero_copy_only=False).astype(np.float64)
        return _as_written(values) if pa.types.is_float32(column.type) else values

    def texts(self, name: str, start: int, stop: int) -> Sequence[str | None]:
        """Return rows of any column as text, None where there is no value."""
        texts: list[str | None] = self._rows(name, start, stop).cast(pa.string()).to_pylist()
        return texts

    def _rows(self, name: str, start: int, stop: int) -> pa.Array:
        if name not in self._table.column_names:
            raise UnreadableSource(
                f"{self.file_name} has no column {name}.",
                remedy="Choose the mapping made for this file.",
            )
        rows = self._table[name].slice(start, stop - start).combine_chunks()
        if isinstance(rows, pa.ChunkedArray):
            return pa.concat_arrays(rows.chunks)
        return rows


def _as_written(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return single-precision numbers as the shortest decimals that stand for them.

    18837.7 km in single precision is 18837.69921875, which would be a metre short once rounded.
    """
    distinct, places = np.unique(values, return_inverse=True)
    decimals = distinct.astype(np.float32).astype(np.str_).astype(np.float64)
    return decimals[places]
