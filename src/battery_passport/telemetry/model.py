"""Batches and their measurements as frozen values.

In: values made by the codec, an importer or a device. Out: what every later stage reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

NULL = -(2**63)
"""Stands for a missing value in every int64 array of measurements."""

Columns = Mapping[str, NDArray[np.int64]]
"""Measurements by column name. Shape: (samples,), or (samples, cells or probes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchClaims:
    """What a device says about a batch beside its measurements.

    `boot_id` (16 bytes) and `sequence` name the batch within its device; `battery_ref` (16 random
    bytes given at registration) names the battery and nothing else.
    """

    device_id: UUID
    boot_id: bytes
    sequence: int
    collected_at: datetime
    monotonic_ms: int
    backfill: bool
    battery_ref: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Measurements before they are sealed, or after they were decoded.

    Shape: sampled_at_ms (samples,), each column (samples,) or (samples, cells or probes).
    Units: milliseconds since 1970 UTC; columns as their names end.
    """

    sampled_at_ms: NDArray[np.int64]
    columns: Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLayout:
    """How one column lies in a batch's frame; `width` is 0 for one value per sample.

    `key` stands for the name on the wire. Side and main streams have so many bytes per value;
    values are multiples of `divisor`.
    """

    key: int | str
    name: str
    width: int
    mode: int
    side_planes: int
    main_planes: int
    divisor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A batch that is well formed on the outside; its measurements are still compressed.

    `encoded` holds the verbatim bytes and `digest` their SHA-256, which is the batch's name as
    evidence. `signed` is what the device's signature covers.
    """

    claims: BatchClaims
    assumptions: tuple[str, ...]
    encoded: bytes
    digest: bytes
    signed: bytes
    signature: bytes
    sample_count: int
    layout: tuple[ColumnLayout, ...]
    frame: bytes
    frame_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedBatch:
    """A batch's claims and measurements."""

    claims: BatchClaims
    digest: bytes
    sampled_at_ms: NDArray[np.int64]
    columns: Columns
    assumptions: tuple[str, ...]
