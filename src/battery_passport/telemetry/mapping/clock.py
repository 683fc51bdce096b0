"""The time of each row of a source table.

In: a mapping's clock and a source table. Out: milliseconds since 1970 UTC, never from this
machine's clock.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.errors import UnreadableSource
from battery_passport.telemetry.mapping.model import AssumedClock, ColumnClock
from battery_passport.telemetry.ports import SourceTable

_UNIX_FORMATS = {"unix-s": 1_000.0, "unix-ms": 1.0}
_LATEST_MS = 253_402_300_800_000  # the year 10000


def row_times_ms(source: SourceTable, clock: ColumnClock | AssumedClock) -> NDArray[np.int64]:
    """Return every row's time. Shape: (rows,).

    Raises: UnreadableSource for a row without a time.
    """
    if isinstance(clock, AssumedClock):
        return _assumed_times_ms(source, clock)
    if clock.time_format in _UNIX_FORMATS:
        return _unix_times_ms(source, clock)
    return _text_times_ms(source, clock)


def segment_starts(segments: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows at which a segment number differs from the row before; row 0 is one."""
    changes = np.flatnonzero(segments[1:] != segments[:-1]) + 1
    return np.concatenate([[0], changes]).astype(np.int64)


def _assumed_times_ms(source: SourceTable, clock: AssumedClock) -> NDArray[np.int64]:
    rows = np.arange(source.row_count, dtype=np.int64)
    times_ms = unix_ms(clock.start) + rows * clock.interval_ms
    if clock.segment_column is None or not source.row_count:
        return times_ms
    segments = source.numbers(clock.segment_column, 0, source.row_count)
    gaps_before = np.searchsorted(segment_starts(segments), rows, side="right") - 1
    spaced: NDArray[np.int64] = times_ms + gaps_before * clock.segment_gap_ms
    return spaced


def _unix_times_ms(source: SourceTable, clock: ColumnClock) -> NDArray[np.int64]:
    scale = _UNIX_FORMATS[clock.time_format]
    times_ms = source.numbers(clock.column, 0, source.row_count) * scale
    unusable = ~np.isfinite(times_ms) | (np.abs(times_ms) >= _LATEST_MS)
    if unusable.any():
        raise _no_time(source, clock, int(np.argmax(unusable)), "nothing usable")
    return np.rint(times_ms).astype(np.int64)


def _text_times_ms(source: SourceTable, clock: ColumnClock) -> NDArray[np.int64]:
    parse = _parser(clock.time_format)
    zone = timezone(timedelta(minutes=clock.utc_offset_minutes))
    times_ms = np.empty(source.row_count, dtype=np.int64)
    for row, text in enumerate(source.texts(clock.column, 0, source.row_count)):
        try:
            moment = parse(text or "")
        except ValueError as error:
            raise _no_time(source, clock, row, repr(text)) from error
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        times_ms[row] = unix_ms(aware.astimezone(UTC))
    return times_ms


def _parser(time_format: str) -> Callable[[str], datetime]:
    if time_format == "iso":
        return datetime.fromisoformat
    # The zone, if the pattern has none, is added by the caller.
    return lambda text: datetime.strptime(text, time_format)  # noqa: DTZ007


def _no_time(source: SourceTable, clock: ColumnClock, row: int, found: str) -> UnreadableSource:
    return UnreadableSource(
        f"Row {row} of {source.file_name} has {found} in its time column {clock.column}.",
        remedy=f"Give every row a time in the form {clock.time_format}, or correct the mapping.",
    )
