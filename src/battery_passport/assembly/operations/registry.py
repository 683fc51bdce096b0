"""Registering models, batteries, devices and events.

In: requests of verbs. Out: what was registered; doing it again changes nothing.
"""

import binascii

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.finding import (
    DEFAULT_ORGANISATION,
    Registration,
    find_battery,
    find_or_register,
)
from battery_passport.assembly.operations.requests import Asked
from battery_passport.assembly.recording import record_event
from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.lifecycle.service import ReportedEvent, payload_from_pairs
from battery_passport.registry.errors import ConflictingRegistration, InvalidRegistration
from battery_passport.registry.model import Battery, Device, DeviceKind

_KEY_BYTES = 32


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
        "digital_link": digital_link(installation, battery.identifier),
        "battery_ref": battery.battery_ref.hex(),
    }


def digital_link(installation: Installation, identifier: BatteryIdentifier) -> str:
    """Return the GS1 Digital Link address of a battery at this installation."""
    return f"{installation.settings.base_url}/{identifier.path}"


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
    installation.pipeline.settle()
    return {
        "event": str(event.event_id),
        "battery": str(battery.identifier),
        "type": event.event_type,
        "sequence": event.sequence,
        "occurred_at": format_utc(event.occurred_at),
    }
