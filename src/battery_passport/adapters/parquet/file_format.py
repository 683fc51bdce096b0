"""A telemetry table as the bytes of one Parquet file, and back.

In: a table of one month, or columns read from a file. Out: the other of the two.
Cells are stored as their deviation from the sample's median, which takes half the space.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from battery_passport.foundation.strict_json import canonical_json, parse_json_object
from battery_passport.telemetry.errors import HistoryDamaged
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

FORMAT_VERSION = 1
TIME = "sampled_at_ms"
ORDINAL = "batch_ordinal"
_METADATA_KEY = b"battery-passport-history"
_ROW_GROUP_ROWS = 131_072
_ZSTD_LEVEL = 3

Int64s = NDArray[np.int64]
Fetched = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDescription:
    """What a file says of itself: batch digests by ordinal, assumptions, cells of each column."""

    digests: tuple[bytes, ...]
    assumptions: tuple[str, ...]
    widths: Mapping[str, int]


def table_to_parquet(table: TelemetryTable) -> bytes:
    """Return the file's bytes; the same table gives the same bytes."""
    arrays: dict[str, pa.Array] = {
        TIME: pa.array(table.sampled_at_ms),
        ORDINAL: pa.array(table.batch_ordinal),
    }
    for name, values in table.columns.items():
        arrays |= _stored(name, values)
    stored = pa.table(arrays).replace_schema_metadata({_METADATA_KEY: _describe(table)})
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(
        stored,
        sink,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=False,
        column_encoding=dict.fromkeys(arrays, "DELTA_BINARY_PACKED"),
        row_group_size=_ROW_GROUP_ROWS,
    )
    octets: bytes = sink.getvalue().to_pybytes()
    return octets


def read_description(octets_path: str) -> FileDescription:
    """Return what the file says of itself.

    Raises: HistoryDamaged if it says nothing of this version.
    """
    metadata = pa.parquet.read_schema(octets_path).metadata or {}
    members = parse_json_object(metadata.get(_METADATA_KEY, b"{}"))
    digests, texts, widths = (members.get(name) for name in ("evidence", "assumptions", "widths"))
    if members.get("v") != FORMAT_VERSION or not (
        isinstance(digests, list) and isinstance(texts, list) and isinstance(widths, dict)
    ):
        raise HistoryDamaged(f"{octets_path} is not a history file of version {FORMAT_VERSION}.")
    return FileDescription(
        digests=tuple(bytes.fromhex(str(digest)) for digest in digests),
        assumptions=tuple(str(text) for text in texts),
        widths={name: width for name, width in widths.items() if isinstance(width, int)},
    )


def stored_names(name: str, width: int) -> list[str]:
    """Return the file's columns that hold one column of the table."""
    return [name, *(f"{name}.{cell}" for cell in range(width))]


def table_from_columns(
    fetched: Fetched, description: FileDescription, names: Sequence[str]
) -> TelemetryTable:
    """Return the table that columns read from a file hold."""
    return TelemetryTable(
        sampled_at_ms=np.asarray(fetched[TIME], dtype=np.int64),
        batch_ordinal=np.asarray(fetched[ORDINAL], dtype=np.int32),
        batch_digests=description.digests,
        columns={name: _loaded(fetched, name, description.widths[name]) for name in names},
        assumptions=description.assumptions,
    )


def _describe(table: TelemetryTable) -> bytes:
    return canonical_json(
        {
            "v": FORMAT_VERSION,
            "evidence": [digest.hex() for digest in table.batch_digests],
            "assumptions": list(table.assumptions),
            "widths": {
                name: values.shape[1] if values.ndim == 2 else 0
                for name, values in table.columns.items()
            },
        }
    )


def _stored(name: str, values: Int64s) -> dict[str, pa.Array]:
    if values.ndim == 1:
        return {name: pa.array(values, mask=values == NULL)}
    missing = values == NULL
    middle = _middle(values, missing)
    deviations = values - middle[:, None]
    arrays = {name: pa.array(middle)}
    for cell in range(values.shape[1]):
        present = deviations[:, cell][~missing[:, cell]]
        narrow = deviations[:, cell].astype(_narrowest(present))
        arrays[f"{name}.{cell}"] = pa.array(narrow, mask=missing[:, cell])
    return arrays


def _middle(values: Int64s, missing: NDArray[np.bool_]) -> Int64s:
    """Return the lower median of each row's present values, or NULL where there are none."""
    # Missing values sort first, so the middle of the present ones lies half their number further.
    ordered = np.sort(values, axis=1)
    absent = missing.sum(axis=1)
    place = np.minimum(absent + (values.shape[1] - absent - 1) // 2, values.shape[1] - 1)
    middle: Int64s = np.take_along_axis(ordered, np.maximum(place, 0)[:, None], axis=1)[:, 0]
    return middle


def _narrowest(values: Int64s) -> type[np.signedinteger]:
    for kind in (np.int16, np.int32):
        limits = np.iinfo(kind)
        if not values.size or (values.min() >= limits.min and values.max() <= limits.max):
            return kind
    return np.int64


def _loaded(fetched: Fetched, name: str, width: int) -> Int64s:
    if width == 0:
        return _with_nulls(fetched[name])
    middle = np.asarray(fetched[name], dtype=np.int64)
    values = np.empty((middle.shape[0], width), dtype=np.int64)
    for cell in range(width):
        deviations = fetched[f"{name}.{cell}"]
        values[:, cell] = np.asarray(np.ma.getdata(deviations), dtype=np.int64) + middle
        values[np.ma.getmaskarray(deviations), cell] = NULL
    return values


def _with_nulls(fetched: NDArray[np.generic]) -> Int64s:
    values = np.array(np.ma.getdata(fetched), dtype=np.int64)
    values[np.ma.getmaskarray(fetched)] = NULL
    return values
