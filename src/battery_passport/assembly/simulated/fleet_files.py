"""A fleet's telemetry as Parquet files, one a car, for diagnoses without a database.

In: a city, a stretch of time, a folder. Out: `cars/NNNNNN.parquet` in the history's own form
(docs/explanation/simulated-city.md), and `fleet.json`, which says whose each file is.
"""

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np

from battery_passport.adapters.parquet.file_format import parquet_of, stored_table
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.simulation.charge_windows import between, moment_ms
from battery_passport.simulation.devices import copies_of, device_stretches
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car, City
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import TelemetryTable, stack_columns

FLEET_FORMAT = "bp-simulated-fleet/v1"
_ASSUMPTION = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetWish:
    """What is wanted of each car: from when to when, and which samples its device keeps."""

    begins_at: datetime
    ends_at: datetime
    keep: Keep | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarFile:
    """One file that was written."""

    name: str
    rows: int
    octets: int


def car_table(car: Car, wish: FleetWish) -> TelemetryTable:
    """Return all that is reported under a car's identity, ordered by time.

    No batch was signed: a digest made of seed, car and device stands in for those of batches, so
    that two devices of one identity can still be told apart.
    """
    digests = sorted((_stand_in(car, copy), copy) for copy in range(copies_of(car)))
    parts = [
        (ordinal, samples)
        for ordinal, (_digest, copy) in enumerate(digests)
        for samples in device_samples(car, wish, copy=copy)
    ]
    counts = [samples.sampled_at_ms.shape[0] for _ordinal, samples in parts]
    times = np.concatenate([np.empty(0, np.int64), *(each.sampled_at_ms for _, each in parts)])
    order = np.argsort(times, kind="stable")
    names = sorted({name for _ordinal, samples in parts for name in samples.columns})
    ordinals = np.repeat(np.array([ordinal for ordinal, _ in parts], dtype=np.int32), counts)
    return TelemetryTable(
        sampled_at_ms=times[order],
        batch_ordinal=ordinals[order],
        batch_digests=tuple(digest for digest, _copy in digests),
        columns={
            name: stack_columns([each.columns.get(name) for _, each in parts], counts)[order]
            for name in names
        },
        assumptions=(_ASSUMPTION,),
    )


def device_samples(car: Car, wish: FleetWish, *, copy: int = 0) -> Iterator[Samples]:
    """Yield what one device reports within the time, one stretch after the other."""
    begin_ms, end_ms = moment_ms(wish.begins_at), moment_ms(wish.ends_at)
    before_ms = begin_ms
    for stretch in device_stretches(car, begin_ms, copy=copy, keep=wish.keep):
        if before_ms >= end_ms:
            return
        samples = between(stretch.samples, begin_ms, end_ms)
        if samples.sampled_at_ms.shape[0]:
            yield samples
        before_ms = stretch.end_ms


def _stand_in(car: Car, copy: int) -> bytes:
    return hashlib.sha256(f"{FLEET_FORMAT} {car.seed} {car.number} {copy}".encode()).digest()


def write_fleet(
    city: City, wish: FleetWish, folder: Path, *, processes: int, tell: Callable[[int], None]
) -> list[CarFile]:
    """Write a file for each car and `fleet.json`; `tell` hears how many cars are done.

    The files are the same bytes however many processes write them.
    """
    (folder / "cars").mkdir(parents=True, exist_ok=True)
    written: list[CarFile] = []
    write = partial(_write_car, wish=wish, folder=folder)
    for done, file in enumerate(_mapped(write, city, processes), start=1):
        written.append(file)
        tell(done)
    text = json.dumps(_fleet(city, wish, written), ensure_ascii=False, indent=1)
    (folder / "fleet.json").write_text(text, encoding="utf-8")
    return written


def _mapped(write: Callable[[Car], CarFile], city: City, processes: int) -> Iterator[CarFile]:
    if processes <= 1:
        yield from map(write, city.cars)
        return
    # A forked child would share our locks and connections; a fresh one shares nothing.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(write, city.cars, chunksize=4)


def _write_car(car: Car, *, wish: FleetWish, folder: Path) -> CarFile:
    table = car_table(car, wish)
    octets = parquet_of(stored_table(table), table.batch_digests)
    name = f"cars/{car.number + 1:06d}.parquet"
    (folder / name).write_bytes(octets)
    return CarFile(name=name, rows=table.row_count, octets=len(octets))


def _fleet(city: City, wish: FleetWish, written: list[CarFile]) -> JsonObject:
    return {
        "format": FLEET_FORMAT,
        "seed": city.seed,
        "begins_at": format_utc(wish.begins_at),
        "ends_at": format_utc(wish.ends_at),
        "cars": [
            {
                "file": file.name,
                "rows": file.rows,
                "serial": car.serial,
                "gtin": car.model.gtin,
                "model": car.model.name,
                "rated_capacity_ah": car.model.rated_capacity_ah,
                "cells_in_series": car.model.cells_in_series,
                "chemistry": car.model.chemistry.value,
                "district": car.district.code,
                "in_service_on": car.in_service_on.isoformat(),
            }
            for car, file in zip(city.cars, written, strict=True)
        ],
    }
