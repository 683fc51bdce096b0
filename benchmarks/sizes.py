"""Bytes on the wire for one whole sample of 96 cells, at 60 samples a batch.

In: packfault/car1 where the shared data is there, and the simulated city. Out: bytes a sample.
"""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from battery_passport.simulation.activity import Kind
from battery_passport.telemetry.model import Samples
from benchmarks.batches import ALL_KINDS, BenchDevice, city_samples, real_samples, sealed_batches
from benchmarks.figures import Figure

_DEVICE = BenchDevice(device_id=UUID(int=0), battery_ref=bytes(16), seed=bytes(32))


def measure(_folder: Path) -> list[Figure]:
    """Return bytes a sample by source."""
    drives, charges = (
        _figure(f"96-cell sample of the city's {name}", city_samples(kinds))
        for name, kinds in (("drives", {Kind.DRIVING}), ("charges", ALL_KINDS - {Kind.DRIVING}))
    )
    city = _figure("96-cell sample of the simulated city", city_samples(), goal=45)
    real = real_samples()
    if real is None:
        return [city, drives, charges]
    return [_figure("96-cell sample of packfault/car1", real, goal=24), city, drives, charges]


def _figure(name: str, samples: Iterable[Samples], *, goal: float | None = None) -> Figure:
    taken = list(samples)
    octets = sum(map(len, sealed_batches(taken, [_DEVICE], count=len(taken))))
    count = sum(each.sampled_at_ms.shape[0] for each in taken)
    return Figure(name=name, value=octets / count, unit="B", goal=goal, at_most=True)
