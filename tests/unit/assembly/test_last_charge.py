"""The last charge, told from braking, from drives and from charges before it."""

from datetime import UTC, datetime

import numpy as np

from battery_passport.assembly.sites.charging import last_charge_in
from battery_passport.foundation.clock import MINUTE_MS, unix_ms
from battery_passport.telemetry.model import NULL
from battery_passport.telemetry.table import TelemetryTable

START_MS = unix_ms(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))


def table(*stretches: tuple[int, int, int], soc: bool = True) -> TelemetryTable:
    """Return a sample a minute: each stretch is (minute it begins, minutes, mA)."""
    minutes = np.concatenate([start + np.arange(length) for start, length, _ in stretches])
    current = np.concatenate([np.full(length, ma) for _, length, ma in stretches]).astype(np.int64)
    columns = {"current_ma": current}
    if soc:
        columns["bms_soc_permyriad"] = 4_000 + 10 * np.arange(len(current), dtype=np.int64)
    return TelemetryTable(
        sampled_at_ms=START_MS + MINUTE_MS * minutes.astype(np.int64),
        batch_ordinal=np.zeros(len(current), dtype=np.int32),
        batch_digests=(b"\x00" * 32,),
        columns=columns,
        assumptions=(),
    )


def test_the_latest_charge_is_found_with_its_levels() -> None:
    charge = last_charge_in(table((0, 60, -7_000), (600, 61, -30_000)))
    assert charge is not None
    assert unix_ms(charge.started_at) == START_MS + 600 * MINUTE_MS
    assert unix_ms(charge.ended_at) == START_MS + 660 * MINUTE_MS
    assert round(charge.charged_ah, 6) == 30
    assert (charge.from_percent, charge.to_percent) == (46.0, 52.0)


def test_a_drive_parts_charges_and_braking_is_none() -> None:
    driven = table((0, 60, -7_000), (61, 20, 40_000), (81, 3, -20_000), (84, 5, 40_000))
    charge = last_charge_in(driven)
    assert charge is not None
    assert unix_ms(charge.started_at) == START_MS


def test_a_pause_shorter_than_twenty_minutes_belongs_to_the_charge() -> None:
    charge = last_charge_in(table((0, 30, -7_000), (45, 30, -7_000)))
    assert charge is not None
    assert unix_ms(charge.started_at) == START_MS


def test_without_levels_the_charge_is_told_in_ampere_hours() -> None:
    charge = last_charge_in(table((0, 61, -10_000), soc=False))
    assert charge is not None
    assert (charge.from_percent, charge.to_percent) == (None, None)
    assert round(charge.charged_ah, 6) == 10


def test_where_nothing_was_charged_there_is_nothing_to_tell() -> None:
    assert last_charge_in(table((0, 60, 20_000))) is None
    assert last_charge_in(table((0, 3, -7_000))) is None
    assert last_charge_in(table((0, 60, NULL))) is None
