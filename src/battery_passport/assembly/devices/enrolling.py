"""Enrols a device that shows a one-time code and holds a key of its own.

In: a code, a public key, a signature by it. Out: who the device is from now on, and how it sends.
The same code and key again get the same device, so that a lost answer can be asked for again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.tokens import new_secret
from battery_passport.adapters.mqtt.mosquitto import hashed_password
from battery_passport.adapters.sql.device_codes import DeviceCodeStore
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.devices.changing import take_off
from battery_passport.assembly.devices.tracing import FITTED, note_on_battery
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.clock import format_utc
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.devices.codes import (
    EnrolmentCode,
    KeptCode,
    check_code,
    hashed_secret,
    read_code,
)
from battery_passport.registry.devices.errors import NoSuchDevice, WrongEnrolmentCode
from battery_passport.registry.devices.model import Standing
from battery_passport.registry.devices.proofs import check_proof, enrolment_message
from battery_passport.registry.errors import ConflictingRegistration, UnknownBattery
from battery_passport.registry.model import Battery, Device, DeviceKind

TELEMETRY_PATH = "/v1/telemetry"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRequest:
    """What a new device sends; `proof` is its signature over `enrolment_message`."""

    code: str
    public_key: bytes
    proof: bytes


def enrol(installation: Installation, asked: EnrolmentRequest) -> JsonObject:
    """Return what the device must know from now on.

    Raises: WrongEnrolmentCode, WrongProof, ConflictingRegistration.
    """
    moment = installation.clock.now()
    code = read_code(asked.code)
    message = enrolment_message(code=str(code), public_key=asked.public_key)
    check_proof(message, asked.proof, asked.public_key)
    kept = _opened(installation, code, moment)
    secret = new_secret()
    with installation.database.write() as connection:
        device = _device(connection, kept, asked.public_key, moment)
        battery = _battery(connection, kept.battery_id)
        tenant = _tenant(connection, battery)
        DeviceStore(connection).set_broker_secret(
            device.device_id, tenant=tenant, secret_hash=hashed_password(secret), at=moment
        )
    return {
        "device": str(device.device_id),
        "battery_ref": battery.battery_ref.hex(),
        "tenant": tenant,
        "telemetry_url": f"{installation.base_url}{TELEMETRY_PATH}",
        "mqtt_url": installation.settings.mqtt.public_url,
        "mqtt_username": str(device.device_id),
        "mqtt_password": secret,
        "server_time": format_utc(moment),
    }


def _opened(installation: Installation, code: EnrolmentCode, moment: datetime) -> KeptCode:
    with installation.database.write() as connection:
        kept = DeviceCodeStore(connection).tried(code.handle)
    if kept is None:
        hashed_secret(code)  # so that an unknown handle takes as long as a wrong secret
        raise WrongEnrolmentCode("The code opens nothing, or does so no more.")
    check_code(code, kept, now=moment)
    return kept


def _device(connection: Connection, kept: KeptCode, public_key: bytes, moment: datetime) -> Device:
    registry, store = RegistryStore(connection), DeviceStore(connection)
    if kept.used_by is not None:
        return _enrolled_before(registry, kept.used_by, public_key)
    if store.device_of_key(public_key) is not None:
        raise ConflictingRegistration(
            "The key belongs to a device already.", remedy="Let the device make a key of its own."
        )
    device = Device(
        device_id=new_uuid7(moment),
        kind=DeviceKind.VEHICLE,
        public_key=public_key,
        battery_id=kept.battery_id,
        enrolled_at=moment,
    )
    registry.add_device(device)
    if not DeviceCodeStore(connection).use(kept.handle, device.device_id):
        raise WrongEnrolmentCode("The code was used meanwhile.")
    if kept.replaces is not None:
        _retire_replaced(connection, kept.replaces, moment)
    note_on_battery(
        connection,
        FITTED,
        battery_id=kept.battery_id,
        device_id=device.device_id,
        reason="new" if kept.replaces is None else "replacement",
        moment=moment,
    )
    return device


def _enrolled_before(registry: RegistryStore, device_id: UUID, public_key: bytes) -> Device:
    device = registry.device(device_id)
    if device is None or device.public_key != public_key:
        raise WrongEnrolmentCode("The code opens nothing, or does so no more.")
    return device


def _retire_replaced(connection: Connection, device_id: UUID, moment: datetime) -> None:
    life = DeviceStore(connection).life(device_id)
    if life is None:
        raise NoSuchDevice(f"No device {device_id} is enrolled here.")
    if life.standing is not Standing.RETIRED:
        take_off(connection, life, reason="replacement", moment=moment)


def _battery(connection: Connection, battery_id: UUID) -> Battery:
    battery = RegistryStore(connection).battery(battery_id)
    if battery is None:
        raise UnknownBattery(f"No battery {battery_id} is registered.")
    return battery


def _tenant(connection: Connection, battery: Battery) -> str:
    organisation = RegistryStore(connection).organisation(battery.responsible_id)
    return DEFAULT_ORGANISATION if organisation is None else organisation.slug
