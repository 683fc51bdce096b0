"""Parts joined as they are stored: nothing is decoded where their times do not overlap.

In: stored columns of parts. Out: stored columns of all of them, in the order of time.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from battery_passport.adapters.parquet.file_format import (
    ORDINAL,
    FileDescription,
    StoredTable,
    loaded_table,
    plain,
    stored_table,
)
from battery_passport.telemetry.history import HistoryPart
from battery_passport.telemetry.table import merge_tables

Stored = tuple[HistoryPart, StoredTable]


def joined(parts: Sequence[Stored]) -> tuple[StoredTable, tuple[bytes, ...]]:
    """Return the rows of all parts, and the digests that their ordinals point to."""
    ordered = sorted(parts, key=lambda each: each[0].first_ms)
    apart = all(earlier.last_ms < later.first_ms for (earlier, _), (later, _) in pairwise(ordered))
    widths = _common_widths([stored.description for _part, stored in ordered])
    if apart and widths is not None:
        return _end_to_end(ordered, widths)
    merged = merge_tables(
        [
            loaded_table(stored, part.evidence, slice(0, stored.arrays.num_rows))
            for part, stored in ordered
        ]
    )
    return stored_table(merged), merged.batch_digests


def without(part: HistoryPart, stored: StoredTable, digests: frozenset[bytes]) -> Stored | None:
    """Return a part without the rows of some batches; None if no row is left."""
    left = tuple(digest for digest in part.evidence if digest not in digests)
    kept = np.array([digest not in digests for digest in part.evidence], dtype=np.bool_)
    ordinals = plain(stored.arrays, ORDINAL)
    arrays = stored.arrays.filter(pa.array(kept[ordinals]))
    if arrays.num_rows == 0:
        return None
    moved = np.cumsum(kept, dtype=np.int32) - 1
    arrays = _with_ordinals(arrays, moved)
    place = {member: getattr(part, member) for member in ("battery_id", "month", "generation")}
    thinner = HistoryPart(
        **place,
        file=part.file,
        sha256=part.sha256,
        rows=arrays.num_rows,
        first_ms=part.first_ms,
        last_ms=part.last_ms,
        evidence=left,
        level=part.level,
    )
    return thinner, StoredTable(arrays=arrays, description=stored.description)


def _end_to_end(
    ordered: Sequence[Stored], widths: Mapping[str, int]
) -> tuple[StoredTable, tuple[bytes, ...]]:
    digests = tuple(sorted({digest for part, _stored in ordered for digest in part.evidence}))
    place = {digest: ordinal for ordinal, digest in enumerate(digests)}
    arrays = [
        _with_ordinals(
            stored.arrays, np.array([place[each] for each in part.evidence], dtype=np.int32)
        )
        for part, stored in ordered
    ]
    texts = {text for _part, stored in ordered for text in stored.description.assumptions}
    description = FileDescription(assumptions=tuple(sorted(texts)), widths=widths)
    whole = pa.concat_tables(arrays, promote_options="permissive")
    return StoredTable(arrays=whole.combine_chunks(), description=description), digests


def _with_ordinals(
    arrays: pa.Table, places: np.ndarray[tuple[int], np.dtype[np.int32]]
) -> pa.Table:
    renumbered = pa.array(places[plain(arrays, ORDINAL)])
    return arrays.set_column(arrays.column_names.index(ORDINAL), ORDINAL, renumbered)


def _common_widths(descriptions: Sequence[FileDescription]) -> dict[str, int] | None:
    """Return the cells of every column, or None if parts differ in them."""
    widths: dict[str, int] = {}
    for description in descriptions:
        for name, width in description.widths.items():
            if widths.setdefault(name, width) != width:
                return None
    return dict(sorted(widths.items()))
