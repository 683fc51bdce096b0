"""Folders of an evaluation: which files they hold, tables, and labels in JSON.

In: paths. Out: files by name and their columns, or a refusal that says what was expected.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.foundation.strict_json import JsonValue


def files_matching(folder: Path, pattern: str, what: str) -> list[Path]:
    """Return the files of a folder that fit a pattern, by name.

    Raises: UnusableFolder if it is no folder or has none.
    """
    if not folder.is_dir():
        raise UnusableFolder(f"{folder} is no folder; expected one with {what} ({pattern}).")
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if not found:
        raise UnusableFolder(f"{folder} holds no {what}; expected files named {pattern}.")
    return found


def read_json(path: Path, what: str) -> JsonValue:
    """Return a JSON document. Raises: UnusableFolder if it is missing or broken."""
    try:
        document: JsonValue = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableFolder(f"{path} cannot be read; expected {what}.") from error
    except ValueError as error:
        raise UnusableFolder(f"{path} is no JSON; expected {what}.") from error
    return document


def read_one_table(folder: Path, what: str, *, columns: Sequence[str]) -> pa.Table:
    """Return the only Parquet file of a folder, which has rows and the columns named.

    Raises: UnusableFolder.
    """
    (path, *others) = files_matching(folder, "*.parquet", what)
    if others:
        raise UnusableFolder(f"{folder} holds {len(others) + 1} Parquet files; expected one.")
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise UnusableFolder(f"{path} is no Parquet file; expected {what}.") from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        raise UnusableFolder(f"{path} lacks the column {missing[0]}.")
    if not len(table):
        raise UnusableFolder(f"{path} has no rows; expected {what}.")
    return table


def numbers_of(table: pa.Table, name: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where there is none. Raises: UnusableFolder for texts."""
    try:
        floats = table[name].cast(pa.float64(), safe=False)
    except pa.ArrowException as error:
        raise UnusableFolder(
            f"The column {name} holds {table[name].type}; expected numbers."
        ) from error
    return np.asarray(floats.to_numpy(zero_copy_only=False), dtype=np.float64)
