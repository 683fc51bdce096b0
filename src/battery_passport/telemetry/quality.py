"""Remarks on what looks wrong in a batch; nothing is dropped and no value is altered.

In: a decoded batch and when it was received. Out: flags with a code, a column and a count.
"""

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import NULL, DecodedBatch, Flag

TOLERATED_SKEW: Final = timedelta(minutes=5)
"""How far a device's clock may be from the platform's before it is remarked on."""

FLAG_CODES: Final = {
    "missing-value": "The source has no number here; the value is carried as missing.",
    "sentinel": "A value by which devices say that they could not measure.",
    "out-of-range": "A value that no battery of a road vehicle can physically have.",
    "unknown-column": "A column that this version does not know; carried as it is.",
    "future-dated": "A sample dated more than five minutes after the batch was received.",
    "time-goes-back": "A sample dated before the sample that it follows.",
    "repeated-time": "A sample of the same time as the sample that it follows.",
    "clock-skew": "A batch, not a late one, collected over five minutes away from its receipt.",
}
"""Every code of a flag, with what it says."""


def flag_batch(batch: DecodedBatch, *, received_at: datetime) -> DecodedBatch:
    """Return the same batch with its flags, values before times and known columns in order."""
    return dataclasses.replace(batch, flags=tuple(find_flags(batch, received_at=received_at)))


def find_flags(batch: DecodedBatch, *, received_at: datetime) -> Iterator[Flag]:
    """Return what is to be remarked on the batch's values and times."""
    for name, values in batch.columns.items():
        yield from _column_flags(name, values)
    yield from _time_flags(batch.sampled_at_ms, received_at=received_at)
    late = abs(received_at - batch.claims.collected_at) > TOLERATED_SKEW
    if late and not batch.claims.backfill:
        yield Flag("clock-skew", None, batch.sampled_at_ms.shape[0], 0)


def _column_flags(name: str, values: NDArray[np.int64]) -> Iterator[Flag]:
    missing = values == NULL
    yield from _flag("missing-value", name, missing)
    column = COLUMN_BY_NAME.get(name)
    if column is None:
        yield Flag("unknown-column", name, values.size, 0)
        return
    outside = (values < column.low) | (values > column.high)
    sentinel = np.isin(values, column.sentinels)
    yield from _flag("sentinel", name, sentinel)
    yield from _flag("out-of-range", name, outside & ~sentinel & ~missing)


def _time_flags(times_ms: NDArray[np.int64], *, received_at: datetime) -> Iterator[Flag]:
    yield from _flag("future-dated", None, times_ms > unix_ms(received_at + TOLERATED_SKEW))
    steps_ms = np.diff(times_ms, prepend=times_ms[:1] - 1)
    yield from _flag("time-goes-back", None, steps_ms < 0)
    yield from _flag("repeated-time", None, steps_ms == 0)


def _flag(code: str, column: str | None, where: NDArray[np.bool_]) -> Iterator[Flag]:
    count = int(np.count_nonzero(where))
    if count:
        rows = where if where.ndim == 1 else where.any(axis=1)
        yield Flag(code, column, count, int(np.argmax(rows)))
