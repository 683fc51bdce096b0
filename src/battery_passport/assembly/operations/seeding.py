"""Gives a home its city: models, batteries, devices, events, a past of charges, passports.

In: an opened installation and a plan. Out: the same installation with the city in it. Each step
looks first at what is there, so that seeding that was cut short can be taken up again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from battery_passport.adapters.sql.fleet import place_batteries
from battery_passport.adapters.sql.records import CredentialStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.finding import DEFAULT_ORGANISATION, Registration, find_or_register
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.operations.health import state_all
from battery_passport.assembly.operations.registry import register_model
from battery_passport.assembly.recording import events_of, record_event
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
from battery_passport.simulation.model import Car, City
from battery_passport.simulation.model_definition import model_file_bytes

Tell = Callable[[str], None]


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
    """Return the cars of a city, or some, with their batteries, devices and events registered."""
    city = plan.city()
    return _register(installation, plan, replace(city, cars=city.cars[some]))


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


def _register(installation: Installation, plan: CityPlan, city: City) -> list[Resident]:
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = RegistryStore(connection)
        for model in city.models:
            file = parse_model_file(model_file_bytes(model), on=moment.date())
            register_model(store, file, moment)
        residents = [_register_car(installation, store, plan, car) for car in city.cars]
        place_batteries(
            connection,
            {resident.battery.battery_id: resident.car.district.code for resident in residents},
        )
        for resident in residents:
            if not events_of(connection, resident.battery):
                for planned in lifecycle_events(resident.car, plan.past_ends_at):
                    reported = ReportedEvent(
                        event_type=planned.event_type,
                        occurred_at=planned.occurred_at,
                        recorded_by=DEFAULT_ORGANISATION,
                        payload=planned.payload,
                    )
                    record_event(connection, resident.battery, reported, moment)
    return residents


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
