"""Charges and drives of made-up cars whose capacity is known, and the given real files as tables.

In: what a test varies. Out: telemetry tables; the same on every run.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.adapters.tabular.files import TabularFile
from battery_passport.adapters.tabular.mappings import load_mapping
from battery_passport.foundation.clock import DAY_MS
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope
from battery_passport.telemetry.importing import ImportIdentity, import_batches
from battery_passport.telemetry.mapping.conversion import convert_rows
from battery_passport.telemetry.model import NULL, Columns, DecodedBatch
from battery_passport.telemetry.table import TelemetryTable, assemble_table
from tests.factories.telemetry import COLLECTED_AT_MS, SEED, make_claims

FLAT_CURVE = ((0.0, 0.1, 0.3, 0.95, 1.0), (3.0, 3.21, 3.29, 3.335, 3.40))
SLOPING_CURVE = (
    (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    (3.36, 3.47, 3.52, 3.59, 3.63, 3.66, 3.71, 3.79, 3.88, 3.97, 4.07, 4.16),
)


@dataclass(frozen=True, kw_only=True)
class MadeUpCar:
    """A car whose true capacity is known; its BMS reads low or high between empty and full."""

    capacity_ah: float = 90.0
    rated_ah: float = 100.0
    chemistry: Chemistry = Chemistry.NMC
    cells: int = 4
    bms_bend: float = -0.02
    resistance_v: float = 0.12
    seed: int = 1

    @property
    def rating(self) -> Rating:
        return Rating(
            rated_capacity_ah=self.rated_ah, cells_in_series=self.cells, chemistry=self.chemistry
        )


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way from one true state of charge to another, between two rests of ten minutes."""

    start: float = 0.1
    end: float = 0.9
    c_rate: float = 0.3
    step_s: int = 10
    begins_ms: int = COLLECTED_AT_MS


def make_batch(times_ms: NDArray[np.int64], columns: Columns) -> DecodedBatch:
    """Return a batch of any content, named by it."""
    name = hashlib.sha256(times_ms.tobytes())
    for column in sorted(columns):
        name.update(column.encode() + columns[column].tobytes())
    return DecodedBatch(
        claims=make_claims(),
        digest=name.digest(),
        sampled_at_ms=times_ms,
        columns=columns,
        assumptions=(),
    )


def make_way(car: MadeUpCar, way: Way | None = None) -> DecodedBatch:
    """Return one charge, or drive where the end lies below the start, as one batch."""
    way = way or Way()
    swing = way.end - way.start
    moving_s = abs(swing) * 3_600 / way.c_rate
    rest = round(600 / way.step_s)
    moving = max(2, round(moving_s / way.step_s))
    current_c = np.zeros(moving + 2 * rest)
    current_c[rest : rest + moving] = -swing * 3_600 / (moving * way.step_s)
    times_s = way.step_s * np.arange(current_c.size)
    # The sum by trapezoids of what is sampled is what the car's state of charge moves by.
    steps = 0.5 * (current_c[1:] + current_c[:-1]) * way.step_s / 3_600
    soc = way.start - np.concatenate([[0.0], np.cumsum(steps)])
    points = FLAT_CURVE if car.chemistry is Chemistry.LFP else SLOPING_CURVE
    cell_v = np.interp(soc, *points) - car.resistance_v * current_c
    noise = np.random.default_rng([car.seed, way.begins_ms]).normal(0.0, 0.8, (soc.size, car.cells))
    stated = soc + 4.0 * car.bms_bend * soc * (1.0 - soc)
    return make_batch(
        way.begins_ms + np.rint(1_000 * times_s).astype(np.int64),
        {
            "current_ma": np.rint(1_000 * car.capacity_ah * current_c).astype(np.int64),
            "cell_voltage_mv": np.rint(1_000 * cell_v[:, np.newaxis] + noise).astype(np.int64),
            "bms_soc_permyriad": np.clip(np.rint(200 * stated) * 50, 0, 10_000).astype(np.int64),
            "probe_temperature_dc": np.full((soc.size, 2), 215, dtype=np.int64),
        },
    )


def make_charges(car: MadeUpCar, ways: Sequence[Way], *, days_apart: int = 2) -> list[DecodedBatch]:
    """Return charges on different days."""
    return [
        make_way(car, _later(way, number * days_apart * DAY_MS)) for number, way in enumerate(ways)
    ]


def make_table(batches: Iterable[DecodedBatch]) -> TelemetryTable:
    """Return the batches as a table."""
    return assemble_table(batches)


def without(batch: DecodedBatch, *names: str) -> DecodedBatch:
    """Return a batch whose device did not send some columns."""
    kept = {name: values for name, values in batch.columns.items() if name not in names}
    return make_batch(batch.sampled_at_ms, kept)


def replaced(batch: DecodedBatch, **columns: NDArray[np.int64]) -> DecodedBatch:
    """Return a batch with other values in some columns."""
    return make_batch(batch.sampled_at_ms, {**batch.columns, **columns})


def blanked(values: NDArray[np.int64], rows: slice) -> NDArray[np.int64]:
    """Return values with NULL in some rows."""
    blank = values.copy()
    blank[rows] = NULL
    return blank


def imported_table(path: Path, mapping_name: str) -> TelemetryTable:
    """Return a given real file as it comes out of mapping, batches and table."""
    mapping = load_mapping(mapping_name)
    identity = ImportIdentity(
        device_id=UUID(int=7),
        battery_ref=b"battery-16-bytes",
        boot_id=b"boot-of-16-bytes",
        assumptions=mapping.assumptions,
    )
    rows = convert_rows(TabularFile(path), mapping)
    batches = import_batches(rows, identity=identity, signing_key=SEED)
    return assemble_table(decode_batch(open_envelope(batch)) for batch in batches)


def _later(way: Way, by_ms: int) -> Way:
    return Way(
        start=way.start,
        end=way.end,
        c_rate=way.c_rate,
        step_s=way.step_s,
        begins_ms=way.begins_ms + by_ms,
    )
