"""Made-up cars of a real installation: enrolled devices that send signed batches.

In: an opened installation, on either database. Out: batches on its disk, passports, proofs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import nacl.bindings

from battery_passport.adapters.sql.evidence import Outcome
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.device_directory import DeviceDirectory
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.intake import admit_batch, store_group
from battery_passport.assembly.settings import Settings, load_settings
from battery_passport.telemetry.envelope import seal_batch
from tests.factories.installation import run
from tests.factories.telemetry import COLLECTED_AT_MS, make_claims, make_samples


def settings_of(folder: Path, url: str = "") -> Settings:
    """Return the settings of a home in that folder, and of a database server if one is given."""
    given = {"BATTERY_PASSPORT_HOME": str(folder), "BATTERY_PASSPORT_DATABASE_URL": url}
    return load_settings(given)


@contextmanager
def opened(folder: Path, url: str = "") -> Iterator[Installation]:
    """Open the installation of that folder."""
    with opened_installation(settings_of(folder, url)) as installation:
        yield installation


@dataclass(frozen=True, slots=True)
class Car:
    """A battery with its device."""

    alias: str
    battery_id: UUID
    device_id: UUID
    battery_ref: bytes
    seed: bytes

    def batch(self, sequence: int) -> bytes:
        """Return this car's batch of that number."""
        claims = make_claims(
            sequence=sequence, device_id=self.device_id, battery_ref=self.battery_ref
        )
        samples = make_samples(start_ms=COLLECTED_AT_MS - 10_000_000 + 5_000 * sequence)
        return seal_batch(claims=claims, samples=samples, signing_key=self.seed)


def enrol(installation: Installation, alias: str) -> Car:
    """Register a battery and its device."""
    seed = (alias.encode() * 32)[:32]
    public_key: bytes = nacl.bindings.crypto_sign_seed_keypair(seed)[0]
    run(installation, "battery-add", battery=alias, rated_capacity_ah=100.0, cells_in_series=4)
    told = run(installation, "device-add", battery=alias, public_key=public_key.hex())
    device_id = UUID(str(told["device"]))
    with installation.database.read() as connection:
        device = RegistryStore(connection).device(device_id)
    assert device is not None
    assert device.battery_id is not None
    return Car(
        alias=alias,
        battery_id=device.battery_id,
        device_id=device_id,
        battery_ref=bytes.fromhex(str(told["battery_ref"])),
        seed=seed,
    )


def send(installation: Installation, car: Car, sequences: range) -> list[Outcome]:
    """Send batches as one group; they are durable on return."""
    directory = DeviceDirectory(installation.database)
    now = installation.clock.now()
    group = [admit_batch(car.batch(number), directory, now) for number in sequences]
    return store_group(installation.database, group)
