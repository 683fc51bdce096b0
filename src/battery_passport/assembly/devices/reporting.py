"""What an enrolled device tells under its own signature: a new key, and how it is.

In: signed requests. Out: what the device must know now, first of all what time it is.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.devices import DeviceReport, DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.devices.tracing import note_act
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.requests import Asked
from battery_passport.foundation.clock import format_utc, from_unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.proof.statement import device_thumbprint
from battery_passport.registry.devices.errors import NoSuchDevice
from battery_passport.registry.devices.model import DeviceLife, Standing
from battery_passport.registry.devices.proofs import (
    check_proof,
    report_message,
    rotation_message,
)
from battery_passport.registry.devices.rules import OVERLAP, check_change
from battery_passport.registry.errors import ConflictingRegistration

KEY_ROTATED = "device-key-rotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationRequest:
    """A new key, signed with the present one and with itself."""

    device_id: UUID
    public_key: bytes
    sealed_until_ms: int
    proof: bytes
    proof_of_new: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What a device tells about itself, signed with its present key."""

    device_id: UUID
    report: JsonObject
    proof: bytes


def rotate_key(installation: Installation, asked: RotationRequest) -> datetime:
    """Make a new key the device's; the old one counts for what was sealed before, for some time.

    Asked again with the same key, it changes nothing.
    Raises: NoSuchDevice, WrongProof, DeviceStandsOtherwise, ConflictingRegistration.
    """
    moment = installation.clock.now()
    with installation.database.write() as connection:
        store = DeviceStore(connection)
        life = _life(store, asked.device_id)
        _check_rotation(asked, life)
        if life.keys[0].public_key != asked.public_key:
            check_change(life, Standing.ACTIVE)
            _renew(connection, life, asked, moment)
    return moment


def _check_rotation(asked: RotationRequest, life: DeviceLife) -> None:
    message = rotation_message(
        device=str(asked.device_id),
        public_key=asked.public_key,
        sealed_until_ms=asked.sealed_until_ms,
    )
    check_proof(message, asked.proof_of_new, asked.public_key)
    present = life.keys[0].public_key
    if present != asked.public_key:
        check_proof(message, asked.proof, present)


def _renew(
    connection: Connection, life: DeviceLife, asked: RotationRequest, moment: datetime
) -> None:
    store = DeviceStore(connection)
    if store.device_of_key(asked.public_key) is not None:
        raise ConflictingRegistration("The key was a device's before.")
    store.close_keys(
        life.device_id,
        sealed_until=from_unix_ms(asked.sealed_until_ms),
        taken_until=moment + OVERLAP,
    )
    store.add_key(life.device_id, asked.public_key, moment)
    note_act(
        connection,
        KEY_ROTATED,
        device_id=life.device_id,
        battery_id=life.battery_id,
        moment=moment,
        details={
            "old": device_thumbprint(life.keys[0].public_key),
            "new": device_thumbprint(asked.public_key),
        },
    )


def take_report(installation: Installation, asked: ReportRequest) -> JsonObject:
    """Keep what a device told; return what it must know.

    Raises: NoSuchDevice, WrongProof, InvalidRequest.
    """
    moment = installation.clock.now()
    told = Asked(asked.report)
    software = told.optional_text("software")
    with installation.database.write() as connection:
        store = DeviceStore(connection)
        life = _life(store, asked.device_id)
        message = report_message(device=str(asked.device_id), report=asked.report)
        check_proof(message, asked.proof, life.keys[0].public_key)
        store.save_report(
            DeviceReport(
                device_id=asked.device_id,
                reported_at=moment,
                clock_ahead_ms=told.optional_whole("clockAheadMs"),
                waiting=told.optional_whole("waiting"),
                set_aside=told.optional_whole("setAside"),
                software=None if software is None else software[:64],
            )
        )
        battery_id = life.battery_id
        battery = None if battery_id is None else RegistryStore(connection).battery(battery_id)
    return {
        "device": str(asked.device_id),
        "standing": life.standing.value,
        "battery_ref": None if battery is None else battery.battery_ref.hex(),
        "server_time": format_utc(moment),
    }


def _life(store: DeviceStore, device_id: UUID) -> DeviceLife:
    life = store.life(device_id)
    if life is None or not life.keys:
        raise NoSuchDevice(f"No device {device_id} is enrolled here.")
    return life
