"""A declared value has the form of its data point, and is of one that may be said."""

from datetime import date

import pytest

from battery_passport.foundation.strict_json import JsonObject
from battery_passport.passport.declaring import (
    check_declared,
    declaration_payload,
    may_be_declared,
)
from battery_passport.passport.errors import (
    InvalidPointValue,
    PointFilledElsewhere,
    PointNotToBeFilled,
    UnknownDataPoint,
)
from battery_passport.passport.obligations import Circumstances, Obligation, assess
from battery_passport.passport.rule_sets import DEFAULT_RULE_SET, rule_set
from battery_passport.registry.model import BatteryCategory


def duty(number: int) -> Obligation:
    circumstances = Circumstances(
        category=BatteryCategory.ELECTRIC_VEHICLE,
        rules=rule_set(DEFAULT_RULE_SET),
        on=date(2027, 3, 1),
    )
    return assess(number, circumstances, filled=False)


def test_a_value_in_its_form_becomes_an_event() -> None:
    assert declaration_payload(duty(57), 93.5, method="cycle-test") == {
        "data_point": 57,
        "value": 93.5,
        "method": "cycle-test",
    }


@pytest.mark.parametrize("value", [None, "93", 120, [], {}])
def test_another_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidPointValue):
        declaration_payload(duty(57), value)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [16, 17, 62])
def test_what_is_pending_or_never_filled_is_refused(number: int) -> None:
    assert not may_be_declared(duty(number))
    with pytest.raises(PointNotToBeFilled):
        declaration_payload(duty(number), "x")


@pytest.mark.parametrize("number", [1, 2, 6, 7, 67])
def test_what_follows_from_elsewhere_is_refused(number: int) -> None:
    assert not may_be_declared(duty(number))
    with pytest.raises(PointFilledElsewhere):
        declaration_payload(duty(number), "x")


@pytest.mark.parametrize(
    ("payload", "refusal"),
    [
        ({"data_point": 57, "value": 120}, InvalidPointValue),
        ({"data_point": 67, "value": "original"}, PointFilledElsewhere),
        ({"data_point": "57", "value": 90}, UnknownDataPoint),
        ({"value": 90}, UnknownDataPoint),
    ],
)
def test_a_payload_from_elsewhere_is_checked_too(
    payload: JsonObject, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        check_declared(payload)
