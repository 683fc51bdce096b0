"""Thousands of devices of a home, registered in one transaction, and the file that names them.

In: an opened installation. Out: a plan, from which a load process makes real device agents.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import nacl.bindings

from battery_passport.adapters.mqtt.mosquitto import hashed_password
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.finding import (
    DEFAULT_ORGANISATION,
    Registration,
    find_or_register,
)
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.model import Device, DeviceKind, Rating

CELLS = 96


@dataclass(frozen=True, slots=True)
class PlannedDevice:
    """What a device knows: its name, its battery's reference, its key, its broker's password."""

    device_id: str
    battery_ref: str
    seed: str
    password: str


def enrol_many(installation: Installation, count: int) -> list[PlannedDevice]:
    """Register so many batteries with a device each."""
    moment = installation.clock.now()
    registration = Registration(
        model_name=None, rating=Rating(rated_capacity_ah=100.0, cells_in_series=CELLS)
    )
    planned = []
    with installation.database.write() as connection:
        store, lives = RegistryStore(connection), DeviceStore(connection)
        for number in range(count):
            battery, _is_new = find_or_register(store, f"car-{number}", registration, moment)
            seed, password = os.urandom(32), os.urandom(12).hex()
            device = Device(
                device_id=new_uuid7(moment),
                kind=DeviceKind.VEHICLE,
                public_key=nacl.bindings.crypto_sign_seed_keypair(seed)[0],
                battery_id=battery.battery_id,
                enrolled_at=moment,
            )
            store.add_device(device)
            lives.set_broker_secret(
                device.device_id,
                tenant=DEFAULT_ORGANISATION,
                secret_hash=hashed_password(password),
                at=moment,
            )
            name, reference = str(device.device_id), battery.battery_ref.hex()
            planned.append(PlannedDevice(name, reference, seed.hex(), password))
    return planned


def write_plan(path: Path, devices: Sequence[PlannedDevice]) -> None:
    """Write a plan for a load process."""
    path.write_text("".join(json.dumps(asdict(each)) + "\n" for each in devices), "utf-8")


def read_plan(path: Path) -> list[PlannedDevice]:
    """Return the devices of a plan."""
    return [PlannedDevice(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
