"""Reading a signed payload back shows point 1 of Annex XIII and nothing else."""

import json
from pathlib import Path

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.passport.data_points import DATA_POINTS
from battery_passport.passport.rule_sets import REASONS
from battery_passport.web.payload import read_open_points, read_values
from battery_passport.web.views import Duty
from tests.factories.passport import make_content, make_subject, make_unmodelled_subject
from tests.factories.registry import make_model

OPERATOR = "Pilot Operator"
CLOSED_POINT = {
    "key": "stateOfCertifiedEnergy",
    "value": 91,
    "unit": "%",
    "level": "item",
    "annexPoint": "1.a",
    "lifecycle": "dynamic",
    "source": "event:1",
    "asOf": "2026-11-23T07:30:00.000Z",
}


def _payload(repository: Path) -> JsonObject:
    sample = json.loads((repository / "docs/samples/model-demo-ncm.json").read_text("utf-8"))
    points = {int(number): value for number, value in sample["data_points"].items()}
    return make_content(subject=make_subject(model=make_model(data_points=points))).public


def test_all_public_values_are_read_with_source_and_date(repository: Path) -> None:
    values = {value.number: value for value in read_values(_payload(repository))}
    assert {1, 2, 3, 4, 6, 7, 10, 11, 12, 26, 38, 43} <= set(values)
    assert all(DATA_POINTS[number].section == 1 for number in values)
    assert values[10].value == 412.5
    assert values[10].unit == "kg"
    assert values[10].source == "model"


def test_what_is_not_public_is_left_out_even_if_a_payload_holds_it(repository: Path) -> None:
    payload = _payload(repository)
    subject = payload["credentialSubject"]
    assert isinstance(subject, dict)
    points = subject["dataPoints"]
    assert isinstance(points, dict)
    points["61"] = CLOSED_POINT
    points["999"] = CLOSED_POINT
    assert {61, 999} & {value.number for value in read_values(payload)} == set()


def test_missing_points_are_owed_by_the_operator_and_pending_ones_by_nobody() -> None:
    payload = make_content(subject=make_unmodelled_subject()).public
    points = {p.number: p for p in read_open_points(payload, operator_name=OPERATOR)}
    assert points[10].duty is Duty.MISSING
    assert points[10].owed_by == OPERATOR
    assert points[17].duty is Duty.PENDING
    assert points[17].owed_by == ""
    assert points[17].reason in REASONS
    assert {5, 16, 25, 35, 41, 61} & set(points) == set()


def test_what_is_owed_is_what_the_signed_payload_says_is_missing(repository: Path) -> None:
    payload = _payload(repository)
    subject = payload["credentialSubject"]
    assert isinstance(subject, dict)
    signed = subject["missing"]
    assert isinstance(signed, list)
    owed = {
        (point.number, None if point.due is None else point.due.isoformat())
        for point in read_open_points(payload, operator_name=OPERATOR)
        if point.duty is Duty.MISSING
    }
    assert owed == {(entry["number"], entry["dueOn"]) for entry in signed}
