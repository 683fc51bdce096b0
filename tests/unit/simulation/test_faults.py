"""Every injected fault shows in the data from its time on, and nothing else ever differs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from battery_passport.assembly.simulated.fleet_files import FleetWish, device_samples
from battery_passport.device_agent.thinning import TELEMATICS
from battery_passport.foundation.clock import DAY_MS, unix_ms
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.devices import copies_of, sources_of
from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.fault_model import (
    YEARLY_SHARES,
    FaultKind,
    FaultPlan,
    usual_faults,
)
from battery_passport.simulation.faults.assigning import fault_of
from battery_passport.simulation.faults.wishes import wished_faults
from battery_passport.simulation.fleet import city
from battery_passport.simulation.model import Car
from battery_passport.simulation.runaway import runaway_of
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from battery_passport.telemetry.model import Samples
from tests.factories.simulation import joined_samples

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=45)
FIRST = day_of_date(BEGIN.date())
WISH = FleetWish(begins_at=BEGIN, ends_at=END, keep=TELEMATICS)
NUMBER = 2
"""A car of 84 cells that report in millivolts."""


def faulty(kind: FaultKind, *, seed: int = 11) -> Car:
    plan = FaultPlan(first_day=FIRST, last_day=FIRST + 45, chosen=((NUMBER, kind),))
    return city(seed, NUMBER + 1, faults=plan).cars[NUMBER]


def sound(car: Car) -> Car:
    return replace(car, faults=FaultPlan())


def heard(car: Car, *, copy: int = 0) -> Samples:
    parts = list(device_samples(car, WISH, copy=copy))
    names = set(parts[0].columns)
    return joined_samples([part for part in parts if set(part.columns) == names])


def begins_ms(car: Car) -> int:
    fault = fault_of(car)
    assert fault is not None
    runaway = runaway_of(car)
    return fault.begins_ms if runaway is None else runaway.silent_from_ms


def before(samples: Samples, moment_ms: int) -> Iterator[tuple[str, np.ndarray[tuple[int, ...]]]]:
    rows = samples.sampled_at_ms < moment_ms
    yield "sampled_at_ms", samples.sampled_at_ms[rows]
    for name, values in samples.columns.items():
        yield name, values[rows]


@pytest.mark.parametrize("kind", FaultKind)
def test_before_it_begins_nothing_differs_and_afterwards_something_does(kind: FaultKind) -> None:
    car = faulty(kind)
    bad, good = heard(car), heard(sound(car))
    moment_ms = begins_ms(car)
    assert unix_ms(BEGIN) < moment_ms < unix_ms(END)
    expected = dict(before(good, moment_ms))
    for name, values in before(bad, moment_ms):
        assert np.array_equal(values, expected[name]), name
    if kind is FaultKind.CLONED_IDENTITY:
        assert copies_of(car) == 2
        assert int(heard(car, copy=1).sampled_at_ms[0]) >= moment_ms
        return
    same = bad.sampled_at_ms.shape == good.sampled_at_ms.shape and all(
        np.array_equal(values, good.columns[name]) for name, values in bad.columns.items()
    )
    assert not same


def test_a_drifting_cell_falls_behind_alone_and_most_when_empty() -> None:
    car = faulty(FaultKind.DRIFTING_CELL)
    fault = fault_of(car)
    assert fault is not None
    samples = heard(car)
    cells = samples.columns["cell_voltage_mv"]
    deviation = cells - np.median(cells, axis=1, keepdims=True)
    late = samples.sampled_at_ms > (begins_ms(car) + unix_ms(END)) // 2
    resting = late & (np.abs(samples.columns["current_ma"]) < 2_000)
    soc = samples.columns["bms_soc_permyriad"]
    low, high = np.quantile(soc[resting], [0.25, 0.75])
    emptier = deviation[resting & (soc <= low)].mean(axis=0)
    fuller = deviation[resting & (soc >= high)].mean(axis=0)
    assert int(emptier.argmin()) == fault.cell
    assert emptier[fault.cell] < fuller[fault.cell] - 1
    assert np.partition(emptier, 1)[1] > emptier[fault.cell] + 5


def test_a_leaking_cell_loses_the_same_each_day() -> None:
    car = faulty(FaultKind.SELF_DISCHARGE)
    fault = fault_of(car)
    assert fault is not None
    assert fault.cell is not None
    samples = heard(car)
    cells = samples.columns["cell_voltage_mv"]
    deviation = cells[:, fault.cell] - np.median(cells, axis=1)
    days = (samples.sampled_at_ms - fault.begins_ms) / DAY_MS
    after, early = days > 0, days < 0
    slope, _ = np.polyfit(days[after], deviation[after], 1)
    assert slope < -0.3
    assert abs(np.polyfit(days[early], deviation[early], 1)[0]) < abs(slope) / 3


def test_insulation_falls_below_the_limit_and_the_bms_warns_late() -> None:
    car = faulty(FaultKind.ISOLATION_LOSS)
    samples = heard(car)
    at_ms, level = samples.sampled_at_ms, samples.columns["bms_warning_level"]
    ohm_per_v = 1e6 * samples.columns["insulation_kohm"] / samples.columns["pack_voltage_mv"]
    assert ohm_per_v[at_ms < begins_ms(car)].min() > 3_000
    assert ohm_per_v[-1] < 500
    assert level[at_ms < begins_ms(car)].max() == 0
    assert set(level.tolist()) >= {0, 2}
    assert ohm_per_v[level == 2].max() < 1_200


def test_a_reset_lifts_health_and_begins_the_counters_anew() -> None:
    car = faulty(FaultKind.BMS_RESET)
    samples = heard(car)
    soh, at_ms = samples.columns["bms_soh_permyriad"], samples.sampled_at_ms
    after = at_ms >= begins_ms(car) + DAY_MS
    assert soh[at_ms < begins_ms(car)].max() < 10_000
    assert set(soh[after].tolist()) == {10_000}
    for name in ("cumulative_charge_mah", "cumulative_discharge_mah"):
        steps = np.diff(samples.columns[name])
        assert (steps < 0).sum() == 1, name
        assert samples.columns[name][after].max() < samples.columns[name][0]


def test_counters_of_a_sound_car_only_grow_and_follow_the_current() -> None:
    car = sound(faulty(FaultKind.BMS_RESET))
    samples = heard(car)
    taken = samples.columns["cumulative_charge_mah"]
    given = samples.columns["cumulative_discharge_mah"]
    assert (np.diff(taken) >= 0).all()
    assert (np.diff(given) >= 0).all()
    moved = (taken[-1] - taken[0]) - (given[-1] - given[0])
    soc = samples.columns["bms_soc_permyriad"] / 1e4
    capacity_mah = 1_000 * car.model.rated_capacity_ah
    assert moved == pytest.approx((soc[-1] - soc[0]) * capacity_mah, abs=0.12 * capacity_mah)


def test_a_runaway_is_silent_for_hours_then_collapses_heats_and_ends_all() -> None:
    car = faulty(FaultKind.THERMAL_RUNAWAY)
    runaway = runaway_of(car)
    assert runaway is not None
    parts = list(device_samples(car, WISH))
    event, last_before = parts[-1], parts[-2]
    silence_h = (event.sampled_at_ms[0] - last_before.sampled_at_ms[-1]) / 3_600_000
    assert silence_h > 2.5
    assert event.sampled_at_ms[0] == runaway.begins_ms
    cells = event.columns["cell_voltage_mv"]
    assert cells[0].min() < 0.75 * np.median(cells[0])
    assert cells[-1].mean() < cells[0].mean() - 200
    assert event.columns["temperature_max_dc"][-1] > 600
    assert (np.diff(event.columns["temperature_max_dc"]) >= 0).all()
    assert event.columns["insulation_kohm"][-1] < 50
    assert set(event.columns["thermal_alarm"].tolist()) == {1}
    for name, values in event.columns.items():
        column = COLUMN_BY_NAME[name]
        assert column.low <= values.min() <= values.max() <= column.high, name
    assert all("thermal_alarm" not in part.columns for part in parts[:-1])


def test_a_moved_device_reports_another_pack_of_the_same_model() -> None:
    car = faulty(FaultKind.SWAPPED_DEVICE)
    own, other = sources_of(car)
    assert own.until_ms == other.from_ms == begins_ms(car)
    assert other.car.model is car.model
    assert other.car.serial != car.serial
    odometer = heard(car).columns["odometer_m"]
    assert (np.abs(np.diff(odometer)) > 500_000).sum() == 1


def test_strangers_have_no_faults_of_their_own() -> None:
    _own, other = sources_of(faulty(FaultKind.SWAPPED_DEVICE))
    assert fault_of(other.car) is None


def test_the_usual_shares_are_met_and_more_cars_change_nothing() -> None:
    plan = usual_faults(FIRST, FIRST + 365)
    cars = city(1, 2_500, faults=plan).cars
    kinds = [fault.kind for car in cars if (fault := fault_of(car)) is not None]
    for kind, share in YEARLY_SHARES:
        if kind is not FaultKind.BMS_RESET:  # young cars have none
            assert kinds.count(kind) == pytest.approx(2_500 * share, abs=4 + 0.4 * 2_500 * share)
    assert city(1, 40, faults=plan).cars == cars[:40]


def test_wishes_are_words_or_shares() -> None:
    assert wished_faults("none", first_day=1, last_day=2).shares[0][1] == 0
    plan = wished_faults("bms-reset=0.5, isolation-loss=0.1", first_day=1, last_day=9)
    assert dict(plan.shares) == {FaultKind.BMS_RESET: 0.5, FaultKind.ISOLATION_LOSS: 0.1}
    for wrong in ("", "fire=0.1", "bms-reset", "bms-reset=2", "bms-reset=0.6,isolation-loss=0.6"):
        with pytest.raises(InvalidCity):
            wished_faults(wrong, first_day=1, last_day=9)
