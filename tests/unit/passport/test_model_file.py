"""Model files: the sample is read; everything doubtful is refused with its reason."""

import json
from datetime import date
from pathlib import Path

import pytest

from battery_passport.foundation.strict_json import JsonObject, JsonValue
from battery_passport.passport.errors import (
    InvalidModelFile,
    InvalidPointValue,
    PointFilledElsewhere,
    PointNotToBeFilled,
    UnknownDataPoint,
)
from battery_passport.passport.model_file import ModelFile, parse_model_file
from battery_passport.registry.model import BatteryCategory, Chemistry, Rating

TODAY = date(2026, 11, 23)
HEAD: JsonObject = {
    "format": "bp-model/v1",
    "name": "demo",
    "gtin": "09526170000202",
    "category": "ev",
    "manufacturer": {"slug": "demo-cells", "name": "Demo Cells"},
}


def parse(changes: JsonObject | None = None, *, on: date = TODAY) -> ModelFile:
    return parse_model_file(json.dumps({**HEAD, **(changes or {})}).encode(), on=on)


def test_the_sample_fills_every_point_of_a_model(repository: Path) -> None:
    octets = (repository / "docs/samples/model-demo-ncm.json").read_bytes()
    model = parse_model_file(octets, on=TODAY)
    assert model.name == "demo-ncm"
    assert model.category is BatteryCategory.ELECTRIC_VEHICLE
    assert model.rating == Rating(
        rated_capacity_ah=145.0, cells_in_series=96, chemistry=Chemistry.NMC
    )
    assert set(model.data_points) == (
        set(range(1, 51)) - {1, 2, 3, 6, 7, 9, 11, 12, 16, *range(17, 24), 25, 41, 44}
    )


def test_only_the_head_is_needed() -> None:
    model = parse()
    assert (model.rating, model.data_points) == (Rating(), {})
    assert parse({"gtin": "9526170000202"}).gtin == "09526170000202"


def test_modules_are_one_number_or_a_list() -> None:
    for given, layout in ((48, (48, 48)), ([60, 36], (60, 36))):
        rating: JsonObject = {"cells_in_series": 96, "cells_per_module": given}
        assert parse({"rating": rating}).rating.cells_per_module == layout


@pytest.mark.parametrize("number", [62, 63, 64, 65, 66])
def test_remaining_capacity_and_the_like_are_refused_for_electric_vehicles(number: int) -> None:
    with pytest.raises(PointNotToBeFilled, match=rf"Data point {number} .*point 61 \(SOCE\) alone"):
        parse({"data_points": {str(number): 100}})


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (16, "repeat points 12, 13 and 15"),
        (17, "not adopted"),
        (19, "18 August 2027"),
        (20, "Article 8"),
        (25, "repeat point 11"),
        (44, "on hold"),
    ],
)
def test_points_that_must_stay_empty_are_refused_with_the_reason(number: int, reason: str) -> None:
    with pytest.raises(PointNotToBeFilled, match=reason):
        parse({"data_points": {str(number): "x"}})


def test_due_diligence_may_be_given_from_its_day_on() -> None:
    report: JsonValue = [{"title": "Report", "address": "https://cells.example/report"}]
    model = parse({"data_points": {"19": report}}, on=date(2027, 8, 18))
    assert model.data_points == {19: report}


@pytest.mark.parametrize("number", [1, 2, 3, 6, 7, 11, 12, 51, 61, 67, 69])
def test_points_filled_elsewhere_are_refused(number: int) -> None:
    with pytest.raises(PointFilledElsewhere, match=f"Data point {number} "):
        parse({"data_points": {str(number): "x"}})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "bp-model/v2"}, "format is not one of bp-model/v1"),
        ({"name": ""}, "name is not text"),
        ({"name": "a/b"}, "name is not a name"),
        ({"gtin": "09526170000203"}, "gtin: GTIN 09526170000203 ends in check digit 3"),
        ({"gtin": "1234"}, "gtin is not a GTIN"),
        ({"category": "car"}, "category is not one of"),
        ({"manufacturer": "Demo"}, "manufacturer is not an object"),
        ({"manufacturer": {"slug": "Demo Cells", "name": "D"}}, "manufacturer.slug is not"),
        ({"rating": {"rated_capacity_ah": 0}}, "rating: A rated capacity of 0.0 Ah"),
        ({"rating": {"rated_capacity_ah": True}}, "rating.rated_capacity_ah is not a number"),
        ({"rating": {"cells_in_series": 1025}}, "rating.cells_in_series is 1025"),
        ({"rating": {"chemistry": "lead"}}, "rating: 'lead' is not a chemistry"),
        ({"rating": {"volts": 400}}, "rating.volts is not known here"),
        ({"rating": {"cells_in_series": 96, "cells_per_module": 7}}, "do not divide 96 cells"),
        ({"rating": {"cells_per_module": [1, "2"]}}, "rating.cells_per_module is not a whole"),
        ({"data_points": []}, "data_points is not an object"),
        ({"colour": "red"}, "colour is not known here"),
    ],
)
def test_a_faulty_head_is_refused_by_name(changes: JsonObject, words: str) -> None:
    with pytest.raises(InvalidModelFile, match=words):
        parse(changes)


def test_each_member_of_the_head_is_needed() -> None:
    for name in HEAD:
        rest = {member: value for member, value in HEAD.items() if member != name}
        with pytest.raises(InvalidModelFile, match=f"{name} is missing"):
            parse_model_file(json.dumps(rest).encode(), on=TODAY)


@pytest.mark.parametrize("name", ["0", "72", "010", "x", "-1", "١٠", "1.0"])
def test_names_that_number_no_point_are_refused(name: str) -> None:
    with pytest.raises(UnknownDataPoint):
        parse({"data_points": {name: 1}})


def test_a_faulty_value_is_refused() -> None:
    with pytest.raises(InvalidPointValue, match="Data point 10"):
        parse({"data_points": {"10": "heavy"}})


@pytest.mark.parametrize(
    "octets",
    [b"", b"[]", b"\xff", b'{"name": "a", "name": "b"}', b'{"a": NaN}', b" " * 1_048_577],
)
def test_what_is_no_clean_json_object_is_refused(octets: bytes) -> None:
    with pytest.raises(InvalidModelFile, match="model file"):
        parse_model_file(octets, on=TODAY)
