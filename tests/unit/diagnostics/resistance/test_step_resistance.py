"""Resistance from current steps: the truth of made-up drives is found, with doubt where due."""

import numpy as np
import pytest

from battery_passport.diagnostics.model import Interval, NotDetermined
from battery_passport.diagnostics.resistance.method import V1, estimate_resistance
from battery_passport.diagnostics.resistance.model import ResistanceEstimate
from battery_passport.foundation.clock import DAY_MS
from battery_passport.registry.model import Chemistry, Rating
from battery_passport.telemetry.model import DecodedBatch
from tests.factories.diagnostics import make_batch, make_table
from tests.factories.telemetry import COLLECTED_AT_MS

RATING = Rating(rated_capacity_ah=120.0, cells_in_series=96, chemistry=Chemistry.NMC)
TRUTH_OHM = 0.080
SLOPE_K = 2_300.0


def make_drive(day: int, celsius: float, *, seed: int = 0, noise_v: float = 0.3) -> DecodedBatch:
    """Return twenty minutes of a drive at 1 Hz whose pack has 80 mΩ at 25 °C."""
    draw = np.random.default_rng(1_000 * day + seed)
    times_ms = COLLECTED_AT_MS + day * DAY_MS + 1_000 * np.arange(1_200, dtype=np.int64)
    current_a = np.repeat(draw.uniform(-40.0, 140.0, 300), 4)
    inverse = 1.0 / (celsius + 273.15) - 1.0 / 298.15
    ohm = TRUTH_OHM * np.exp(SLOPE_K * inverse)
    voltage_v = 360.0 - 0.002 * np.arange(1_200) - current_a * ohm + draw.normal(0, noise_v, 1_200)
    return make_batch(
        times_ms,
        {
            "current_ma": np.round(1_000 * current_a).astype(np.int64),
            "pack_voltage_mv": np.round(1_000 * voltage_v).astype(np.int64),
            "probe_temperature_dc": np.full((1_200, 4), round(10 * celsius), dtype=np.int64),
        },
    )


def of_drives(*drives: DecodedBatch, rating: Rating = RATING) -> ResistanceEstimate:
    return estimate_resistance(make_table(drives), rating)


def found(estimate: ResistanceEstimate) -> Interval:
    assert isinstance(estimate.resistance_ohm, Interval), estimate.resistance_ohm
    return estimate.resistance_ohm


@pytest.mark.parametrize("degrees", [(24, 25, 26), (5, 12, 20, 28, 35), (2, 3, 4), (38, 40)])
def test_the_truth_lies_in_the_interval(degrees: tuple[int, ...]) -> None:
    drives = [make_drive(number, float(each)) for number, each in enumerate(degrees)]
    estimate = of_drives(*drives)
    figure = found(estimate)
    assert figure.low <= TRUTH_OHM <= figure.high
    assert figure.value == pytest.approx(TRUTH_OHM, rel=0.12)
    assert estimate.days == len(degrees)
    assert estimate.celsius == pytest.approx((min(degrees), max(degrees)))
    assert len(estimate.evidence) == len(degrees)


def test_far_from_the_reference_the_interval_is_wider() -> None:
    near = found(of_drives(*(make_drive(day, 25.0) for day in range(4))))
    far = found(of_drives(*(make_drive(day, 0.0) for day in range(4))))
    assert far.high / far.low > 1.2 * near.high / near.low


def test_a_battery_s_own_slope_is_learned_where_it_shows() -> None:
    estimate = of_drives(*(make_drive(day, 5.0 + 3 * day) for day in range(12)))
    assert estimate.slope_k == pytest.approx(SLOPE_K, abs=250)
    shown = [each.resistance_ohm for each in estimate.over_warmth]
    assert shown == sorted(shown, reverse=True)


def test_a_few_wrong_days_do_not_matter() -> None:
    good = [make_drive(day, 20.0) for day in range(8)]
    wrong = []
    for day in (8, 9):
        drive = make_drive(day, 20.0)
        stuck = np.full(1_200, 360_000, dtype=np.int64) - np.arange(1_200, dtype=np.int64) % 7 * 200
        wrong.append(make_batch(drive.sampled_at_ms, {**drive.columns, "pack_voltage_mv": stuck}))
    assert found(of_drives(*good, *wrong)).value == pytest.approx(
        found(of_drives(*good)).value, rel=0.06
    )


def test_evidence_alone_gives_the_same_bits() -> None:
    drives = [make_drive(day, 20.0) for day in range(50)]
    whole = of_drives(*drives)
    assert len(whole.evidence) == V1.most_days
    kept = [drive for drive in drives if drive.digest in whole.evidence]
    assert of_drives(*kept).as_json() == whole.as_json()
    assert of_drives(*reversed(kept)).as_json() == whole.as_json()


def test_one_day_is_not_enough() -> None:
    estimate = of_drives(make_drive(0, 20.0))
    assert isinstance(estimate.resistance_ohm, NotDetermined)
    assert estimate.as_json()["value_mohm"] is None
    assert "2 are needed" in str(estimate.as_json()["reason"])
    assert estimate.evidence == ()


@pytest.mark.parametrize("missing", ["current_ma", "pack_voltage_mv", "probe_temperature_dc"])
def test_without_a_signal_there_is_a_reason(missing: str) -> None:
    drives = []
    for day in range(3):
        drive = make_drive(day, 20.0)
        kept = {name: values for name, values in drive.columns.items() if name != missing}
        drives.append(make_batch(drive.sampled_at_ms, kept))
    assert isinstance(of_drives(*drives).resistance_ohm, NotDetermined)


def test_cells_stand_in_for_a_pack_voltage_that_is_missing() -> None:
    drives = []
    for day in range(3):
        drive = make_drive(day, 25.0)
        columns = dict(drive.columns)
        pack_mv = columns.pop("pack_voltage_mv")
        columns["cell_voltage_mean_uv"] = np.round(pack_mv * 1_000 / 96).astype(np.int64)
        drives.append(make_batch(drive.sampled_at_ms, columns))
    assert found(of_drives(*drives)).value == pytest.approx(TRUTH_OHM, rel=0.06)


def test_a_charge_shows_no_steps() -> None:
    drives = []
    for day in range(3):
        drive = make_drive(day, 25.0)
        charge_ma = -np.abs(drive.columns["current_ma"]) - 1
        drives.append(make_batch(drive.sampled_at_ms, {**drive.columns, "current_ma": charge_ma}))
    assert isinstance(of_drives(*drives).resistance_ohm, NotDetermined)


def test_an_empty_table_has_a_reason() -> None:
    assert isinstance(of_drives().resistance_ohm, NotDetermined)
