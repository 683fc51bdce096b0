"""Columns as small differences: how a batch's measurements are coded before compression.

In: int64 columns. Out: for each its layout and stream bytes, the same for the same values.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import zstandard
from numpy.typing import NDArray

from battery_passport.telemetry.layout import (
    COMMON_DELTA,
    DELTA,
    HAS_NULLS,
    RESIDUAL,
    SECOND_DIFFERENCE,
    column_key,
)
from battery_passport.telemetry.model import NULL, ColumnLayout
from battery_passport.telemetry.streams import Int64s, plane_count, write_planes

_TRIAL_LEVEL = 1
"""Compression by which the modes of a column are compared; only its result's length counts."""


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """A column's layout and its bytes in the frame."""

    layout: ColumnLayout
    octets: bytes


def code_column(name: str, values: Int64s, *, key: int | str | None = None) -> CodedColumn:
    """Return a column in the mode that compresses best.

    Shape: values (samples,) or (samples, cells), at least one of each.
    """
    missing = values == NULL
    has_nulls = bool(missing.any())
    whole = _filled_forward(values, missing) if has_nulls else values
    divisor = _common_divisor(whole)
    quotients = whole // divisor
    bitmap = np.packbits(~missing, bitorder="little").tobytes() if has_nulls else b""
    candidates = [
        _candidate(mode, *split(quotients)) for mode, split in _splits(values.ndim, values.shape[0])
    ]
    best = min(candidates, key=lambda candidate: candidate.cost)
    layout = ColumnLayout(
        key=column_key(name) if key is None else key,
        name=name,
        width=values.shape[1] if values.ndim == 2 else 0,
        mode=best.mode + (HAS_NULLS if has_nulls else 0),
        side_planes=best.side_planes,
        main_planes=best.main_planes,
        divisor=divisor,
    )
    return CodedColumn(layout, bitmap + best.octets)


@dataclass(frozen=True, slots=True)
class _Candidate:
    mode: int
    side_planes: int
    main_planes: int
    octets: bytes
    cost: int


def _candidate(mode: int, side: Int64s, main: Int64s) -> _Candidate:
    side_planes, main_planes = plane_count(side), plane_count(main)
    octets = write_planes(side, planes=side_planes) + write_planes(main, planes=main_planes)
    cost = len(zstandard.ZstdCompressor(level=_TRIAL_LEVEL).compress(octets))
    return _Candidate(mode, side_planes, main_planes, octets, cost)


def _filled_forward(values: Int64s, missing: NDArray[np.bool_]) -> Int64s:
    """Return values with each NULL replaced by the last value before it, or 0."""
    rows = np.arange(values.shape[0]).reshape(-1, *[1] * (values.ndim - 1))
    last = np.maximum.accumulate(np.where(missing, 0, rows), axis=0)
    filled = np.take_along_axis(values, last, axis=0)
    return np.where(filled == NULL, 0, filled)


def _common_divisor(values: Int64s) -> int:
    return int(np.gcd.reduce(np.abs(values).ravel())) or 1


_Split = Callable[[Int64s], tuple[Int64s, Int64s]]


def _splits(dimensions: int, samples: int) -> Iterator[tuple[int, _Split]]:
    yield DELTA, _delta if dimensions == 1 else _cell_delta
    if samples > 1:
        yield from _SPLITS[dimensions]


def _delta(values: Int64s) -> tuple[Int64s, Int64s]:
    return values[:1], values[1:] - values[:-1]


def _second_difference(values: Int64s) -> tuple[Int64s, Int64s]:
    steps = values[1:] - values[:-1]
    return np.concatenate([values[:1], steps[:1]]), steps[1:] - steps[:-1]


def _cell_delta(values: Int64s) -> tuple[Int64s, Int64s]:
    return _neighbour_steps(values[0]), values[1:] - values[:-1]


def _common_delta(values: Int64s) -> tuple[Int64s, Int64s]:
    steps = values[1:] - values[:-1]
    common = _low_median(steps, axis=1)
    return np.concatenate([_neighbour_steps(values[0]), common]), steps - common[:, None]


def _residual(values: Int64s) -> tuple[Int64s, Int64s]:
    common = _low_median(values, axis=1)
    deviations = values - common[:, None]
    offsets = _low_median(deviations, axis=0)
    return np.concatenate([offsets, _neighbour_steps(common)]), deviations - offsets


_SPLITS: dict[int, tuple[tuple[int, _Split], ...]] = {
    1: ((SECOND_DIFFERENCE, _second_difference),),
    2: ((COMMON_DELTA, _common_delta), (RESIDUAL, _residual)),
}


def _neighbour_steps(values: Int64s) -> Int64s:
    """Return the first value and then each value's difference from the one before."""
    return np.concatenate([values[:1], values[1:] - values[:-1]])


def _low_median(values: Int64s, *, axis: int) -> Int64s:
    """Return the lower of the two middle values, which is always one that occurs."""
    middle = (values.shape[axis] - 1) // 2
    median: Int64s = np.partition(values, middle, axis=axis).take(middle, axis=axis)
    return median
