"""Bytes on the wire for one sample of 96 cells, at 60 samples a batch: whole, and its cells alone.

In: packfault/car1 where the shared data is there, and the simulated city. Out: bytes a sample, and
beside them the order-0 entropy of what the cells add to their median.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.simulation.activity import Kind
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.charge_windows import moment_ms
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.recording import recorded
from battery_passport.telemetry.model import Samples
from benchmarks.batches import (
    ALL_KINDS,
    CELLS,
    BenchDevice,
    cars_of,
    city_samples,
    real_samples,
    sealed_batches,
)
from benchmarks.figures import Figure

_DEVICE = BenchDevice(device_id=UUID(int=0), battery_ref=bytes(16), seed=bytes(32))
_CELL_COLUMN = "cell_voltage_mv"
_MOST_OF_ENTROPY = 1.5
_BEGIN = datetime(2026, 10, 5, tzinfo=UTC)
_DAYS = 7


def measure(_folder: Path) -> list[Figure]:
    """Return bytes a sample by source, and how the cells' bytes compare with their entropy."""
    drives, charges = (
        _whole(f"96-cell sample of the city's {name}", list(city_samples(kinds)))
        for name, kinds in (("drives", {Kind.DRIVING}), ("charges", ALL_KINDS - {Kind.DRIVING}))
    )
    figures = [*_city(list(city_samples())), drives, charges]
    real = real_samples()
    return figures if real is None else [*_real(list(real)), *figures]


def _real(samples: list[Samples]) -> list[Figure]:
    cells_b = _octets(samples) - _octets(_without_cells(samples))
    return [
        _whole("96-cell sample of packfault/car1", samples, goal=24),
        _figure("its cells alone, packfault/car1", cells_b / _count(samples)),
    ]


def _city(samples: list[Samples]) -> list[Figure]:
    cells_b = (_octets(samples) - _octets(_without_cells(samples))) / _count(samples)
    by_car, by_stretch = _entropies_b()
    return [
        _whole("96-cell sample of the simulated city", samples, goal=45),
        _figure("its cells alone, simulated city", cells_b),
        _figure("entropy of its cells' deviations, each cell of each car", by_car),
        _figure("the same, each cell of each drive or charge", by_stretch),
        Figure(
            name="cells on the wire over the lower of these entropies",
            value=cells_b / min(by_car, by_stretch),
            unit="x",
            goal=_MOST_OF_ENTROPY,
            at_most=True,
        ),
    ]


def _entropies_b() -> tuple[float, float]:
    """Return the order-0 entropy of a sample's cells: by car, and by drive or charge.

    Each cell's deviation from the sample's median is a source of its own.
    """
    count, by_car, by_stretch = 0, 0.0, 0.0
    for stretches in _city_deviations():
        whole = np.concatenate(stretches)
        count += whole.shape[0]
        by_car += whole.shape[0] * _entropy_b(whole)
        by_stretch += sum(each.shape[0] * _entropy_b(each) for each in stretches)
    return by_car / count, by_stretch / count


def _city_deviations() -> Iterator[list[NDArray[np.int64]]]:
    first = day_of_ms(moment_ms(_BEGIN))
    last = day_of_ms(moment_ms(_BEGIN + timedelta(days=_DAYS)))
    for car in cars_of(CELLS):
        yield [
            _deviations(recorded(car, activity).columns[_CELL_COLUMN])
            for plan in diary_of(car).days(first, last)
            for activity in plan.activities
        ]


def _deviations(cells_mv: NDArray[np.int64]) -> NDArray[np.int64]:
    middle = np.median(cells_mv, axis=1).astype(np.int64)
    return np.asarray(cells_mv - middle[:, None], dtype=np.int64)


def _entropy_b(deviations: NDArray[np.int64]) -> float:
    """Return bytes a sample: the sum over cells of the entropy of each one's values."""
    bits = 0.0
    for cell in range(deviations.shape[1]):
        counts = np.unique(deviations[:, cell], return_counts=True)[1]
        share = counts / counts.sum()
        bits -= float((share * np.log2(share)).sum())
    return bits / 8


def _whole(name: str, samples: list[Samples], *, goal: float | None = None) -> Figure:
    value = _octets(samples) / _count(samples)
    return Figure(name=name, value=value, unit="B", goal=goal, at_most=True)


def _figure(name: str, value: float) -> Figure:
    return Figure(name=name, value=value, unit="B", at_most=True)


def _octets(samples: list[Samples]) -> int:
    return sum(map(len, sealed_batches(samples, [_DEVICE], count=len(samples))))


def _count(samples: Iterable[Samples]) -> int:
    return sum(each.sampled_at_ms.shape[0] for each in samples)


def _without_cells(samples: Iterable[Samples]) -> list[Samples]:
    return [
        Samples(
            sampled_at_ms=each.sampled_at_ms,
            columns={name: values for name, values in each.columns.items() if name != _CELL_COLUMN},
        )
        for each in samples
    ]
