"""What a version says, where it says it, and what it must never say."""

from datetime import timedelta

import pytest

from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    canonical_json,
    parse_json_object,
)
from battery_passport.passport.building import PassportContent
from battery_passport.registry.model import BatteryCategory, Chemistry, Rating
from tests.factories.lifecycle import make_history, on_day
from tests.factories.passport import (
    ISSUER,
    make_content,
    make_subject,
    make_terms,
    make_unmodelled_subject,
)
from tests.factories.registry import make_battery, make_model

LIFE: list[tuple[str, JsonObject, float]] = [
    ("manufactured", {"manufactured_in": "2027-02", "place": "Busan"}, 0),
    ("placed_on_market", {"rated_capacity_ah": 145.2}, 1),
    ("soce_reported", {"soce_percent": 99.0}, 10),
    ("accident", {"kind": "flood", "severity": "major"}, 20),
]
URI = "https://passport.example/01/09526170000202/21/PACK0001"


def subject_of(content: PassportContent) -> dict[str, JsonValue]:
    subject = content.public["credentialSubject"]
    assert isinstance(subject, dict)
    return subject


def points_of(section: JsonValue) -> dict[int, JsonObject]:
    assert isinstance(section, dict)
    points = section["dataPoints"]
    assert isinstance(points, dict)
    return {int(n): value for n, value in points.items() if isinstance(value, dict)}


def missing_in(section: JsonValue) -> set[JsonValue]:
    assert isinstance(section, dict)
    missing = section["missing"]
    assert isinstance(missing, list)
    return {entry["number"] for entry in missing if isinstance(entry, dict)}


def test_the_public_part_is_a_vcdm_credential_of_the_battery() -> None:
    content = make_content(make_history(LIFE), terms=make_terms(version=3))
    public = content.public
    assert public["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        {"@vocab": "urn:battery-passport:v1:"},
    ]
    assert public["type"] == ["VerifiableCredential", "BatteryPassport"]
    assert public["bp"] == "bp-passport/v1"
    assert public["issuer"] == ISSUER
    assert public["id"] == f"{URI}?version=3"
    assert public["validFrom"] == "2027-03-31T00:00:00.000Z"
    subject = subject_of(content)
    assert (subject["id"], subject["passportVersion"]) == (URI, 3)
    assert (subject["ruleSet"], subject["rulesOfCategory"]) == ("ec-2.0", "ev")


def test_each_value_stands_in_the_section_of_its_point() -> None:
    content = make_content(make_history(LIFE))
    assert set(points_of(subject_of(content))) == {1, 2, 3, 6, 7, 8, 9, 10, 11, 12}
    assert list(content.sections) == ["annexXIII2", "annexXIII3", "annexXIII4"]
    assert set(points_of(content.sections["annexXIII2"])) == set()
    assert set(points_of(content.sections["annexXIII3"])) == {50}
    assert set(points_of(content.sections["annexXIII4"])) == {51, 61, 67, 69}


def test_values_carry_unit_level_point_source_and_date() -> None:
    history = make_history(LIFE)
    content = make_content(history)
    assert points_of(subject_of(content))[10] == {
        "key": "batteryMass",
        "value": 412.5,
        "unit": "kg",
        "level": "model",
        "annexPoint": "1.a",
        "lifecycle": "static",
        "source": "model",
        "asOf": "2026-11-01T09:00:00.000Z",
    }
    assert points_of(content.sections["annexXIII4"])[61] == {
        "key": "stateOfCertifiedEnergy",
        "value": 99.0,
        "unit": "%",
        "level": "item",
        "annexPoint": "4.b",
        "lifecycle": "dynamic",
        "source": f"event:{history[2].event_id}",
        "asOf": "2027-03-11T00:00:00.000Z",
        "method": "soce_onboard",
    }


def test_registration_fills_identity_and_rating() -> None:
    points = points_of(subject_of(make_content()))
    assert points[1]["value"] == URI
    assert points[2]["value"] == {"name": "Pilot Operator", "identifier": "pilot-operator"}
    assert points[3]["value"] == "Demo Cells"
    assert points[7]["value"] == {
        "gtin": "09526170000202",
        "serial": "PACK0001",
        "model": "demo-ncm",
    }
    assert (points[11]["value"], points[12]["value"]) == (145.0, "NMC")


