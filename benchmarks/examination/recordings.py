"""What the devices of a simulated city's cars reported over some months, faults and all.

In: a car, days. Out: a telemetry table, as the platform's history would give it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.registry.model import Battery, BatteryCategory, BatteryModel, Rating
from battery_passport.simulation.activity import Kind
from battery_passport.simulation.calendar import day_start_ms
from battery_passport.simulation.devices import copies_of, device_stretches
from battery_passport.simulation.model import Car
from battery_passport.simulation.stretches import Stretch
from battery_passport.telemetry.model import BatchClaims, DecodedBatch
from battery_passport.telemetry.table import TelemetryTable, assemble_table

_DRIVING_MS, _CHARGING_MS, _PARKED_MS, _STEP_MS = 30_000, 60_000, 1_800_000, 10_000
_NOBODY = UUID(int=0)

Ints = NDArray[np.int64]


def thinly(sampled_at_ms: Ints, columns: Mapping[str, Ints]) -> NDArray[np.bool_]:
    """Return which samples are kept: every half minute of a drive, every minute of a charge and
    every half hour of standing.
    """
    state = columns["vehicle_state"]
    every = np.select(
        [state == Kind.DRIVING, state == Kind.PARKED], [_DRIVING_MS, _PARKED_MS], _CHARGING_MS
    )
    kept: NDArray[np.bool_] = sampled_at_ms % every < _STEP_MS
    return kept


def reported(car: Car, *, first_day: int, past_day: int) -> TelemetryTable:
    """Return what all devices with a car's identity reported between two days."""
    return assemble_table(_batches(car, day_start_ms(first_day), day_start_ms(past_day)))


def battery_of(car: Car) -> Battery:
    """Return the battery as it is registered."""
    return Battery(
        battery_id=_NOBODY,
        identifier=BatteryIdentifier(gtin=car.model.gtin, serial=car.serial),
        alias=None,
        battery_ref=bytes(16),
        log_key=bytes(16),
        model_id=None,
        rating=rating_of(car),
        responsible_id=_NOBODY,
        registered_at=_opened(car),
    )


def rating_of(car: Car) -> Rating:
    """Return what is declared of a car's battery."""
    return Rating(
        rated_capacity_ah=car.model.rated_capacity_ah,
        cells_in_series=car.model.cells_in_series,
        chemistry=car.model.electrodes.chemistry,
    )


def _batches(car: Car, start_ms: int, end_ms: int) -> Iterator[DecodedBatch]:
    for copy in range(copies_of(car)):
        for number, stretch in enumerate(device_stretches(car, start_ms, copy=copy, keep=thinly)):
            times = stretch.samples.sampled_at_ms
            if times.size and int(times[0]) >= end_ms:
                break
            if times.size:
                yield _batch(car, stretch, copy=copy, number=number)


def _batch(car: Car, stretch: Stretch, *, copy: int, number: int) -> DecodedBatch:
    claims = BatchClaims(
        device_id=_NOBODY,
        boot_id=copy.to_bytes(16, "big"),
        sequence=number,
        collected_at=datetime.fromtimestamp(stretch.samples.sampled_at_ms[-1] / 1_000, tz=UTC),
        monotonic_ms=0,
        backfill=False,
        battery_ref=bytes(16),
    )
    return DecodedBatch(
        claims=claims,
        digest=hashlib.sha256(f"{car.seed} {car.serial} {copy} {number}".encode()).digest(),
        sampled_at_ms=stretch.samples.sampled_at_ms,
        columns=stretch.samples.columns,
        assumptions=(),
    )


def model_of(car: Car) -> BatteryModel:
    """Return the model as it is registered."""
    return BatteryModel(
        model_id=_NOBODY,
        name=car.model.name,
        gtin=car.model.gtin,
        category=BatteryCategory.ELECTRIC_VEHICLE,
        manufacturer_id=_NOBODY,
        rating=rating_of(car),
        registered_at=_opened(car),
    )


def _opened(car: Car) -> datetime:
    return datetime(car.opens.year, car.opens.month, car.opens.day, tzinfo=UTC)
