"""Bytes on the wire for one whole sample of 96 cells, at 60 samples a batch.

In: packfault/car1 where the shared data is there, and the simulated city. Out: bytes a sample.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from battery_passport.adapters.tabular.files import TabularFile
from battery_passport.adapters.tabular.mappings import load_mapping
from battery_passport.simulation.activity import Kind
from battery_passport.telemetry.importing import BatchCut, cut_samples
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.model import Samples
from benchmarks.batches import ALL_KINDS, SAMPLES_A_BATCH, BenchDevice, city_samples, sealed_batches
from benchmarks.figures import Figure

_DEVICE = BenchDevice(device_id=UUID(int=0), battery_ref=bytes(16), seed=bytes(32))


def measure(_folder: Path) -> list[Figure]:
    """Return bytes a sample by source."""
    drives, charges = (
        _figure(f"96-cell sample of the city's {name}", city_samples(kinds))
        for name, kinds in (("drives", {Kind.DRIVING}), ("charges", ALL_KINDS - {Kind.DRIVING}))
    )
    city = _figure("96-cell sample of the simulated city", city_samples(), goal=45)
    shared = Path(os.environ.get("BATTERY_PASSPORT_SHARED") or "../shared")
    car = shared / "data" / "packfault" / "car1.parquet"
    if not car.is_file():
        return [city, drives, charges]
    return [
        _figure("96-cell sample of packfault/car1", _imported(car), goal=24),
        city,
        drives,
        charges,
    ]


def _imported(car: Path) -> Iterable[Samples]:
    rows = convert_rows(TabularFile(car), load_mapping("packfault-car1"))
    return cut_samples(rows, cut=BatchCut(samples=SAMPLES_A_BATCH))


def _figure(name: str, samples: Iterable[Samples], *, goal: float | None = None) -> Figure:
    taken = list(samples)
    octets = sum(map(len, sealed_batches(taken, [_DEVICE], count=len(taken))))
    count = sum(each.sampled_at_ms.shape[0] for each in taken)
    return Figure(name=name, value=octets / count, unit="B", goal=goal, at_most=True)
