"""A telemetry table as the bytes of one Parquet file, and back.

In: a table of one month, or stored columns. Out: the other of the two.
Cells are stored as their deviation from the sample's median, which takes half the space.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from battery_passport.adapters.parquet.deviations import deviations, values_of
from battery_passport.foundation.strict_json import canonical_json, parse_json_object
from battery_passport.telemetry.errors import HistoryDamaged
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

FORMAT_VERSION = 2
TIME = "sampled_at_ms"
ORDINAL = "batch_ordinal"
_READABLE = frozenset({1, 2})
_METADATA_KEY = b"battery-passport-history"
_EVIDENCE_KEY = b"battery-passport-evidence"
"""Digests of the batches by ordinal, in hexadecimal; the manifest has them too."""

_ROW_GROUP_ROWS = 131_072
_ZSTD_LEVEL = 3
_FEW_ROWS = 2_048
"""Below, a column is so short that beginning to unpack zstd costs more than the unpacking."""

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDescription:
    """What a file says of itself; `widths` are cells of each column, 0 for one value a sample."""

    assumptions: tuple[str, ...]
    widths: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """Columns as they lie in a file, and what the file says of them."""

    arrays: pa.Table
    description: FileDescription


def stored_table(table: TelemetryTable) -> StoredTable:
    """Return a table's columns as they are stored."""
    arrays: dict[str, pa.Array] = {
        TIME: pa.array(table.sampled_at_ms),
        ORDINAL: pa.array(table.batch_ordinal),
    }
    for name, values in table.columns.items():
        arrays |= _stored(name, values)
    widths = {
        name: values.shape[1] if values.ndim == 2 else 0 for name, values in table.columns.items()
    }
    description = FileDescription(assumptions=table.assumptions, widths=widths)
    return StoredTable(arrays=pa.table(arrays), description=description)


def parquet_of(stored: StoredTable, digests: Collection[bytes]) -> bytes:
    """Return the file's bytes; the same table gives the same bytes."""
    described = canonical_json(
        {
            "v": FORMAT_VERSION,
            "assumptions": list(stored.description.assumptions),
            "widths": dict(stored.description.widths),
        }
    )
    evidence = b"".join(digests).hex().encode()
    metadata = {_METADATA_KEY: described, _EVIDENCE_KEY: evidence}
    is_short = stored.arrays.num_rows < _FEW_ROWS
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(
        stored.arrays.replace_schema_metadata(metadata),
        sink,
        compression="lz4" if is_short else "zstd",
        compression_level=None if is_short else _ZSTD_LEVEL,
        use_dictionary=False,
        column_encoding=_encodings(stored),
        write_statistics=[name for name in stored.arrays.column_names if "." not in name],
        row_group_size=_ROW_GROUP_ROWS,
    )
    octets: bytes = sink.getvalue().to_pybytes()
    return octets


def _encodings(stored: StoredTable) -> dict[str, str]:
    # Deviations are small and noisy: zstd alone takes them as small, and they are read faster.
    cells = {
        cell
        for name, width in stored.description.widths.items()
        for cell in stored_names(name, width)[1:]
    }
    return {
        name: "PLAIN" if name in cells else "DELTA_BINARY_PACKED"
        for name in stored.arrays.column_names
    }


def described(metadata: Mapping[bytes, bytes] | None, file: str) -> FileDescription:
    """Return what a file's metadata say. Raises: HistoryDamaged if nothing of a known version."""
    members = parse_json_object((metadata or {}).get(_METADATA_KEY, b"{}"))
    texts, widths = (members.get(name) for name in ("assumptions", "widths"))
    if members.get("v") not in _READABLE or not (
        isinstance(texts, list) and isinstance(widths, dict)
    ):
        raise HistoryDamaged(f"{file} is not a history file of version {FORMAT_VERSION}.")
    return FileDescription(
        assumptions=tuple(str(text) for text in texts),
        widths={name: width for name, width in widths.items() if isinstance(width, int)},
    )


def stored_names(name: str, width: int) -> list[str]:
    """Return the file's columns that hold one column of the table."""
    return [name, *(f"{name}.{cell}" for cell in range(width))]


def loaded_table(stored: StoredTable, digests: tuple[bytes, ...], rows: slice) -> TelemetryTable:
    """Return those rows of stored columns as a table."""
    arrays = stored.arrays.slice(rows.start, rows.stop - rows.start)
    widths = stored.description.widths
    names = [name for name in widths if name in arrays.column_names]
    return TelemetryTable(
        sampled_at_ms=plain(arrays, TIME).astype(np.int64, copy=False),
        batch_ordinal=plain(arrays, ORDINAL).astype(np.int32, copy=False),
        batch_digests=digests,
        columns={name: _loaded(arrays, name, widths[name]) for name in names},
        assumptions=stored.description.assumptions,
    )


def plain(arrays: pa.Table, name: str) -> NDArray[np.signedinteger]:
    """Return a stored column, NULL where there is no value."""
    return _plain(arrays.column(name))


def _plain(column: pa.ChunkedArray) -> NDArray[np.signedinteger]:
    if column.null_count == 0:
        whole: NDArray[np.signedinteger] = column.to_numpy()
        return whole
    filled: NDArray[np.signedinteger] = column.cast(pa.int64()).fill_null(NULL).to_numpy()
    return filled


def _stored(name: str, values: Int64s) -> dict[str, pa.Array]:
    if values.ndim == 1:
        missing = values == NULL
        return {name: pa.array(values, mask=missing if missing.any() else None)}
    middle, by_cell, missing_by_cell = deviations(values)
    arrays = {name: pa.array(middle)}
    for cell, row in enumerate(by_cell):
        mask = None if missing_by_cell is None else missing_by_cell[cell]
        arrays[f"{name}.{cell}"] = pa.array(row, mask=mask)
    return arrays


def _loaded(arrays: pa.Table, name: str, width: int) -> Int64s:
    middle = plain(arrays, name).astype(np.int64, copy=False)
    if width == 0:
        return middle
    first = arrays.column_names.index(f"{name}.0")
    return values_of(middle, [_deviation(each) for each in arrays.columns[first : first + width]])


def _deviation(
    column: pa.ChunkedArray,
) -> tuple[NDArray[np.signedinteger], NDArray[np.bool_] | None]:
    missing = column.is_null().to_numpy() if column.null_count else None
    return _plain(column), missing
