"""Somebody's file as signed batches that are the same every time it is imported.

In: samples converted from the file and who imports it for which battery. Out: sealed batches.
Nothing here depends on the wall clock.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.clock import DAY_MS, from_unix_ms
from battery_passport.telemetry.envelope import Sign, seal_batch
from battery_passport.telemetry.model import BatchClaims, Samples
from battery_passport.telemetry.table import stack_columns

_BOOT_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCut:
    """Where one batch ends and the next begins, beside new segments and UTC days."""

    samples: int = 1_200
    gap_ms: int = 1_800_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportIdentity:
    """Whose signature the batches bear, for which battery, and what was assumed."""

    device_id: UUID
    battery_ref: bytes
    boot_id: bytes
    assumptions: tuple[str, ...]


def import_boot_id(
    file_pieces: Iterable[bytes], *, declaration: bytes, battery_ref: bytes
) -> bytes:
    """Return the first 16 bytes of SHA-256(file ‖ mapping ‖ battery_ref)."""
    running = hashlib.sha256()
    for piece in file_pieces:
        running.update(piece)
    running.update(declaration)
    running.update(battery_ref)
    return running.digest()[:_BOOT_ID_BYTES]


def import_batches(
    pieces: Iterable[Samples],
    *,
    identity: ImportIdentity,
    signing_key: bytes | Sign,
    cut: BatchCut = BatchCut(),
) -> Iterator[bytes]:
    """Return the sealed batches of a whole file, numbered from 0.

    A batch is collected when its last sample was; its monotonic time counts from the file's first.
    Raises: InvalidSamples, MalformedBatch, BatchTooLarge for what no batch can carry.
    """
    first_ms: int | None = None
    for sequence, samples in enumerate(cut_samples(pieces, cut=cut)):
        first_ms = int(samples.sampled_at_ms[0]) if first_ms is None else first_ms
        last_ms = int(samples.sampled_at_ms[-1])
        claims = BatchClaims(
            device_id=identity.device_id,
            boot_id=identity.boot_id,
            sequence=sequence,
            collected_at=from_unix_ms(last_ms),
            monotonic_ms=max(last_ms - first_ms, 0),
            backfill=True,
            battery_ref=identity.battery_ref,
        )
        yield seal_batch(
            claims=claims,
            samples=samples,
            signing_key=signing_key,
            assumptions=identity.assumptions,
        )


def cut_samples(pieces: Iterable[Samples], *, cut: BatchCut) -> Iterator[Samples]:
    """Return all samples in their order, cut at segments, long gaps, UTC days and the size limit.

    How the samples come in pieces makes no difference.
    """
    held: Samples | None = None
    for piece in pieces:
        joined = piece if held is None else _joined(held, piece)
        starts = _cuts(joined, cut)
        for start, stop in pairwise(starts):
            yield _rows(joined, start, stop)
        held = _rows(joined, starts[-1], joined.sampled_at_ms.shape[0])
    if held is not None and held.sampled_at_ms.size:
        yield held


def _cuts(samples: Samples, cut: BatchCut) -> list[int]:
    """Return the rows at which batches start; the last of them may still grow."""
    times_ms = samples.sampled_at_ms
    breaks = np.abs(np.diff(times_ms)) > cut.gap_ms
    breaks |= np.diff(times_ms // DAY_MS) != 0
    segments = samples.columns.get("segment")
    if segments is not None:
        breaks |= np.diff(segments) != 0
    bounds = [0, *(np.flatnonzero(breaks) + 1).tolist(), times_ms.shape[0]]
    starts: list[int] = []
    for start, stop in pairwise(bounds):
        starts.extend(range(start, stop, cut.samples))
    return starts or [0]


def _rows(samples: Samples, start: int, stop: int) -> Samples:
    return Samples(
        sampled_at_ms=samples.sampled_at_ms[start:stop],
        columns={name: values[start:stop] for name, values in samples.columns.items()},
    )


def _joined(earlier: Samples, later: Samples) -> Samples:
    counts = [earlier.sampled_at_ms.shape[0], later.sampled_at_ms.shape[0]]

    def stacked(name: str) -> NDArray[np.int64]:
        return stack_columns([earlier.columns.get(name), later.columns.get(name)], counts)

    return Samples(
        sampled_at_ms=np.concatenate([earlier.sampled_at_ms, later.sampled_at_ms]),
        columns={name: stacked(name) for name in {**earlier.columns, **later.columns}},
    )
