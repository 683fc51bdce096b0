"""Measurements to a batch's compressed frame and back.

In: samples, or an opened envelope. Out: layouts and one zstd frame, or a decoded batch.
"""

from collections.abc import Callable

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
    TIME_KEY,
    order_key,
    stream_sizes,
)
from battery_passport.telemetry.model import NULL, ColumnLayout, DecodedBatch, Envelope, Samples
from battery_passport.telemetry.streams import Int64s, StreamReader

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
    decoded = {layout.name: _read_column(reader, layout, count) for layout in envelope.layout}
    reader.finish()
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


def _read_column(reader: StreamReader, layout: ColumnLayout, samples: int) -> Int64s:
    bitmap_size, side_size, main_size = stream_sizes(layout, samples)
    present = reader.bits(bitmap_size) if bitmap_size else None
    side = reader.planes(side_size, planes=layout.side_planes)
    main = reader.planes(main_size, planes=layout.main_planes)
    mode = layout.mode & ~HAS_NULLS
    if layout.width:
        values = _JOINS_2D[mode](side, main.reshape(-1, layout.width), layout.width)
    else:
        values = np.concatenate([side, main])
        for _ in range(mode):
            values[1:] = values[1:].cumsum()
        values = values.cumsum()
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


_JOINS_2D: dict[int, Callable[[Int64s, Int64s, int], Int64s]] = {
    DELTA: _join_delta,
    COMMON_DELTA: _join_common_delta,
    RESIDUAL: _join_residual,
}
