"""The truth is known, ages one way only, and lies in nothing that the platform receives."""

import json
from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest

from battery_passport.foundation.strict_json import canonical_json
from battery_passport.simulation.ageing import life_until
from battery_passport.simulation.calendar import day_of_date
from battery_passport.simulation.measurement import stated_soh_permyriad
from battery_passport.simulation.model import Car, City
from battery_passport.simulation.truth import truth_document, truth_on
from tests.factories.simulation import PRESENT, make_city, make_windows

TODAY = PRESENT.date()
PUBLIC_COLUMNS = {
    "bms_soc_permyriad",
    "bms_soh_permyriad",
    "bms_warning_level",
    "cell_voltage_mv",
    "cumulative_charge_mah",
    "cumulative_discharge_mah",
    "current_ma",
    "insulation_kohm",
    "odometer_m",
    "pack_voltage_mv",
    "probe_temperature_dc",
    "speed_mm_s",
    "temperature_max_dc",
    "temperature_min_dc",
    "vehicle_state",
}


def test_capacity_only_falls_and_resistance_only_rises() -> None:
    for car in make_city(vehicles=30).cars:
        life = life_until(car, day_of_date(TODAY) + 365)
        assert (np.diff(life.capacity_ratio) < 0).all()
        assert (np.diff(life.resistance_ratio) > 0).all()
        assert (np.diff(life.full_cycles) >= 0).all()


def test_the_future_does_not_alter_the_past() -> None:
    car = make_city().cars[0]
    near = life_until(car, day_of_date(TODAY))
    far = life_until(car, day_of_date(TODAY) + 3_000)
    known = near.capacity_ratio.shape[0]
    assert far.capacity_ratio.shape[0] > known
    assert np.array_equal(far.capacity_ratio[:known], near.capacity_ratio)


def test_the_city_holds_young_and_old_batteries() -> None:
    health = [truth_on(car, TODAY).health_ratio for car in make_city(vehicles=30).cars]
    assert 0.70 < min(health) < 0.88
    assert 0.97 < max(health) < 1.05
    assert 0.88 < float(np.median(health)) < 0.97


def test_batteries_lose_about_two_percent_a_year() -> None:
    paces = []
    for car in make_city(vehicles=30).cars:
        years = (TODAY - car.in_service_on).days / 365.25
        if years > 2:
            life = life_until(car, day_of_date(TODAY))
            place = day_of_date(TODAY) - life.first_day
            paces.append(float(1 - life.capacity_ratio[place] / life.capacity_ratio[0]) / years)
    assert 0.010 < float(np.mean(paces)) < 0.032


def test_samples_hold_what_a_car_reports_and_no_more() -> None:
    for car in make_city().cars:
        for window in make_windows(car, days=5):
            assert set(window.columns) == PUBLIC_COLUMNS
            assert all(values.dtype == np.int64 for values in window.columns.values())


def test_what_the_car_believes_is_not_the_truth() -> None:
    cars = make_city(vehicles=30).cars
    stated = [stated_soh_permyriad(car, day_of_date(TODAY)) / 1e4 for car in cars]
    errors = np.array(stated) - [truth_on(car, TODAY).health_ratio for car in cars]
    assert np.abs(errors).max() > 0.02
    assert np.std(errors) > 0.008


def test_charge_over_stated_charge_misses_the_true_capacity() -> None:
    """Dividing by the BMS's own state of charge is precise and wrong, as with real cars."""
    errors = []
    for car in make_city(vehicles=12).cars:
        truth_ah = truth_on(car, TODAY).capacity_ah
        for window in make_windows(car, days=20):
            soc = window.columns["bms_soc_permyriad"] / 1e4
            if soc[-1] - soc[0] > 0.25:
                moved_ah = -window.columns["current_ma"].sum() / 1_000 * 10 / 3_600
                errors.append(moved_ah / (soc[-1] - soc[0]) / truth_ah - 1)
    assert len(errors) > 20
    assert 0.01 < float(np.std(errors)) < 0.12


def test_cars_and_cities_carry_no_truth() -> None:
    assert {field.name for field in fields(City)} == {"seed", "opens", "models", "cars"}
    assert {field.name for field in fields(Car)} == {
        "district",
        "faults",
        "in_service_on",
        "manufactured_on",
        "model",
        "number",
        "opens",
        "seed",
        "serial",
    }


def test_the_truth_file_tells_each_battery_on_each_day() -> None:
    city = make_city()
    days = [TODAY - timedelta(days=90), TODAY]
    document = json.loads(canonical_json(truth_document(city, reversed(days))))
    assert document["format"] == "bp-simulation-truth/v1"
    assert set(document["batteries"]) == {car.serial for car in city.cars}
    for car in city.cars:
        told = document["batteries"][car.serial]["days"]
        assert [entry["day"] for entry in told] == [day.isoformat() for day in days]
        assert told[0]["capacity_ah"] > told[1]["capacity_ah"]
        assert told[1]["capacity_ah"] == pytest.approx(truth_on(car, TODAY).capacity_ah)


def test_before_its_first_day_the_truth_is_that_of_a_new_battery() -> None:
    car = make_city().cars[0]
    assert truth_on(car, date(2015, 5, 1)).day == car.in_service_on
