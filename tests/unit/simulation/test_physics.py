"""What the simulated packs do obeys charge balance, voltage limits and the order of time."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from battery_passport.registry.model import Chemistry
from battery_passport.simulation.activity import Activity, Kind
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.diary import diary_of
from battery_passport.simulation.model import Car, PackModel
from battery_passport.simulation.open_circuit import (
    LOWEST_SOC,
    STEPS_PER_SOC,
    open_circuit_table_v,
)
from battery_passport.simulation.pack_models import PACK_MODELS
from battery_passport.simulation.pack_state import pack_state
from battery_passport.simulation.recording import STEP_S, recorded
from battery_passport.telemetry.columns import COLUMN_BY_NAME
from tests.factories.simulation import make_city, make_windows

CARS = make_city().cars
LAST_DAY = day_of_date(date(2026, 11, 23))
_BY_MODEL = pytest.mark.parametrize("car", CARS, ids=lambda car: car.model.name)


def _activities(car: Car, days: int) -> list[Activity]:
    plans = diary_of(car).days(LAST_DAY - days, LAST_DAY)
    return [activity for plan in plans for activity in plan.activities]


@_BY_MODEL
def test_the_current_measured_moves_the_charge_it_should(car: Car) -> None:
    for activity in _activities(car, 10):
        current_a = recorded(car, activity).columns["current_ma"] / 1_000
        moved_ah = -current_a.sum() * STEP_S / 3_600
        expected_ah = (activity.soc_end - activity.soc_start) * pack_state(
            car, activity.day
        ).capacity_ah
        # Steps of 0.1 A and noise, over minutes to hours.
        assert moved_ah == pytest.approx(expected_ah, abs=0.03)


@_BY_MODEL
def test_energy_in_is_charge_times_voltage(car: Car) -> None:
    window = max(make_windows(car), key=lambda each: each.sampled_at_ms.shape[0])
    columns = window.columns
    pack_v = columns["pack_voltage_mv"] / 1_000
    cells_v = columns["cell_voltage_mv"].sum(axis=1) / 1_000
    step_v = car.model.cell_step_mv / 1_000
    assert np.abs(pack_v - cells_v).max() < 0.1 + step_v * car.model.cells_in_series / 2
    energy_wh = -(pack_v * columns["current_ma"] / 1_000).sum() * STEP_S / 3_600
    soc = columns["bms_soc_permyriad"]
    taken_wh = (soc[-1] - soc[0]) / 10_000 * car.model.rated_energy_wh
    assert 0.7 * taken_wh < energy_wh < 1.3 * taken_wh


@_BY_MODEL
def test_every_value_lies_within_its_limits(car: Car) -> None:
    low_v, high_v = car.model.cell_limits_v
    for activity in _activities(car, 12):
        samples = recorded(car, activity)
        for name, values in samples.columns.items():
            column = COLUMN_BY_NAME[name]
            assert column.low <= values.min() <= values.max() <= column.high, name
            assert values.shape[0] == samples.sampled_at_ms.shape[0]
        cells_v = samples.columns["cell_voltage_mv"] / 1_000
        # A sensor may read a few millivolts high, and rounds to its step.
        assert low_v < cells_v.min()
        assert cells_v.max() < high_v + 0.004 + car.model.cell_step_mv / 2_000


@_BY_MODEL
def test_columns_have_the_resolution_of_the_car(car: Car) -> None:
    columns = make_windows(car, days=6)[0].columns
    model = car.model
    assert columns["cell_voltage_mv"].shape[1] == model.cells_in_series
    assert columns["probe_temperature_dc"].shape[1] == model.probes
    assert not (columns["cell_voltage_mv"] % model.cell_step_mv).any()
    assert not (columns["bms_soc_permyriad"] % model.soc_step_permyriad).any()
    assert not (columns["odometer_m"] % model.odometer_step_m).any()
    assert not (columns["current_ma"] % 100).any()
    assert not (columns["probe_temperature_dc"] % 10).any()
    assert np.array_equal(
        columns["temperature_max_dc"], columns["probe_temperature_dc"].max(axis=1)
    )


def test_a_charge_begins_and_ends_with_minutes_of_rest() -> None:
    for window in make_windows(CARS[0]):
        current_a = window.columns["current_ma"] / 1_000
        assert (current_a[: 180 // STEP_S] > 0).all()
        assert (current_a[-300 // STEP_S :] > 0).all()
        assert current_a.min() < -5


def test_the_city_charges_slowly_and_fast_and_sometimes_to_the_full() -> None:
    charges = [
        activity
        for car in make_city(vehicles=30).cars
        for activity in _activities(car, 30)
        if activity.kind is not Kind.DRIVING
    ]
    kinds = {activity.kind for activity in charges}
    assert kinds == {Kind.SLOW_CHARGING, Kind.FAST_CHARGING}
    assert 6 * 30 < len(charges) < 40 * 30
    full = [activity for activity in charges if activity.soc_full > 0.94]
    assert 0.03 < len(full) / len(charges) < 0.4
    assert all(0.05 < each.soc_start < each.soc_full <= 0.99 for each in charges)


def test_a_car_does_one_thing_at_a_time() -> None:
    for car in make_city(vehicles=30).cars:
        end_ms = 0
        for activity in _activities(car, 12):
            assert activity.start_ms > end_ms
            lasts_s = activity.lasts_s or STEP_S * recorded(car, activity).sampled_at_ms.shape[0]
            end_ms = activity.start_ms + 1_000 * lasts_s


def test_state_of_charge_and_odometer_go_on_from_day_to_day() -> None:
    for car in CARS:
        plans = list(diary_of(car).days(LAST_DAY - 60, LAST_DAY))
        for plan, following in pairwise(plans):
            assert following.before == plan.after
            assert 0.04 < plan.after.soc < 0.98
            assert plan.after.odometer_m >= plan.before.odometer_m
        assert plans[-1].after.odometer_m > plans[0].before.odometer_m


def test_packs_are_colder_in_winter_than_in_summer() -> None:
    car = CARS[0]

    def mean_dc(first: date) -> float:
        day = day_of_date(first)
        plans = diary_of(car).days(day, day + 20)
        drives = [a for plan in plans for a in plan.activities if a.kind is Kind.DRIVING]
        return float(
            np.mean([recorded(car, a).columns["temperature_min_dc"].mean() for a in drives])
        )

    assert mean_dc(date(2027, 1, 10)) + 120 < mean_dc(date(2026, 8, 1))


@pytest.mark.parametrize("model", PACK_MODELS, ids=lambda model: model.name)
def test_open_circuit_voltage_rises_and_fits_the_chemistry(model: PackModel) -> None:
    electrodes = model.electrodes
    for lost in (0.0, 0.2):
        table = open_circuit_table_v(electrodes, lithium_lost_ratio=lost)
        assert (np.diff(table) >= 0).all()
        empty, half, full = (
            table[round((soc - LOWEST_SOC) * STEPS_PER_SOC)] for soc in (0.0, 0.5, 1.0)
        )
        if electrodes.chemistry is Chemistry.LFP:
            assert (empty < 3.0, 3.2 < half < 3.4, 3.4 < full < 3.65) == (True, True, True)
        else:
            assert (empty < 3.2, 3.5 < half < 3.75, 4.1 < full < 4.25) == (True, True, True)


def test_cells_differ_from_each_other_and_stay_in_character() -> None:
    columns = make_windows(CARS[0], days=20)
    deviations = [
        (
            w.columns["cell_voltage_mv"] - np.median(w.columns["cell_voltage_mv"], axis=1)[:, None]
        ).mean(axis=0)
        for w in columns
    ]
    spread_mv = np.std(deviations[0])
    assert 0.5 < spread_mv < 15
    assert np.corrcoef(deviations[0], deviations[-1])[0, 1] > 0.8
