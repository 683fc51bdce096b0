"""Measurements to a batch's compressed frame and back.

In: samples, or an opened envelope. Out: layouts and one zstd frame, or a decoded batch.
"""

from collections.abc import Callable, Sequence

import numpy as np
import zstandard

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.column_coding import code_column
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.layout import (
    COMMON_DELTA,
    DELTA,
    HAS_NULLS,
    RESIDUAL,
    SECOND_DIFFERENCE,
    TIME_KEY,
    order_key,
    stream_sizes,
)
from battery_passport.telemetry.model import NULL, ColumnLayout, DecodedBatch, Envelope, Samples
from battery_passport.telemetry.streams import Bits, Int64s, StreamReader

COMPRESSION_LEVEL = 9
"""Measured on real cars: level 9 takes 0.1 ms for 60 samples and is within 4 % of the best."""


def encode_samples(
    samples: Samples, *, collected_at_ms: int
) -> tuple[tuple[ColumnLayout, ...], bytes]:
    """Return the columns' layouts and the frame; the same samples give the same bytes."""
    since_collected_ms = samples.sampled_at_ms - np.int64(collected_at_ms)
    coded = [code_column("sampled_at_ms", since_collected_ms, key=TIME_KEY)]
    coded += [
        code_column(name, samples.columns[name]) for name in sorted(samples.columns, key=order_key)
    ]
    frame = zstandard.ZstdCompressor(
        level=COMPRESSION_LEVEL, write_content_size=True, write_checksum=False
    ).compress(b"".join(column.octets for column in coded))
    return tuple(column.layout for column in coded), frame


def decode_batch(envelope: Envelope) -> DecodedBatch:
    """Return the measurements of an opened envelope.

    Raises: MalformedBatch if the frame is not what its layouts say.
    """
    reader = StreamReader(_decompressed(envelope))
    count = envelope.sample_count
    scalars = _Scalars(envelope.layout, count)
    decoded = {
        layout.name: _read_cells(reader, layout, count)
        if layout.width
        else scalars.read(reader, layout)
        for layout in envelope.layout
    }
    reader.finish()
    scalars.finish()
    since_collected_ms = decoded.pop("sampled_at_ms")
    return DecodedBatch(
        claims=envelope.claims,
        digest=envelope.digest,
        sampled_at_ms=since_collected_ms + np.int64(unix_ms(envelope.claims.collected_at)),
        columns=decoded,
        assumptions=envelope.assumptions,
    )


def _decompressed(envelope: Envelope) -> bytes:
    try:
        octets = zstandard.ZstdDecompressor().decompress(envelope.frame, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise MalformedBatch("The batch's frame cannot be decompressed.") from error
    if len(octets) != envelope.frame_bytes:
        raise MalformedBatch(
            f"The frame holds {len(octets)} bytes, its columns need {envelope.frame_bytes}."
        )
    return octets


class _Scalars:
    """All columns with one value per sample, as rows of one matrix that is summed up at once."""

    def __init__(self, layouts: Sequence[ColumnLayout], samples: int) -> None:
        self._layouts = [layout for layout in layouts if not layout.width]
        self._rows = np.empty((len(self._layouts), samples), dtype=np.int64)
        self._absent: list[tuple[int, Bits]] = []
        self._next = 0

    def read(self, reader: StreamReader, layout: ColumnLayout) -> Int64s:
        """Return the next column's place, which holds its values after `finish`."""
        row: Int64s = self._rows[self._next]
        bitmap_size, side_size, main_size = stream_sizes(layout, row.shape[0])
        if bitmap_size:
            self._absent.append((self._next, ~reader.bits(bitmap_size)))
        row[:side_size] = reader.planes(side_size, planes=layout.side_planes)
        row[side_size:] = reader.planes(main_size, planes=layout.main_planes)
        if layout.mode & ~HAS_NULLS == SECOND_DIFFERENCE:
            np.cumsum(row[1:], out=row[1:])
        self._next += 1
        return row

    def finish(self) -> None:
        """Turn differences into values, in place."""
        np.cumsum(self._rows, axis=1, out=self._rows)
        self._rows *= np.array([[layout.divisor] for layout in self._layouts], dtype=np.int64)
        for row, absent in self._absent:
            self._rows[row][absent] = NULL


def _read_cells(reader: StreamReader, layout: ColumnLayout, samples: int) -> Int64s:
    bitmap_size, side_size, main_size = stream_sizes(layout, samples)
    present = reader.bits(bitmap_size) if bitmap_size else None
    side = reader.planes(side_size, planes=layout.side_planes)
    main = reader.planes(main_size, planes=layout.main_planes)
    join = _JOINS[layout.mode & ~HAS_NULLS]
    values = join(side, main.reshape(-1, layout.width), layout.width)
    if layout.divisor != 1:
        values *= layout.divisor
    if present is not None:
        values[~present.reshape(values.shape)] = NULL
    return values


def _join_delta(side: Int64s, main: Int64s, width: int) -> Int64s:
    rows = np.concatenate([side.cumsum().reshape(1, width), main])
    return rows.cumsum(axis=0, out=rows)


def _join_common_delta(side: Int64s, main: Int64s, width: int) -> Int64s:
    main += side[width:, None]
    return _join_delta(side[:width], main, width)


def _join_residual(side: Int64s, main: Int64s, width: int) -> Int64s:
    main += side[:width]
    main += side[width:].cumsum()[:, None]
    return main


_JOINS: dict[int, Callable[[Int64s, Int64s, int], Int64s]] = {
    DELTA: _join_delta,
    COMMON_DELTA: _join_common_delta,
    RESIDUAL: _join_residual,
}
