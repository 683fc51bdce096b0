"""The operations by which a home gets a simulated city, wherever they run: server or command line.

In: requests. Out: cars registered with their devices; health stated and passports issued.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from battery_passport.adapters.mqtt.mosquitto import hashed_password
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.seeding import (
    CARS_AT_ONCE,
    Resident,
    register_city,
    seal,
    state_and_issue,
)
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.simulated.plan import CityPlan, load_plan, save_plan
from battery_passport.assembly.simulated.wishes import CityWish, planned, refuse_other
from battery_passport.device_agent.model import DeviceIdentity
from battery_passport.foundation.errors import Misconfigured, NotFound
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.registry.devices.model import Standing

AT_ONCE = 25
"""Cars whose passports one operation issues."""


class CityInProduction(Misconfigured):
    """Made-up cars were to be put among real ones."""

    code = "city-in-production"
    remedy = "Simulate into a home of its own whose mode is demo."


class NoCity(NotFound):
    """The home holds no simulated city."""

    code = "no-city"
    remedy = "Make one first: battery-passport simulate --vehicles N --days D --seed S."


def register_simulated(installation: Installation, request: JsonObject) -> JsonObject:
    """Return the devices of the cars from `first` on, as many as one request registers or finds."""
    if installation.settings.mode == "production":
        raise CityInProduction("A simulated city has no place in a production installation.")
    wish = CityWish.asked(request)
    plan = load_plan(installation.home.city)
    is_new = plan is None
    if plan is None:
        plan = planned(wish, installation.clock.now())
        save_plan(plan, installation.home.city)
    refuse_other(plan, wish)
    first = Asked(request).optional_whole("first") or 0
    residents = register_city(installation, plan, some=slice(first, first + CARS_AT_ONCE))
    if Asked(request).flag("mqtt"):
        _let_into_broker(installation, residents)
    installation.pipeline.settle()
    devices: list[JsonValue] = [_told(resident) for resident in residents]
    return {"new": is_new, "devices": devices}


def issue_simulated(installation: Installation, request: JsonObject) -> JsonObject:
    """State the health of some cars and issue their passports; `last` also seals what there is."""
    asked = Asked(request)
    plan = load_plan(installation.home.city)
    if plan is None:
        raise NoCity("There is no simulated city to issue passports for.")
    first = asked.optional_whole("first") or 0
    residents = register_city(installation, plan, some=slice(first, first + AT_ONCE))
    installation.pipeline.settle()
    for resident in residents:
        state_and_issue(installation, resident.battery)
    if asked.flag("last"):
        seal(installation, residents)
    return {"issued": len(residents)}


def _let_into_broker(installation: Installation, residents: Sequence[Resident]) -> None:
    """Let the broker know each car's device, under a password that the device makes of its key."""
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = DeviceStore(connection)
        known = {account.device_id for account in store.broker_accounts()}
        for resident in residents:
            device_id = resident.identity.device_id
            life = store.life(device_id)
            # Whoever was suspended or retired stays so.
            if device_id in known or (life is not None and life.standing is not Standing.ACTIVE):
                continue
            secret = hashed_password(broker_password(resident.identity))
            store.set_broker_secret(
                device_id, tenant=DEFAULT_ORGANISATION, secret_hash=secret, at=moment
            )


def broker_password(identity: DeviceIdentity) -> str:
    """Return by which password a simulated device is known to the broker."""
    return hashlib.sha256(b"bp-simulated-broker/v1" + identity.signing_key).hexdigest()


def residents_told(plan: CityPlan, answer: JsonObject, *, first: int) -> list[DeviceIdentity]:
    """Return the devices of the cars from `first` on, as `register_simulated` told them."""
    told = answer["devices"]
    keys = plan.seeds[first : first + CARS_AT_ONCE]
    if not isinstance(told, Sequence) or len(told) != len(keys):
        raise NoCity("The home's city is not the one that the server registered.")
    return [_heard(str(each), key) for each, key in zip(told, keys, strict=True)]


def _heard(told: str, key: bytes) -> DeviceIdentity:
    device, _sign, reference = told.partition(" ")
    return DeviceIdentity(
        device_id=UUID(device), battery_ref=bytes.fromhex(reference), signing_key=key
    )


def _told(resident: Resident) -> str:
    return f"{resident.identity.device_id} {resident.identity.battery_ref.hex()}"
