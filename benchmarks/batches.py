"""Batches for measuring: 60 samples of 96 cells, as the cars of the simulated city send them.

In: how many, by which devices. Out: sealed batches, all different; their samples for a JSON peer.
"""

import itertools
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import nacl.bindings

from battery_passport.adapters.tabular.files import TabularFile
from battery_passport.adapters.tabular.mappings import load_mapping
from battery_passport.foundation.clock import from_unix_ms
from battery_passport.simulation.activity import Kind
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.charge_windows import moment_ms
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.fleet import city
from battery_passport.simulation.model import Car
from battery_passport.simulation.recording import recorded
from battery_passport.telemetry.codec import encode_samples
from battery_passport.telemetry.cose import SIGNATURE_BYTES, unsigned_sign1
from battery_passport.telemetry.importing import BatchCut, cut_samples
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.model import BatchClaims, Samples
from battery_passport.telemetry.payload import Payload, write_payload

SAMPLES_A_BATCH = 60
CELLS = 96
_SEED = 1
_VEHICLES = 20
_FIRST_DAY = datetime(2026, 10, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BenchDevice:
    """A device that seals batches for a battery."""

    device_id: UUID
    battery_ref: bytes
    seed: bytes


def cars_of(cells: int) -> list[Car]:
    """Return the cars of a small city that have so many cells."""
    return [car for car in city(_SEED, _VEHICLES).cars if car.model.cells_in_series == cells]


ALL_KINDS = frozenset(Kind)


def city_samples(
    kinds: Collection[Kind] = ALL_KINDS, *, days: int = 7, samples_a_batch: int = SAMPLES_A_BATCH
) -> Iterator[Samples]:
    """Yield whole batches' worth of samples of what the city's 96-cell cars do, car by car."""
    cut = BatchCut(samples=samples_a_batch)
    first = day_of_ms(moment_ms(_FIRST_DAY))
    last = day_of_ms(moment_ms(_FIRST_DAY + timedelta(days=days)))
    for car in cars_of(CELLS):
        for plan in diary_of(car).days(first, last):
            pieces = (recorded(car, each) for each in plan.activities if each.kind in kinds)
            for samples in cut_samples(pieces, cut=cut):
                if samples.sampled_at_ms.shape[0] == samples_a_batch:
                    yield samples


def real_samples() -> Iterator[Samples] | None:
    """Return whole batches' worth of samples of a real car; None without the shared data."""
    shared = Path(os.environ.get("BATTERY_PASSPORT_SHARED") or "../shared")
    car = shared / "data" / "packfault" / "car1.parquet"
    if not car.is_file():
        return None
    rows = convert_rows(TabularFile(car), load_mapping("packfault-car1"))
    return cut_samples(rows, cut=BatchCut(samples=SAMPLES_A_BATCH))


def sealed_batches(
    samples: Sequence[Samples], devices: Sequence[BenchDevice], *, count: int
) -> Iterator[bytes]:
    """Yield so many batches; samples repeat, and each batch has a number of its own."""
    coded = [_coded(each) for each in samples]
    keys = [nacl.bindings.crypto_sign_seed_keypair(device.seed)[1] for device in devices]
    turns = itertools.cycle(zip(devices, keys, strict=True))
    for number, payload, (device, key) in zip(
        range(count), itertools.cycle(coded), turns, strict=False
    ):
        claims = replace(payload.claims, device_id=device.device_id, battery_ref=device.battery_ref)
        own = replace(payload, claims=replace(claims, sequence=number))
        head, signed = unsigned_sign1(device.device_id.bytes, write_payload(own))
        yield head + nacl.bindings.crypto_sign(signed, key)[:SIGNATURE_BYTES]


def _coded(samples: Samples) -> Payload:
    collected_ms = int(samples.sampled_at_ms[-1])
    layout, frame = encode_samples(samples, collected_at_ms=collected_ms)
    claims = BatchClaims(
        device_id=UUID(int=0),
        boot_id=bytes(16),
        sequence=0,
        collected_at=from_unix_ms(collected_ms),
        monotonic_ms=0,
        backfill=False,
        battery_ref=bytes(16),
    )
    return Payload(
        claims=claims,
        assumptions=(),
        sample_count=samples.sampled_at_ms.shape[0],
        layout=layout,
        frame=frame,
    )
