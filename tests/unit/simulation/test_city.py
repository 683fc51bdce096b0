"""A city's cars, models, districts and papers are plausible, made up and free of persons."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.lifecycle.event_types import event_type
from battery_passport.lifecycle.privacy import refuse_personal_data
from battery_passport.passport.model_file import parse_model_file
from battery_passport.registry.model import Chemistry
from battery_passport.simulation.charge_windows import charge_windows
from battery_passport.simulation.districts import CAR_SHARES, DISTRICTS
from battery_passport.simulation.errors import InvalidCity
from battery_passport.simulation.fleet import OPENS, city
from battery_passport.simulation.lifecycle_events import lifecycle_events
from battery_passport.simulation.model import PackModel
from battery_passport.simulation.model_definition import model_file_bytes
from battery_passport.simulation.pack_models import PACK_MODELS, SHARES
from tests.factories.simulation import PRESENT, make_city

# What must be there for an electric car's battery, and comes with its model.
_MANDATORY_OF_A_MODEL = {4, 10, 13, 14, 15, 24, 26, 27, 28, 29, 30, 31, 32, 33, 34, 36, 37, 38, 39}
_MANDATORY_PAPERS = {40, 42, 43, 45, 46, 47, 48, 49, 50}


@pytest.mark.parametrize("model", PACK_MODELS, ids=lambda model: model.name)
def test_model_files_are_accepted_and_complete(model: PackModel) -> None:
    parsed = parse_model_file(model_file_bytes(model), on=PRESENT.date())
    assert set(parsed.data_points) >= _MANDATORY_OF_A_MODEL | _MANDATORY_PAPERS
    assert parsed.rating.rated_capacity_ah is not None
    assert 84 <= (parsed.rating.cells_in_series or 0) <= 192


def test_there_are_several_models_of_two_chemistries() -> None:
    assert {model.chemistry for model in PACK_MODELS} == {Chemistry.NMC, Chemistry.LFP}
    assert len({model.gtin for model in PACK_MODELS}) == len(PACK_MODELS) == len(SHARES) >= 4
    assert {min(m.cells_in_series for m in PACK_MODELS)} == {84}
    assert {max(m.cells_in_series for m in PACK_MODELS)} == {192}


def test_cars_have_identifiers_of_their_own_in_sixteen_districts() -> None:
    cars = make_city(vehicles=400).cars
    identifiers = {str(BatteryIdentifier(gtin=c.model.gtin, serial=c.serial)) for c in cars}
    assert len(identifiers) == len(cars)
    assert {car.district for car in cars} == set(DISTRICTS)
    assert len(DISTRICTS) == len(CAR_SHARES) == 16
    assert all(car.manufactured_on < car.in_service_on < OPENS for car in cars)


def test_districts_are_those_of_the_map(shared: Path) -> None:
    file = shared / "vectors" / "maps" / "busan_districts_2018.geojson"
    drawn = {
        (p["code"], p["name"], p["name_eng"])
        for p in (each["properties"] for each in json.loads(file.read_text())["features"])
    }
    assert {(d.code, d.name_ko, d.name_en) for d in DISTRICTS} == drawn


def test_events_are_of_known_types_and_name_no_person() -> None:
    seen: set[str] = set()
    for car in make_city(vehicles=30).cars:
        events = lifecycle_events(car, PRESENT)
        assert [e.event_type for e in events[:3]] == [
            "manufactured",
            "placed_on_market",
            "installed",
        ]
        for event in events:
            assert event_type(event.event_type).shape.fault(event.payload) is None
            refuse_personal_data(event.payload)
            assert event.occurred_at < PRESENT
            seen.add(event.event_type)
    assert seen >= {"inspected", "repaired", "accident", "soce_reported", "use_reported"}


@pytest.mark.parametrize("seed", range(5))
def test_in_every_city_of_thirty_a_car_was_hit_and_one_repaired(seed: int) -> None:
    cars = make_city(seed=seed, vehicles=30).cars
    types = [e.event_type for car in cars for e in lifecycle_events(car, PRESENT)]
    assert 1 <= types.count("accident") <= 2
    assert 3 <= types.count("repaired") <= 4


def test_events_of_a_city_that_lives_on_follow_those_of_its_past() -> None:
    car = make_city().cars[0]
    later = PRESENT + timedelta(days=60)
    past, present = lifecycle_events(car, PRESENT), lifecycle_events(car, later, since=PRESENT)
    assert present
    assert past + present == lifecycle_events(car, later)


@pytest.mark.parametrize(("seed", "vehicles"), [(-1, 5), (1, 0), (1, 100_001)])
def test_impossible_cities_are_refused(seed: int, vehicles: int) -> None:
    with pytest.raises(InvalidCity, match="cannot be made"):
        city(seed, vehicles)


def test_a_city_cannot_open_before_its_cars_were_made() -> None:
    with pytest.raises(InvalidCity, match="cannot open"):
        city(1, 5, opens=date(2019, 1, 1))


def test_times_without_a_zone_are_refused() -> None:
    car = make_city().cars[0]
    naive = PRESENT.replace(tzinfo=None)
    with pytest.raises(InvalidCity, match="has no zone"):
        list(charge_windows(car, naive, PRESENT))


def test_before_the_city_opens_there_is_nothing() -> None:
    car = make_city().cars[0]
    end = datetime(2026, 5, 1, tzinfo=UTC)
    assert list(charge_windows(car, end - timedelta(days=30), end)) == []
