"""Values are checked against the form of their data point."""

import pytest

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.passport.data_points import data_point
from battery_passport.passport.errors import InvalidPointValue
from battery_passport.passport.values import check_value


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (10, 412.5),
        (26, 264),
        (26, [{"value": 264, "from_celsius": -20, "to_celsius": 45}]),
        (34, {"from_celsius": -30, "to_celsius": 60}),
        (35, {"years": 8}),
        (35, {"until": "2035-02-18"}),
        (39, 0.5),
        (39, {"charge": 0.5, "discharge": 1}),
        (13, []),
        (56, -3.5),
        (61, 101.7),
        (67, "re-used"),
    ],
)
def test_good_values_pass(number: int, value: JsonValue) -> None:
    check_value(data_point(number), value)


@pytest.mark.parametrize(
    ("number", "value", "words"),
    [
        (9, "2027", "a month"),
        (10, "412.5", "a number from 0.001"),
        (10, 0, "is 0, not a number"),
        (10, float("nan"), "is nan"),
        (24, 100.5, "is 100.5"),
        (34, {"from_celsius": 60, "to_celsius": -30}, "from_celsius is 60, above to_celsius -30"),
        (35, {}, "is not an object"),
        (42, [{"title": "T", "address": "http://insecure.example"}], "begins with https"),
        (42, [{"title": "T", "address": "https://x.example", "sha256": "00"}], "SHA-256"),
        (45, [{"name": "X", "cas": "abc"}], "a CAS number"),
        (67, "second-life", "one of original"),
    ],
)
def test_bad_values_are_refused_by_name(number: int, value: JsonValue, words: str) -> None:
    with pytest.raises(InvalidPointValue, match=words) as caught:
        check_value(data_point(number), value)
    assert f"Data point {number} ({data_point(number).name_en})" in str(caught.value)
