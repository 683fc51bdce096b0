"""A table as if only some of its batches had ever been received.

In: a table and the batches to keep. Out: a table of their rows alone.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.table import TelemetryTable


def only_batches(table: TelemetryTable, digests: Collection[bytes]) -> TelemetryTable:
    """Return the rows of the batches with these digests; assumptions are left as they are."""
    wanted = frozenset(digests)
    kept = [number for number, digest in enumerate(table.batch_digests) if digest in wanted]
    return only_ordinals(table, np.array(kept, dtype=np.int32))


def ordinals_of(table: TelemetryTable, rows: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the ordinals of the batches that rows are of, sorted and distinct."""
    has_row = np.zeros(len(table.batch_digests), dtype=np.bool_)
    has_row[table.batch_ordinal[rows]] = True
    return np.flatnonzero(has_row).astype(np.int32)


def only_ordinals(table: TelemetryTable, ordinals: NDArray[np.int32]) -> TelemetryTable:
    """Return the rows of the batches with these ordinals, which are sorted and distinct."""
    number = np.full(len(table.batch_digests), -1, dtype=np.int32)
    number[ordinals] = np.arange(ordinals.size, dtype=np.int32)
    numbers = number[table.batch_ordinal]
    kept = np.flatnonzero(numbers >= 0)
    renumbered = numbers[kept]
    return TelemetryTable(
        sampled_at_ms=table.sampled_at_ms[kept],
        batch_ordinal=renumbered,
        batch_digests=tuple(table.batch_digests[ordinal] for ordinal in ordinals.tolist()),
        columns={name: values[kept] for name, values in table.columns.items()},
        assumptions=table.assumptions,
        condensed={name: values[kept] for name, values in table.condensed.items()},
    )
