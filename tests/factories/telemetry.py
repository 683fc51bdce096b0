"""Valid batches, claims and samples; a test states only what it varies.

In: what a test varies. Out: values of the telemetry stage, the same on every run.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import nacl.bindings
import numpy as np
from numpy.typing import NDArray

from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, seal_batch
from battery_passport.telemetry.model import BatchClaims, DecodedBatch, Samples

SEED = bytes(range(32))
PUBLIC_KEY: bytes = nacl.bindings.crypto_sign_seed_keypair(SEED)[0]
COLLECTED_AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
COLLECTED_AT_MS = 1_795_419_000_000


def make_claims(
    *,
    sequence: int = 0,
    device_id: UUID = UUID("01937f00-0000-7000-8000-000000000001"),
    boot_id: bytes = b"boot-of-16-bytes",
    collected_at: datetime = COLLECTED_AT,
    battery_ref: bytes = b"battery-16-bytes",
    backfill: bool = False,
) -> BatchClaims:
    """Return the claims of one device's batch."""
    return BatchClaims(
        device_id=device_id,
        boot_id=boot_id,
        sequence=sequence,
        collected_at=collected_at,
        monotonic_ms=5_000 + sequence,
        backfill=backfill,
        battery_ref=battery_ref,
    )


def make_samples(
    *,
    count: int = 5,
    start_ms: int = COLLECTED_AT_MS,
    columns: Mapping[str, NDArray[np.int64]] | None = None,
    cells: int = 4,
) -> Samples:
    """Return samples one second apart, of a pack at rest unless columns are given."""
    rows = np.arange(count, dtype=np.int64)
    at_rest = {
        "current_ma": -1_000 * (rows % 3),
        "cell_voltage_mv": 3_700 + rows[:, None] + np.arange(cells, dtype=np.int64),
        "probe_temperature_dc": np.full((count, 2), 215, dtype=np.int64),
    }
    return Samples(
        sampled_at_ms=start_ms + 1_000 * rows, columns=at_rest if columns is None else columns
    )


def make_encoded(
    *,
    claims: BatchClaims | None = None,
    samples: Samples | None = None,
    assumptions: tuple[str, ...] = (),
) -> bytes:
    """Return a sealed batch."""
    return seal_batch(
        claims=claims or make_claims(),
        samples=samples or make_samples(),
        signing_key=SEED,
        assumptions=assumptions,
    )


def make_decoded(
    *,
    claims: BatchClaims | None = None,
    samples: Samples | None = None,
    assumptions: tuple[str, ...] = (),
) -> DecodedBatch:
    """Return a batch that was sealed and decoded again."""
    encoded = make_encoded(claims=claims, samples=samples, assumptions=assumptions)
    return decode_batch(open_envelope(encoded))