def test_the_batterys_own_rating_goes_before_its_models() -> None:
    battery = make_battery(rating=Rating(rated_capacity_ah=140.0))
    points = points_of(subject_of(make_content(subject=make_subject(battery=battery))))
    assert (points[11]["value"], points[12]["value"]) == (140.0, "NMC")


def test_what_an_event_says_goes_before_the_model_record() -> None:
    subject = make_subject(model=make_model(data_points={8: "Plant of the model"}))
    assert points_of(subject_of(make_content(subject=subject)))[8]["value"] == "Plant of the model"
    content = make_content(make_history(LIFE), subject=subject)
    assert points_of(subject_of(content))[8]["value"] == "Busan"


def test_missing_points_are_told_in_their_own_section_with_who_owes_them() -> None:
    content = make_content(make_history(LIFE))
    public_missing = missing_in(subject_of(content))
    assert {4, 13, 24, 42} <= public_missing
    assert not public_missing & {5, 16, 17, 35, 41, 44, *range(45, 72)}
    assert missing_in(content.sections["annexXIII2"]) == {45, 46, 47, 48, 49}
    assert missing_in(content.sections["annexXIII3"]) == set()
    assert missing_in(content.sections["annexXIII4"]) == {52, 53, 54, 55, 56, 59, 60}
    missing = subject_of(content)["missing"]
    assert isinstance(missing, list)
    assert missing[0] == {
        "number": 4,
        "key": "manufacturerAddress",
        "state": "missing",
        "owedBy": "responsible-economic-operator",
        "suppliedBy": "manufacturer",
        "dueOn": "2027-03-02",
    }
    assert len(content.missing) == 47 - len(content.values) + 1  # 69, conditional, is filled


def test_closed_parts_never_stand_in_the_open_part() -> None:
    content = make_content(make_history(LIFE))
    text = canonical_json(content.public).decode()
    battery = make_battery()
    for hidden in (
        "flood",
        '"original"',
        "stateOfCertifiedEnergy",
        "batteryStatus",
        str(battery.battery_id),
        battery.log_key.hex(),
        battery.battery_ref.hex(),
    ):
        assert hidden not in text


def test_points_that_must_not_be_filled_never_show() -> None:
    model = make_model(data_points={16: "sum", 17: "12", 20: 5.0, 62: 140.0})
    content = make_content(subject=make_subject(model=model))
    assert not {16, 17, 20, 62} & set(content.values)
    light = make_model(category=BatteryCategory.LIGHT_MEANS_OF_TRANSPORT, data_points={62: 140.0})
    history = make_history([("soce_reported", {"soce_percent": 99}, 1)])
    content = make_content(history, subject=make_subject(model=light))
    assert 62 in content.values
    assert 61 not in content.values


def test_only_the_car_fills_the_state_of_certified_energy() -> None:
    inspected: JsonObject = {
        "kind": "periodic",
        "result": "passed",
        "bms_state_of_health_percent": 88,
    }
    assert 61 not in make_content(make_history([("inspected", inspected, 1)])).values


def test_a_battery_without_a_model_names_no_category() -> None:
    content = make_content(subject=make_unmodelled_subject())
    assert set(content.values) == {1, 2, 7}
    assert {3, 6, 11, 12} <= missing_in(subject_of(content))
    assert subject_of(content)["rulesOfCategory"] == "ev"
    rated = make_unmodelled_subject().battery
    assert rated.rating == Rating()


def test_the_same_inputs_give_the_same_bytes_in_any_order_of_events() -> None:
    history = make_history(LIFE)
    first, second = make_content(history), make_content(reversed(history))
    assert canonical_json(first.public) == canonical_json(second.public)
    assert canonical_json(dict(first.sections)) == canonical_json(dict(second.sections))
    assert parse_json_object(canonical_json(first.public)) == first.public


def test_a_version_knows_nothing_that_happened_after_it() -> None:
    history = make_history(LIFE)
    early = make_content(history, terms=make_terms(as_of=on_day(10) - timedelta(seconds=1)))
    assert 61 not in early.values
    assert early.state.events_folded == 2


def test_health_above_what_was_certified_is_shown_as_it_is() -> None:
    content = make_content(make_history([("soce_reported", {"soce_percent": 101.7}, 1)]))
    assert content.values[61].value == 101.7


@pytest.mark.parametrize("chemistry", Chemistry)
def test_every_chemistry_can_be_written(chemistry: Chemistry) -> None:
    battery = make_battery(rating=Rating(chemistry=chemistry))
    assert make_content(subject=make_subject(battery=battery)).values[12].value == chemistry.value
