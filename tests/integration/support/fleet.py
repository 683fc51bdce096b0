"""Batteries and devices of a home under test, and the batches they send.

In: a home that no process holds. Out: enrolled devices, sealed batches.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import nacl.bindings
import numpy as np

from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.operation_table import OPERATIONS
from battery_passport.assembly.settings import load_settings
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.telemetry.cose import SIGNATURE_BYTES, unsigned_sign1
from battery_passport.telemetry.envelope import seal_batch
from battery_passport.telemetry.model import BatchClaims, Samples
from tests.integration.support.effects import reading
from tests.integration.support.homes import TestHome

BOOT_ID = b"boot-of-16-bytes"
FIRST_SAMPLE_AT = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
SAMPLES = 6
CELLS = 8

Ask = Callable[[str, JsonObject], JsonObject]
"""Carries out an operation: a server, or the home opened in this process."""


@dataclass(frozen=True, slots=True)
class FleetDevice:
    """An enrolled device and the key it signs with."""

    alias: str
    battery_id: UUID
    device_id: UUID
    battery_ref: bytes
    seed: bytes

    def batch(
        self,
        sequence: int,
        *,
        boot_id: bytes = BOOT_ID,
        begun_at: datetime = FIRST_SAMPLE_AT,
        variant: int = 0,
    ) -> bytes:
        """Return this device's batch of that number; another variant has other measurements."""
        first = begun_at + timedelta(seconds=sequence * SAMPLES)
        claims = BatchClaims(
            device_id=self.device_id,
            boot_id=boot_id,
            sequence=sequence,
            collected_at=first + timedelta(seconds=SAMPLES),
            monotonic_ms=sequence * SAMPLES * 1_000,
            backfill=False,
            battery_ref=self.battery_ref,
        )
        samples = driving_samples(first_ms=unix_ms(first), variant=variant)
        return seal_batch(claims=claims, samples=samples, signing_key=self.seed)

    def signed(self, payload: bytes) -> bytes:
        """Return a batch of any payload whatever, rightly signed."""
        head, signed = unsigned_sign1(self.device_id.bytes, payload)
        _public_key, secret_key = nacl.bindings.crypto_sign_seed_keypair(self.seed)
        signature: bytes = nacl.bindings.crypto_sign(signed, secret_key)[:SIGNATURE_BYTES]
        return head + signature


def driving_samples(*, first_ms: int, variant: int = 0, count: int = SAMPLES) -> Samples:
    """Return samples one second apart of a pack under load."""
    rows = np.arange(count, dtype=np.int64)
    return Samples(
        sampled_at_ms=first_ms + 1_000 * rows,
        columns={
            "current_ma": 40_000 + 500 * rows + variant,
            "cell_voltage_mv": 3_700 - rows[:, None] + np.arange(CELLS, dtype=np.int64),
            "probe_temperature_dc": np.full((count, 2), 215, dtype=np.int64),
        },
    )


@contextmanager
def opened(home: TestHome) -> Iterator[Installation]:
    """Open a home in this process, which no server may hold."""
    with opened_installation(load_settings(_own_settings(home))) as installation:
        yield installation


@contextmanager
def asking(home: TestHome) -> Iterator[Ask]:
    """Carry out operations in this process: what a verb does, without the start of a process."""
    with opened(home) as installation:

        def ask(operation: str, request: JsonObject) -> JsonObject:
            return OPERATIONS[operation](installation, request)

        yield ask


def enrol_fleet(home: TestHome, *, devices: int, prefix: str = "car") -> list[FleetDevice]:
    """Register batteries with a device each, before a server starts."""
    with asking(home) as ask:
        return [enrol_device(ask, home, f"{prefix}-{number}") for number in range(devices)]


def enrol_device(ask: Ask, home: TestHome, alias: str) -> FleetDevice:
    """Register a battery and its device by whoever carries out operations."""
    ask(
        "battery-add",
        {
            "battery": alias,
            "rated_capacity_ah": 100.0,
            "cells_in_series": CELLS,
            "chemistry": "NMC",
        },
    )
    seed = (alias.encode() * 32)[:32]
    public_key: bytes = nacl.bindings.crypto_sign_seed_keypair(seed)[0]
    enrolled = ask("device-add", {"battery": alias, "public_key": public_key.hex()})
    device_id = UUID(str(enrolled["device"]))
    with reading(home.database) as connection:
        query = "SELECT battery_id FROM devices WHERE device_id=?"
        (battery_id,) = connection.execute(query, [str(device_id)]).fetchone()
    return FleetDevice(
        alias=alias,
        battery_id=UUID(battery_id),
        device_id=device_id,
        battery_ref=bytes.fromhex(str(enrolled["battery_ref"])),
        seed=seed,
    )


def _own_settings(home: TestHome) -> dict[str, str]:
    given = home.environment()
    return {key: value for key, value in given.items() if key.startswith("BATTERY_PASSPORT_")}
