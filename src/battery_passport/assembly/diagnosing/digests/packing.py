"""A digest as bytes, and back: arrays one after the other, integers as differences.

In: a digest and what it was made from, or bytes. Out: the other. What cannot be read is no digest.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import zstandard
from numpy.typing import NDArray

from battery_passport.assembly.diagnosing.digests.model import DIGEST_VERSION, Edge, PartDigest
from battery_passport.assembly.diagnosing.drifting import CellsOfDay
from battery_passport.diagnostics.imbalance.rests import Rest
from battery_passport.foundation.digests import DIGEST_BYTES
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

Array = NDArray[Any]

_MAGIC = b"bp-digest/v1\n"
_LEVEL = 1
_LZ4 = pa.Codec("lz4")
"""For what is unpacked each day: in a third of the time that zstd takes, half as long again."""

_SIZES = 3
_DIFFERENCES = (np.int8, np.int16, np.int32)
_EDGES = ("head", "tail")


def packed(digest: PartDigest, source: bytes) -> bytes:
    """Return a digest's bytes; `source` is the hash of what it was made from."""
    main, edges = _Writer(), _Writer()
    table = digest.table
    main.integers("times", table.sampled_at_ms)
    main.integers("ordinals", table.batch_ordinal.astype(np.int64))
    main.plain("batches", np.frombuffer(b"".join(table.batch_digests), dtype=np.uint8))
    for name, values in table.columns.items():
        main.integers(f"column/{name}", values)
    for name, condensed in table.condensed.items():
        main.plain(f"condensed/{name}", condensed)
    main.integers("marks", digest.mark_rows)
    main.integers("pattern_rows", np.array(list(digest.patterns), dtype=np.int64))
    main.plain("patterns", np.array(list(digest.patterns.values()), dtype=np.float64))
    _write_days(main, digest.days)
    _write_rests(main, digest.rests)
    for name, edge in zip(_EDGES, (digest.head, digest.tail), strict=True):
        if edge is not None:
            edges.integers(name, edge.cells().ravel())
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    arrays = _LZ4.compress(main.octets, asbytes=True)
    cells = compressor.compress(edges.octets)
    header: JsonObject = {
        "version": DIGEST_VERSION,
        "source": source.hex(),
        "assumptions": list(table.assumptions),
        "widths": dict(digest.widths),
        "days_from_ms": digest.days_from_ms,
        "suspicious": digest.is_suspicious,
        "edges": [
            None if each is None else [each.start, each.rows] for each in (digest.head, digest.tail)
        ],
        "main": main.described,
        "main_size": len(main.octets),
        "main_sum": crc32(arrays),
        "cells": edges.described,
        "cells_sum": crc32(cells),
    }
    described = compressor.compress(json.dumps(header).encode())
    parts = [described, arrays, cells]
    sizes = np.array([len(each) for each in parts], dtype="<u4").tobytes()
    return b"".join([_MAGIC, sizes, *parts])


def unpacked(octets: bytes, source: bytes) -> PartDigest | None:
    """Return the digest, None if it was made otherwise, from something else, or is damaged."""
    begins = len(_MAGIC) + 4 * _SIZES
    if len(octets) < begins or not octets.startswith(_MAGIC):
        return None
    sizes = np.frombuffer(octets[len(_MAGIC) : begins], dtype="<u4").tolist()
    ends = np.cumsum([begins, *sizes]).tolist()
    if len(octets) != ends[-1]:
        return None
    described, arrays, cells = (octets[start:past] for start, past in pairwise(ends))
    try:
        header = json.loads(zstandard.ZstdDecompressor().decompress(described))
    except zstandard.ZstdError:
        return None
    if header.get("version") != DIGEST_VERSION or header.get("source") != source.hex():
        return None
    if (header["main_sum"], header["cells_sum"]) != (crc32(arrays), crc32(cells)):
        return None
    main = _LZ4.decompress(arrays, header["main_size"], asbytes=True)
    return _read(header, main, cells)


class _Writer:
    """Arrays one after the other, and where each lies."""

    def __init__(self) -> None:
        self.described: list[Any] = []
        self._parts: list[bytes] = []

    @property
    def octets(self) -> bytes:
        return b"".join(self._parts)

    def plain(self, name: str, values: Array) -> None:
        """Write an array as it is."""
        self._add(name, values, "plain", list(values.shape))

    def integers(self, name: str, values: NDArray[np.int64]) -> None:
        """Write integers as differences as narrow as they come, those with gaps as they are."""
        steps = np.diff(values, prepend=np.int64(0))
        if values.size and not (values == NULL).any():
            least, most = int(steps[1:].min(initial=0)), int(steps[1:].max(initial=0))
            for kind in _DIFFERENCES:
                limits = np.iinfo(kind)
                if limits.min <= least and most <= limits.max:
                    later = steps.copy()
                    later[0] = 0
                    self._add(name, later.astype(kind), "steps", [int(values[0])])
                    return
        self._add(name, values, "plain", list(values.shape))

    def _add(self, name: str, values: Array, kind: str, shape: list[int]) -> None:
        octets = np.ascontiguousarray(values).tobytes()
        self.described.append([name, values.dtype.str, kind, shape, len(octets)])
        self._parts.append(octets)


