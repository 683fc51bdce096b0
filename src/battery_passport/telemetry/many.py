"""Many batches at once, decoded and remarked on by compiled loops.

In: opened envelopes. Out: exactly what `decode_batch` and `flag_batch` give for each, sooner.
"""

import importlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from battery_passport.foundation.clock import unix_ms
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.errors import MalformedBatch
from battery_passport.telemetry.layout import HAS_NULLS
from battery_passport.telemetry.model import ColumnLayout, DecodedBatch, Envelope

WORTH_COMPILING: Final = 32
"""Batches that come together before the compiled loops are loaded, which takes a second."""

_PLAN = np.dtype(np.int64)
_decompressors = threading.local()


class BatchDecoder:
    """Decodes batches; compiled loops are loaded with the first large group and then kept."""

    def __init__(self) -> None:
        self._compiled: Any = None

    def prepare_for(self, batches: int) -> None:
        """Say how many batches come next."""
        if self._compiled is None and batches >= WORTH_COMPILING:
            # Not among the imports above: most processes never decode so much.
            self._compiled = importlib.import_module("battery_passport.telemetry.kernels")

    def decode(self, envelope: Envelope) -> DecodedBatch:
        """Return what `decode_batch` returns. Raises: MalformedBatch."""
        if self._compiled is None:
            return decode_batch(envelope)
        return _decode(self._compiled.read_frame, envelope)


def _decode(read_frame: Callable[..., int], envelope: Envelope) -> DecodedBatch:
    frame = _decompressed(envelope)
    count, layouts = envelope.sample_count, envelope.layout
    widths = [max(layout.width, 1) for layout in layouts]
    values = np.empty(count * sum(widths), dtype=np.int64)
    side = np.empty(max(widths) + count, dtype=np.uint64)
    plan = np.frombuffer(b"".join(map(_planned, layouts)), dtype=_PLAN).reshape(len(layouts), -1)
    read_frame(frame, plan, count, values.view(np.uint64), side)
    columns = dict(_cut(values, layouts, count))
    since_collected_ms = columns.pop("sampled_at_ms")
    return DecodedBatch(
        claims=envelope.claims,
        digest=envelope.digest,
        sampled_at_ms=since_collected_ms + np.int64(unix_ms(envelope.claims.collected_at)),
        columns=columns,
        assumptions=envelope.assumptions,
    )


_plans: dict[int, tuple[ColumnLayout, bytes]] = {}
_MOST_PLANS = 8_192


def _planned(layout: ColumnLayout) -> bytes:
    # Layouts that repeat are one object each: to find it by that is quicker than by its members.
    known = _plans.get(id(layout))
    if known is not None and known[0] is layout:
        return known[1]
    members = (
        layout.width,
        layout.mode & ~HAS_NULLS,
        layout.side_planes,
        layout.main_planes,
        layout.divisor,
        int(bool(layout.mode & HAS_NULLS)),
    )
    planned = np.array(members, dtype=_PLAN).tobytes()
    if len(_plans) >= _MOST_PLANS:
        _plans.clear()
    _plans[id(layout)] = (layout, planned)
    return planned


def _cut(
    values: NDArray[np.int64], layouts: Sequence[ColumnLayout], count: int
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    start = 0
    for layout in layouts:
        end = start + count * max(layout.width, 1)
        column = values[start:end]
        yield layout.name, column.reshape(count, layout.width) if layout.width else column
        start = end


def _decompressed(envelope: Envelope) -> NDArray[np.uint8]:
    try:
        octets = _decompressor().decompress(envelope.frame, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise MalformedBatch("The batch's frame cannot be decompressed.") from error
    if len(octets) != envelope.frame_bytes:
        raise MalformedBatch(
            f"The frame holds {len(octets)} bytes, its columns need {envelope.frame_bytes}."
        )
    return np.frombuffer(octets, dtype=np.uint8)


def _decompressor() -> zstandard.ZstdDecompressor:
    """Return this thread's own: one must not be used by two at a time."""
    if not hasattr(_decompressors, "one"):
        _decompressors.one = zstandard.ZstdDecompressor()
    one: zstandard.ZstdDecompressor = _decompressors.one
    return one
