"""A home with batteries of a year of data each, made quickly: for `fleet_year`.

In: an empty folder, how many batteries. Out: the home, its history written by the product's keeper.
Every car reports each charge with the rests about it, and one drive in ten, a sample in twenty
seconds: about 60,000 rows of 84 to 192 cells. A few dozen cars are simulated; each is the data of
many batteries, which have files of their own.
"""

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlalchemy import Connection, insert, update

from battery_passport.adapters.parquet.history import ParquetHistory
from battery_passport.adapters.sql.fleet_curves import FleetCurveStore
from battery_passport.adapters.sql.manifest import SqlManifest
from battery_passport.adapters.sql.records import EventStore, StoredEvent
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema_quality import device_states
from battery_passport.assembly.installation import Installation
from battery_passport.diagnostics.findings import RELIED_ON_COLUMNS
from battery_passport.diagnostics.fleet_capacity.charges import Charge, find_charges
from battery_passport.diagnostics.fleet_capacity.learning import first_belief, learn
from battery_passport.diagnostics.fleet_capacity.rounding import curve_of
from battery_passport.foundation.clock import DAY_MS, unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import event_record_bytes
from battery_passport.registry.model import Battery, BatteryCategory, BatteryModel, Rating
from battery_passport.simulation.activity import Kind
from battery_passport.simulation.calendar import day_of_ms
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.fleet import city
from battery_passport.simulation.model import Car
from battery_passport.simulation.recording import recorded
from battery_passport.telemetry.history import HistoryPart
from battery_passport.telemetry.model import BatchClaims, DecodedBatch, Samples
from tests.factories.installation import run

DAYS = 365
CARS = 40
_DRIVES_A_REPORT = 10
_SAMPLES_A_ROW = 2
_ROWS_A_BATCH = 600
_CARS_A_CURVE = 5
_MOST_ROWS = 110_000
_LATER = 1_000
_MOVED_DAYS = 2 * 364


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCar:
    """A simulated car with its year in files, and the batches of the day that follows."""

    car: Car
    parts: Sequence[HistoryPart]
    next_day: Sequence[HistoryPart]
    rows: int
    charges: tuple[Charge, ...]


def make_cars(folder: Path, ends: datetime, *, count: int = CARS) -> list[MadeCar]:
    """Return so many cars, each with a year until midnight of `ends` under `folder`.

    Those that are charged every day or two, as taxis, report far more than the others: left out.
    """
    made = (
        _made(car, folder, ends, UUID(int=number + 1))
        for number, car in enumerate(city(1, 2 * count).cars)
    )
    return list(islice((each for each in made if each.rows <= _MOST_ROWS), count))


def _made(car: Car, folder: Path, ends: datetime, battery_id: UUID) -> MadeCar:
    history = ParquetHistory(folder, _NoManifest())
    parts = history.compact(battery_id, _batches(car, ends - timedelta(days=DAYS), ends))
    table = history.read_parts(parts, columns=RELIED_ON_COLUMNS, between=(0, unix_ms(ends)))
    return MadeCar(
        car=car,
        parts=parts,
        next_day=[
            dataclasses.replace(part, generation=_LATER)
            for part in history.compact(battery_id, _next_day(car, ends))
        ],
        rows=table.row_count,
        charges=find_charges(table, _rating(car)),
    )


def _rating(car: Car) -> Rating:
    model = car.model
    return Rating(
        rated_capacity_ah=model.rated_capacity_ah,
        cells_in_series=model.cells_in_series,
        chemistry=model.chemistry,
    )


def _next_day(car: Car, ends: datetime) -> list[DecodedBatch]:
    """Return the batches of the first day from `ends` on that has any."""
    for day in range(30):
        begins = ends + timedelta(days=day)
        found = list(_batches(car, begins, begins + timedelta(days=1)))
        if found:
            return found
    raise AssertionError("A car stood for a month.")


def _batches(car: Car, begins: datetime, ends: datetime) -> Iterator[DecodedBatch]:
    """Yield the batches of a time; the city, which is younger, lived it some years later."""
    moved_ms = _MOVED_DAYS * DAY_MS
    first_ms, past_ms = unix_ms(begins) + moved_ms, unix_ms(ends) + moved_ms
    for plan in diary_of(car).days(day_of_ms(first_ms) - 1, day_of_ms(past_ms) + 1):
        for activity in plan.activities:
            if activity.kind is Kind.DRIVING and activity.number % _DRIVES_A_REPORT:
                continue
            samples = recorded(car, activity)
            if first_ms <= int(samples.sampled_at_ms[0]) < past_ms:
                yield from _cut(samples, moved_ms)


def _cut(samples: Samples, moved_ms: int) -> Iterator[DecodedBatch]:
    for start in range(0, samples.sampled_at_ms.size, _SAMPLES_A_ROW * _ROWS_A_BATCH):
        rows = slice(start, start + _SAMPLES_A_ROW * _ROWS_A_BATCH, _SAMPLES_A_ROW)
        times = samples.sampled_at_ms[rows] - moved_ms
        yield DecodedBatch(
            claims=BatchClaims(
                device_id=UUID(int=1),
                boot_id=bytes(16),
                sequence=int(times[0]) // 1_000,
                collected_at=datetime.fromtimestamp(int(times[-1]) / 1_000).astimezone(),
                monotonic_ms=0,
                backfill=False,
                battery_ref=bytes(16),
            ),
            digest=sha256(times.tobytes()),
            sampled_at_ms=times,
            columns={
                name: np.ascontiguousarray(values[rows]) for name, values in samples.columns.items()
            },
            assumptions=(),
        )


