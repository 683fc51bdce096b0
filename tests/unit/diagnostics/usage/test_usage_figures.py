"""Counted use: made-up days whose energy, charges and hours are known by their making."""

import numpy as np
import pytest

from battery_passport.diagnostics.usage.figures import UsageFigures, count_usage
from battery_passport.foundation.clock import HOUR_MS
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import Columns, DecodedBatch
from tests.factories.diagnostics import make_batch, make_table, without
from tests.factories.telemetry import COLLECTED_AT_MS

RATING = Rating(rated_capacity_ah=100.0, cells_in_series=100, chemistry=Chemistry.NMC)
UNRATED = Rating(rated_capacity_ah=None, cells_in_series=None, chemistry=None)


def make_stretch(
    begins_h: float,
    hours: float,
    *,
    current_a: float,
    socs: tuple[float, float],
    volts: float = 370.0,
    celsius: float = 20.0,
    step_s: int = 60,
) -> DecodedBatch:
    """Return samples with one current, one voltage, and a state of charge that goes evenly."""
    rows = round(hours * 3_600 / step_s) + 1
    begins_ms = COLLECTED_AT_MS + round(begins_h * HOUR_MS)
    columns: Columns = {
        "current_ma": np.full(rows, round(1_000 * current_a), dtype=np.int64),
        "pack_voltage_mv": np.full(rows, round(1_000 * volts), dtype=np.int64),
        "bms_soc_permyriad": np.round(10_000 * np.linspace(*socs, rows)).astype(np.int64),
        "probe_temperature_dc": np.full((rows, 2), round(10 * celsius), dtype=np.int64),
    }
    return make_batch(begins_ms + 1_000 * step_s * np.arange(rows, dtype=np.int64), columns)


def counted(*stretches: DecodedBatch, rating: Rating = RATING) -> UsageFigures:
    return count_usage(make_table(stretches), rating)


def test_energy_and_charge_are_added_up() -> None:
    figures = counted(
        make_stretch(0, 1, current_a=40, socs=(0.9, 0.5), volts=360),
        make_stretch(2, 5, current_a=-8, socs=(0.5, 0.9), volts=380),
    )
    assert figures.discharged_ah == pytest.approx(40)
    assert figures.charged_ah == pytest.approx(40)
    assert figures.discharged_kwh == pytest.approx(14.4)
    assert figures.charged_kwh == pytest.approx(15.2)
    assert figures.full_cycles == pytest.approx(0.4)
    assert (len(figures.charges), figures.fast_charges) == (1, 0)


def test_fast_charges_are_told_from_slow_ones_and_from_braking() -> None:
    figures = counted(
        make_stretch(0, 0.5, current_a=-100, socs=(0.2, 0.7)),
        make_stretch(1.0, 0.1, current_a=60, socs=(0.7, 0.64)),
        make_stretch(1.2, 0.01, current_a=-80, socs=(0.64, 0.65), step_s=4),
        make_stretch(1.3, 0.5, current_a=40, socs=(0.65, 0.45)),
        make_stretch(2.0, 6, current_a=-7, socs=(0.45, 0.87)),
    )
    assert [round(charge.charged_ah) for charge in figures.charges] == [50, 42]
    assert figures.fast_charges == 1


def test_a_pause_within_a_charge_does_not_make_two() -> None:
    figures = counted(
        make_stretch(0, 1, current_a=-20, socs=(0.2, 0.4)),
        make_stretch(1.3, 1, current_a=-20, socs=(0.4, 0.6)),
        make_stretch(4, 1, current_a=-20, socs=(0.6, 0.8)),
    )
    assert [round(charge.charged_ah) for charge in figures.charges] == [40, 20]


def test_hours_at_extremes_count_parking_only_where_nothing_can_have_happened() -> None:
    figures = counted(
        make_stretch(0, 1, current_a=0.1, socs=(0.95, 0.95), celsius=48),
        make_stretch(9, 1, current_a=0.1, socs=(0.95, 0.95), celsius=48),
        make_stretch(20, 1, current_a=0.1, socs=(0.50, 0.50), celsius=-5),
        make_stretch(40, 1, current_a=0.1, socs=(0.05, 0.05), celsius=20),
    )
    assert figures.full_h == pytest.approx(10)
    assert figures.warm_h == pytest.approx(10)
    assert figures.cold_h == pytest.approx(1)
    assert figures.empty_h == pytest.approx(1)
    assert figures.covered_h == pytest.approx(12)


def test_efficiency_is_energy_out_over_in_between_equal_states() -> None:
    days = []
    for day in range(3):
        days += [
            make_stretch(24 * day, 2, current_a=30, socs=(0.8, 0.2), volts=351.5),
            make_stretch(24 * day + 8, 6, current_a=-10, socs=(0.2, 0.8), volts=370),
        ]
    figures = counted(*days)
    assert figures.efficiency is not None
    assert figures.efficiency.ratio == pytest.approx(0.95, abs=0.005)
    assert figures.efficiency.low < 0.95 < figures.efficiency.high
    assert figures.as_json()["energy_efficiency"] is not None


def test_without_throughput_or_with_holes_there_is_no_efficiency() -> None:
    short = counted(
        make_stretch(0, 1, current_a=30, socs=(0.8, 0.5)),
        make_stretch(2, 3, current_a=-10, socs=(0.5, 0.8)),
    )
    assert short.efficiency is None
    holes = [
        stretch
        for day in range(4)
        for stretch in (
            make_stretch(48 * day, 2, current_a=30, socs=(0.8, 0.2)),
            make_stretch(48 * day + 24, 6, current_a=-10, socs=(0.2, 0.8)),
        )
    ]
    assert counted(*holes).efficiency is None


def test_what_is_missing_is_not_guessed() -> None:
    drive = make_stretch(0, 1, current_a=40, socs=(0.9, 0.5))
    no_voltage = counted(without(drive, "pack_voltage_mv"))
    assert (no_voltage.discharged_kwh, round(no_voltage.discharged_ah)) == (0, 40)
    no_rating = counted(drive, rating=UNRATED)
    assert no_rating.full_cycles is None
    empty = counted()
    assert (empty.covered_h, empty.charges, empty.started_at) == (0, (), None)
    assert empty.as_json()["started_at"] is None
