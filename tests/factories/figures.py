"""Sealed batches of a made-up car that drives and charges, for statements of figures.

In: days. Out: batches, their table, and what is declared of the car.
"""

from collections.abc import Iterable

import numpy as np

from battery_passport.diagnostics.power.model import Declared
from battery_passport.diagnostics.stating.model import Basis
from battery_passport.foundation.clock import DAY_MS
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.codec import decode_batch
from battery_passport.telemetry.envelope import open_envelope, seal_batch
from battery_passport.telemetry.model import Samples
from battery_passport.telemetry.table import TelemetryTable, assemble_table
from tests.factories.proof import DEVICE
from tests.factories.telemetry import COLLECTED_AT_MS, SEED, make_claims

OHM = 0.08
BASIS = Basis(
    rating=Rating(rated_capacity_ah=60.0, cells_in_series=96, chemistry=Chemistry.NMC),
    declared=Declared(
        initial_resistance_ohm=0.07, minimum_voltage_v=268.8, initial_efficiency_percent=96.0
    ),
)


def drive_and_charge(day: int) -> Samples:
    """Return two hours of driving by leaps and the charge after it, 35 Ah each."""
    seconds = np.arange(0, 4 * 3_600, 10, dtype=np.int64)
    is_drive = seconds < 2 * 3_600
    leaps_a = np.where((seconds // 60) % 2 == 0, 2.5, 32.5)
    current_a = np.where(is_drive, leaps_a, -17.5)
    moved_ah = np.concatenate([[0.0], np.cumsum(current_a[:-1]) / 360.0])
    soc = 0.9 - moved_ah / 50.0
    celsius = 15.0 + day % 3 * 8.0
    ohm = OHM * np.exp(2_500.0 * (1.0 / (celsius + 273.15) - 1.0 / 298.15))
    voltage_v = 96 * (3.4 + 0.7 * soc) - ohm * current_a
    return Samples(
        sampled_at_ms=COLLECTED_AT_MS - (40 - day) * DAY_MS + seconds * 1_000,
        columns={
            "current_ma": np.round(current_a * 1_000).astype(np.int64),
            "pack_voltage_mv": np.round(voltage_v * 1_000).astype(np.int64),
            "bms_soc_permyriad": np.round(soc * 10_000).astype(np.int64),
            "temperature_max_dc": np.full(seconds.size, round(10 * celsius) + 5, dtype=np.int64),
            "temperature_min_dc": np.full(seconds.size, round(10 * celsius) - 5, dtype=np.int64),
        },
    )


def sealed_day(day: int, *, signing_key: bytes = SEED) -> bytes:
    """Return a day as one signed batch."""
    claims = make_claims(sequence=1_000 + day, device_id=DEVICE)
    return seal_batch(claims=claims, samples=drive_and_charge(day), signing_key=signing_key)


def table_of(batches: Iterable[bytes]) -> TelemetryTable:
    """Return batches as a table."""
    return assemble_table(decode_batch(open_envelope(batch)) for batch in batches)


def cycling_day(day: int) -> bytes:
    """Return a day of driving and charging in turn without a pause, as one signed batch."""
    minutes = np.arange(24 * 60, dtype=np.int64)
    current_a = np.where((minutes // 120) % 2 == 0, 15.0, -15.0)
    moved_ah = np.concatenate([[0.0], np.cumsum(current_a[:-1]) / 60.0])
    soc = 0.9 - moved_ah / 50.0
    voltage_v = 96 * (3.4 + 0.7 * soc) - OHM * current_a
    samples = Samples(
        sampled_at_ms=COLLECTED_AT_MS - (40 - day) * DAY_MS + minutes * 60_000,
        columns={
            "current_ma": np.round(current_a * 1_000).astype(np.int64),
            "pack_voltage_mv": np.round(voltage_v * 1_000).astype(np.int64),
            "bms_soc_permyriad": np.round(soc * 10_000).astype(np.int64),
        },
    )
    claims = make_claims(sequence=2_000 + day, device_id=DEVICE)
    return seal_batch(claims=claims, samples=samples, signing_key=SEED)