class _NoManifest:
    """Nothing is in the history yet."""

    def history_parts(self, battery_id: UUID | None = None) -> Sequence[HistoryPart]:  # noqa: ARG002
        return ()

    def add_history_part(self, part: HistoryPart) -> None:
        raise AssertionError(part)


def fill(
    installation: Installation, made: Sequence[MadeCar], source: Path, *, batteries: int
) -> None:
    """Register batteries with the cars' years, and a curve for every model."""
    run(installation, "battery-add", battery="first", rated_capacity_ah=1.0)
    with installation.database.write() as connection:
        first = RegistryStore(connection).battery_by_alias("first")
        if first is None:
            raise AssertionError("A battery that was registered is there.")
        now = installation.clock.now()
        models = _add_models(connection, made, first, now)
        for number in range(batteries):
            car = made[number % len(made)]
            _add_battery(connection, first, number, model_id=models[car.car.model.name], now=now)
        states = [_state(number, now) for number in range(batteries)]
        connection.execute(insert(device_states), states)
    _add_parts(installation, source, [made[n % len(made)].parts for n in range(batteries)])


def add_day(
    installation: Installation, made: Sequence[MadeCar], source: Path, *, batteries: int
) -> None:
    """Give every battery its next day."""
    _add_parts(installation, source, [made[n % len(made)].next_day for n in range(batteries)])
    with installation.database.write() as connection:
        connection.execute(update(device_states).values(batches=device_states.c.batches + 1))


def battery_id_of(number: int) -> UUID:
    """Return the id of a battery."""
    return UUID(int=(7 << 76) | (2 << 62) | (number + 1))


def _add_models(
    connection: Connection, made: Sequence[MadeCar], first: Battery, now: datetime
) -> dict[str, UUID]:
    models: dict[str, UUID] = {}
    for place, name in enumerate(sorted({each.car.model.name for each in made})):
        cars = [each for each in made if each.car.model.name == name]
        models[name] = UUID(int=(7 << 76) | (2 << 62) | (1 << 60) | place)
        rating = _rating(cars[0].car)
        model = BatteryModel(
            model_id=models[name],
            name=name,
            gtin=first.identifier.gtin,
            category=BatteryCategory.ELECTRIC_VEHICLE,
            manufacturer_id=first.responsible_id,
            rating=rating,
            registered_at=now,
        )
        RegistryStore(connection).add_model(model)
        teachers = [each.charges for each in cars if each.charges]
        curve = curve_of(learn(teachers, first_belief(rating.chemistry)), name)
        # Few cars teach a curve that is only good for measuring how long its use takes.
        used = dataclasses.replace(curve, cars=max(curve.cars, _CARS_A_CURVE))
        FleetCurveStore(connection).keep(models[name], used, now)
    return models


def _add_battery(
    connection: Connection, first: Battery, number: int, *, model_id: UUID, now: datetime
) -> None:
    serial = f"YEAR-{number:06}"
    key = sha256(serial.encode())
    battery = dataclasses.replace(
        first,
        battery_id=battery_id_of(number),
        identifier=BatteryIdentifier(gtin=first.identifier.gtin, serial=serial),
        alias=serial,
        battery_ref=key[:16],
        log_key=key[16:],
        model_id=model_id,
        rating=Rating(),
    )
    RegistryStore(connection).add_battery(battery)
    placed = Event(
        event_id=UUID(int=(7 << 76) | (2 << 62) | (2 << 60) | number),
        log_key=battery.log_key,
        sequence=1,
        event_type="placed_on_market",
        occurred_at=now - timedelta(days=2 * DAYS),
        recorded_at=now,
        recorded_by="benchmark",
        payload={},
    )
    stored = StoredEvent(
        event_id=placed.event_id,
        battery_id=battery.battery_id,
        sequence=1,
        type=placed.event_type,
        occurred_at=placed.occurred_at,
        record=event_record_bytes(placed),
    )
    EventStore(connection).add(stored)


def _state(number: int, now: datetime) -> dict[str, object]:
    return {
        "device_id": str(battery_id_of(number)),
        "battery_id": str(battery_id_of(number)),
        "batches": 1,
        "samples": 1,
        "backfilled": 0,
        "last_received_ms": unix_ms(now),
        "memory": {},
    }


def _add_parts(
    installation: Installation, source: Path, by_battery: Sequence[Sequence[HistoryPart]]
) -> None:
    """Copy the files of parts for each battery and name them in the manifest."""
    copied = [
        _copied(part, battery_id_of(number), source, installation.settings.home / "history")
        for number, parts in enumerate(by_battery)
        for part in parts
    ]
    with installation.database.write() as connection:
        manifest = SqlManifest(connection)
        for part in copied:
            manifest.add_history_part(part)


def _copied(part: HistoryPart, battery_id: UUID, source: Path, target: Path) -> HistoryPart:
    file = f"{battery_id.hex}/{Path(part.file).name}"
    (target / file).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / part.file, target / file)
    return dataclasses.replace(part, battery_id=battery_id, file=file)