def _arrays(described: Any, octets: bytes) -> dict[str, Array]:
    found: dict[str, Array] = {}
    start = 0
    for name, dtype, kind, shape, size in described:
        values = np.frombuffer(
            octets, dtype=dtype, count=size // np.dtype(dtype).itemsize, offset=start
        )
        start += size
        if kind == "steps":
            found[name] = np.cumsum(values, dtype=np.int64) + np.int64(shape[0])
        else:
            found[name] = values.reshape(shape)
    return found


def _read(header: JsonObject, main: bytes, cells: bytes) -> PartDigest:
    arrays = _arrays(header["main"], main)
    members: Mapping[str, Any] = header
    widths: dict[str, int] = dict(members["widths"])
    batches = arrays["batches"].tobytes()
    head, tail = (
        _edge(members, cells, name, bounds)
        for name, bounds in zip(_EDGES, members["edges"], strict=True)
    )
    patterns = map(tuple, arrays["patterns"].tolist())
    return PartDigest(
        table=TelemetryTable(
            sampled_at_ms=arrays["times"],
            batch_ordinal=arrays["ordinals"].astype(np.int32),
            batch_digests=tuple(
                batches[start : start + DIGEST_BYTES]
                for start in range(0, len(batches), DIGEST_BYTES)
            ),
            columns=_named(arrays, "column/"),
            assumptions=tuple(members["assumptions"]),
            condensed=_named(arrays, "condensed/"),
        ),
        widths=widths,
        mark_rows=arrays["marks"],
        patterns=dict(zip(arrays["pattern_rows"].tolist(), patterns, strict=True)),
        days=tuple(_days(arrays)),
        days_from_ms=int(members["days_from_ms"]),
        rests=tuple(_rests(arrays)),
        is_suspicious=bool(members["suspicious"]),
        head=head,
        tail=tail,
    )


def _named(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {
        name.removeprefix(prefix): values
        for name, values in arrays.items()
        if name.startswith(prefix)
    }


def _edge(
    members: Mapping[str, Any], octets: bytes, name: str, bounds: Sequence[int] | None
) -> Edge | None:
    if bounds is None:
        return None
    start, rows = bounds

    def cells() -> NDArray[np.int64]:
        whole = zstandard.ZstdDecompressor().decompress(octets)
        values: NDArray[np.int64] = _arrays(members["cells"], whole)[name].reshape(rows, -1)
        return values

    return Edge(start=start, rows=rows, cells=cells)


def _write_days(main: _Writer, days: Sequence[CellsOfDay]) -> None:
    known = [each.typical_v for each in days if each.typical_v is not None]
    main.integers("days", np.array([each.day for each in days], dtype=np.int64))
    main.integers("day_firsts", np.array([each.first_ms for each in days], dtype=np.int64))
    main.integers("day_steps", np.array([each.step_mv for each in days], dtype=np.int64))
    main.plain("day_known", np.array([each.typical_v is not None for each in days], dtype=np.uint8))
    main.plain("day_typical", np.array(known, dtype=np.float64))


def _write_rests(main: _Writer, rests: Sequence[Rest]) -> None:
    main.integers("rests", np.array([each.at_ms for each in rests], dtype=np.int64))
    main.plain("rest_soc", np.array([each.soc_ratio for each in rests], dtype=np.float64))
    main.plain("rest_typical", np.array([each.typical_v for each in rests], dtype=np.float64))
    main.plain("rest_apart", np.array([each.apart_v for each in rests], dtype=np.float64))
    main.plain("rest_cells", np.array([each.cells_half_mv for each in rests], dtype=np.int16))


def _rests(arrays: Mapping[str, Array]) -> Iterator[Rest]:
    columns = zip(
        arrays["rests"].tolist(),
        arrays["rest_soc"].tolist(),
        arrays["rest_typical"].tolist(),
        arrays["rest_apart"],
        arrays["rest_cells"],
        strict=True,
    )
    for at_ms, soc_ratio, typical_v, apart_v, cells_half_mv in columns:
        yield Rest(
            at_ms=at_ms,
            soc_ratio=soc_ratio,
            typical_v=typical_v,
            apart_v=apart_v,
            cells_half_mv=cells_half_mv,
        )


def _days(arrays: Mapping[str, Array]) -> Iterator[CellsOfDay]:
    known, typical_v = arrays["day_known"].astype(bool), arrays["day_typical"]
    place = np.cumsum(known) - 1
    columns = zip(
        arrays["days"].tolist(),
        arrays["day_firsts"].tolist(),
        arrays["day_steps"].tolist(),
        strict=True,
    )
    for number, (day, first_ms, step_mv) in enumerate(columns):
        yield CellsOfDay(
            day=day,
            first_ms=first_ms,
            typical_v=typical_v[place[number]] if known[number] else None,
            step_mv=step_mv,
        )
