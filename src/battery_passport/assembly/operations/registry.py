"""Registering models, batteries, devices and events.

In: requests of verbs. Out: what was registered; doing it again changes nothing.
"""

import binascii
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import (
    DEFAULT_ORGANISATION,
    Registration,
    find_battery,
    find_or_register,
)
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.recording import record_event
from battery_passport.assembly.requests import Asked
from battery_passport.assembly.stating_measurements import state_measurement
from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.lifecycle.service import ReportedEvent, payload_from_pairs
from battery_passport.passport.model_file import ModelFile, parse_model_file
from battery_passport.registry.errors import ConflictingRegistration, InvalidRegistration
from battery_passport.registry.model import (
    Battery,
    BatteryModel,
    Device,
    DeviceKind,
    Organisation,
    Rating,
)
from battery_passport.registry.rules import check_same_registration, rating_members

_KEY_BYTES = 32


def add_model(installation: Installation, request: JsonObject) -> JsonObject:
    """Register a battery model from its file; the same file again changes nothing."""
    moment = installation.clock.now()
    file = parse_model_file(Asked(request).text("file").encode(), on=moment.date())
    with installation.database.write() as connection:
        is_new = register_model(RegistryStore(connection), file, moment)
    return {
        "model": file.name,
        "gtin": file.gtin,
        "manufacturer": file.manufacturer_name,
        "data_points": len(file.data_points),
        "new": is_new,
    }


def register_model(store: RegistryStore, file: ModelFile, moment: datetime) -> bool:
    """Save a model and, if need be, its manufacturer; return whether it is new.

    A known model that declared no modules takes them from a file that is otherwise the same.
    Raises: ConflictingRegistration if a model of that name says something else.
    """
    known = store.model_by_name(file.name)
    if known is not None:
        declared = replace(
            known.rating,
            cells_per_module=known.rating.cells_per_module or file.rating.cells_per_module,
        )
        _refuse_other_model(store, replace(known, rating=declared), file)
        if declared != known.rating:
            store.declare_modules(replace(known, rating=declared))
        return False
    maker = register_organisation(
        store, slug=file.manufacturer_slug, name=file.manufacturer_name, moment=moment
    )
    store.add_model(
        BatteryModel(
            model_id=new_uuid7(moment),
            name=file.name,
            gtin=file.gtin,
            category=file.category,
            manufacturer_id=maker.organisation_id,
            rating=file.rating,
            data_points=file.data_points,
            registered_at=moment,
        )
    )
    return True


def register_organisation(
    store: RegistryStore, *, slug: str, name: str, moment: datetime
) -> Organisation:
    """Return the organisation of that slug, registered now if it was not known."""
    known = store.organisation_by_slug(slug)
    if known is not None:
        return known
    organisation = Organisation(
        organisation_id=new_uuid7(moment),
        slug=slug,
        name=name,
        roles=frozenset({"economic-operator"}),
        registered_at=moment,
    )
    store.add_organisation(organisation)
    return organisation


def _refuse_other_model(store: RegistryStore, known: BatteryModel, file: ModelFile) -> None:
    maker = store.organisation(known.manufacturer_id)
    recorded: dict[str, JsonValue] = {
        "gtin": known.gtin,
        "category": known.category.value,
        "manufacturer": None if maker is None else maker.slug,
        **rating_members(known.rating),
        "cells_per_module": _modules(known.rating),
        **_named_points(known.data_points),
    }
    given: dict[str, JsonValue] = {
        "gtin": file.gtin,
        "category": file.category.value,
        "manufacturer": file.manufacturer_slug,
        **rating_members(file.rating),
        "cells_per_module": _modules(file.rating),
        **_named_points(file.data_points),
    }
    check_same_registration(file.name, recorded=recorded, given=given)
    # A value that the new file leaves out is another model just as well.
    check_same_registration(file.name, recorded=given, given=recorded)


def _modules(rating: Rating) -> JsonValue:
    return None if rating.cells_per_module is None else [*rating.cells_per_module]


def _named_points(points: Mapping[int, JsonValue]) -> dict[str, JsonValue]:
    return {f"data point {number}": value for number, value in points.items()}


def add_battery(installation: Installation, request: JsonObject) -> JsonObject:
    """Register a battery, or find that it is registered with the same values."""
    asked = Asked(request)
    registration = Registration.asked(asked)
    with installation.database.write() as connection:
        battery, is_new = find_or_register(
            RegistryStore(connection), asked.text("battery"), registration, installation.clock.now()
        )
    return {**describe_battery(installation, battery), "new": is_new}


def describe_battery(installation: Installation, battery: Battery) -> JsonObject:
    """Return how a battery is called, by people, by pages and by devices."""
    return {
        "battery": str(battery.identifier),
        "alias": battery.alias,
        "digital_link": installation.digital_link(battery.identifier),
        "battery_ref": battery.battery_ref.hex(),
    }


def add_device(installation: Installation, request: JsonObject) -> JsonObject:
    """Enrol a collection device for a battery; the same key again gives the same device."""
    asked = Asked(request)
    public_key = _public_key(asked.text("public_key"))
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = RegistryStore(connection)
        battery = find_battery(store, asked.text("battery"))
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
        elif device.battery_id != battery.battery_id:
            raise ConflictingRegistration("The key is enrolled for another battery.")
    return {
        "device": str(device.device_id),
        "battery": str(battery.identifier),
        "battery_ref": battery.battery_ref.hex(),
    }


def _public_key(text: str) -> bytes:
    try:
        octets = bytes.fromhex(text)
    except (ValueError, binascii.Error) as error:
        raise InvalidRegistration("The public key is not hexadecimal.") from error
    if len(octets) != _KEY_BYTES:
        raise InvalidRegistration(
            f"The public key has {len(octets)} bytes, an Ed25519 key has {_KEY_BYTES}."
        )
    return octets


def add_event(installation: Installation, request: JsonObject) -> JsonObject:
    """Record a lifecycle event; returns once it has its place in the log."""
    asked = Asked(request)
    name = asked.text("type")
    moment = installation.clock.now()
    at = asked.optional_text("at")
    reported = ReportedEvent(
        event_type=name,
        occurred_at=moment if at is None else parse_utc(at),
        recorded_by=asked.optional_text("by") or DEFAULT_ORGANISATION,
        payload=payload_from_pairs(name, asked.pairs("values")),
    )
    with installation.database.write() as connection:
        battery = find_battery(RegistryStore(connection), asked.text("battery"))
        event = record_event(connection, battery, reported, moment)
        statement = state_measurement(installation, connection, battery, event)
    installation.pipeline.settle()
    return {
        "event": str(event.event_id),
        "battery": str(battery.identifier),
        "type": event.event_type,
        "sequence": event.sequence,
        "occurred_at": format_utc(event.occurred_at),
        **({} if statement is None else {"measurement_statement": statement.sequence}),
    }
