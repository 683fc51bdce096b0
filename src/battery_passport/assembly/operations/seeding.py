"""Gives a home its city: models, batteries, devices, events, a past of charges, passports.

In: an opened installation and a plan. Out: the same installation with the city in it. Each step
looks first at what is there, so that seeding that was cut short can be taken up again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from battery_passport.adapters.sql.fleet import place_batteries
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.finding import DEFAULT_ORGANISATION, Registration, find_or_register
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.operations.health import state_all
from battery_passport.assembly.operations.registry import register_model
from battery_passport.assembly.recorded import events_of_all
from battery_passport.assembly.recording import record_events
from battery_passport.assembly.simulated.past import PastOfCar, sealed_pasts
from battery_passport.assembly.simulated.plan import CityPlan
from battery_passport.credentials.signing import Ed25519Signer
from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.passport.model_file import parse_model_file
from battery_passport.proof.model import PASSPORT
from battery_passport.registry.model import Battery, Device, DeviceKind, Rating
from battery_passport.simulation.lifecycle_events import lifecycle_events
from battery_passport.simulation.measurement import Keep
from battery_passport.simulation.model import Car
from battery_passport.simulation.model_definition import model_file_bytes

Tell = Callable[[str], None]

CARS_AT_ONCE = 50
"""Cars that one transaction registers, and one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A car of the city with its registered battery and device."""

    car: Car
    battery: Battery
    identity: DeviceIdentity
    boot_id: bytes


def register_city(
    installation: Installation, plan: CityPlan, *, some: slice = slice(None)
) -> list[Resident]:
    """Return the cars of a city, or some, with their batteries, devices and events registered.

    A few cars at a time, so that no transaction keeps other writers waiting for long.
    """
    city = plan.city()
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = RegistryStore(connection)
        for model in city.models:
            file = parse_model_file(model_file_bytes(model), on=moment.date())
            register_model(store, file, moment)
    cars = city.cars[some]
    residents: list[Resident] = []
    for first in range(0, len(cars), CARS_AT_ONCE):
        group = _register_cars(installation, plan, cars[first : first + CARS_AT_ONCE])
        _record_lives(installation, plan, group)
        residents += group
    return residents


def give_past(
    installation: Installation, plan: CityPlan, residents: Sequence[Resident], tell: Tell
) -> None:
    """Record the past of some cars, estimate their health, issue and anchor their passports."""
    record_past(installation, plan, residents, tell)
    tell("estimating health from the charges, issuing passports")
    for resident in residents:
        state_and_issue(installation, resident.battery)
    tell("signing the log and anchoring it")
    seal(installation, residents)


def seal(installation: Installation, residents: Sequence[Resident]) -> None:
    """Place everything in the log, prove which versions are the latest, anchor it."""
    installation.pipeline.settle()
    # One epoch knows every version there is; without it a proof could not yet say "latest".
    if any(installation.states.cover(resident.battery.log_key) for resident in residents):
        installation.pipeline.settle()
    installation.anchoring.anchor_now()


def _register_cars(
    installation: Installation, plan: CityPlan, cars: Sequence[Car]
) -> list[Resident]:
    with installation.database.write() as connection:
        store = RegistryStore(connection)
        residents = [_register_car(installation, store, plan, car) for car in cars]
        place_batteries(
            connection,
            {resident.battery.battery_id: resident.car.district.code for resident in residents},
        )
    return residents


def _record_lives(
    installation: Installation, plan: CityPlan, residents: Sequence[Resident]
) -> None:
    """Record what happened to cars of which nothing is recorded yet."""
    with installation.database.read() as connection:
        silent = _without_events(connection, residents)
    # Living through each car's days takes the longest: no transaction is open meanwhile.
    lives = {resident.battery.battery_id: _life(resident.car, plan) for resident in silent}
    with installation.database.write() as connection:
        reports = [
            (resident.battery, lives[resident.battery.battery_id])
            for resident in _without_events(connection, silent)
        ]
        record_events(connection, reports, installation.clock.now())


def _without_events(connection: Connection, residents: Sequence[Resident]) -> list[Resident]:
    known = events_of_all(connection, [resident.battery for resident in residents])
    return [resident for resident in residents if not known[resident.battery.battery_id]]


def _life(car: Car, plan: CityPlan) -> list[ReportedEvent]:
    return [
        ReportedEvent(
            event_type=planned.event_type,
            occurred_at=planned.occurred_at,
            recorded_by=DEFAULT_ORGANISATION,
            payload=planned.payload,
        )
        for planned in lifecycle_events(car, plan.past_ends_at)
    ]


def _register_car(
    installation: Installation, store: RegistryStore, plan: CityPlan, car: Car
) -> Resident:
    moment = installation.clock.now()
    registration = Registration(model_name=car.model.name, rating=Rating())
    name = f"{car.model.gtin}/{car.serial}"
    battery, _is_new = find_or_register(store, name, registration, moment)
    seed = plan.seeds[car.number]
    public_key = Ed25519Signer(seed).public_key.coordinates
    device = store.device_by_key(public_key)
    if device is None:
        device = Device(
            device_id=new_uuid7(moment),
            kind=DeviceKind.VEHICLE,
            public_key=public_key,
            battery_id=battery.battery_id,
            enrolled_at=moment,
        )
        store.add_device(device)
    identity = DeviceIdentity(
        device_id=device.device_id, battery_ref=battery.battery_ref, signing_key=seed
    )
    return Resident(car=car, battery=battery, identity=identity, boot_id=plan.boot_ids[car.number])


def pasts_of(
    plan: CityPlan, residents: Sequence[Resident], *, keep: Keep | None = None
) -> list[PastOfCar]:
    """Return what is to be made of each car's past; `keep` as in `PastOfCar`."""
    return [
        PastOfCar(
            car=resident.car,
            identity=resident.identity,
            boot_id=resident.boot_id,
            begins_at=plan.past_begins_at,
            ends_at=plan.past_ends_at,
            keep=keep,
        )
        for resident in residents
    ]


def record_past(
    installation: Installation,
    plan: CityPlan,
    residents: Sequence[Resident],
    tell: Tell,
    *,
    keep: Keep | None = None,
) -> None:
    """Store the past of some cars as batches, and bring them into log and history."""
    wanted = pasts_of(plan, residents, keep=keep)
    directory = DeviceDirectory(installation.database)
    for done, batches in enumerate(sealed_pasts(wanted), start=1):
        now = installation.clock.now()
        group = [admit_batch(encoded, directory, now) for encoded in batches]
        store_group(installation.database, group)
        tell(f"{plan.past_days} days of {_what(keep)}: {done} of {len(wanted)} cars")
    tell("placing every batch in the log, writing the history")
    installation.pipeline.settle()


def _what(keep: Keep | None) -> str:
    return "charges" if keep is None else "driving, charging and standing"


def state_and_issue(installation: Installation, battery: Battery) -> None:
    """State a battery's health and figures, and issue its passport unless it has one."""
    with installation.database.read() as connection:
        if CredentialStore(connection).latest(PASSPORT, battery.battery_id) is not None:
            return
    state_all(installation, battery)
    with installation.database.write() as connection:
        installation.issuer.issue(connection, battery, installation.clock.now())
