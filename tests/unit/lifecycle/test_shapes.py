"""What shapes accept, refuse and read."""

import pytest

from battery_passport.foundation.strict_json import JsonValue
from battery_passport.lifecycle.scalar_shapes import (
    Choice,
    Day,
    Flag,
    Moment,
    Month,
    Number,
    Shape,
    Text,
    Whole,
)
from battery_passport.lifecycle.shapes import Either, ListOf, Record

PERCENT = Number(0, 100, "%")
SPAN = Record({"low": PERCENT, "high": PERCENT}, ordered=("low", "high"))


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Text(5), "abcde"),
        (Text(5, r"[a-c]+"), "abc"),
        (PERCENT, 0),
        (PERCENT, 99.5),
        (Whole(1, 3), 3),
        (Choice(("a", "b")), "b"),
        (Flag(), False),
        (Day(), "2028-02-29"),
        (Month(), "2026-12"),
        (Moment(), "2026-11-23T07:30:00+09:00"),
        (ListOf(PERCENT, most=2), [1, 2]),
        (ListOf(PERCENT, least=0), []),
        (SPAN, {"low": 3, "high": 3}),
        (Record(optional={"a": Flag()}), {}),
        (Either(PERCENT, Day()), "2026-11-23"),
    ],
)
def test_accepts(shape: Shape, value: JsonValue) -> None:
    assert shape.fault(value) is None


@pytest.mark.parametrize(
    ("shape", "value", "words"),
    [
        (Text(5), "abcdef", "text of 1 to 5"),
        (Text(5), "  ", "text of 1 to 5"),
        (Text(5), 3, "text of 1 to 5"),
        (Text(9), "a\x00b", "control character"),
        (Text(5, r"[a-c]+", "a to c"), "abd", "is not a to c"),
        (PERCENT, True, "a number from 0 to 100 %"),
        (PERCENT, "3", "a number from 0 to 100 %"),
        (PERCENT, 100.1, "is 100.1, not"),
        (PERCENT, float("nan"), "is nan, not"),
        (Number(0, float("inf")), float("inf"), "is inf, not"),
        (Whole(), 1.0, "a whole number from 0"),
        (Whole(), True, "a whole number from 0"),
        (Whole(1, 3), 4, "is 4, not"),
        (Choice(("a", "b")), "c", "one of a, b"),
        (Flag(), "true", "true or false"),
        (Day(), "2027-02-29", "a day"),
        (Day(), "20270228", "a day"),
        (Month(), "2026-13", "a month"),
        (Moment(), "2026-11-23T07:30:00", "a time"),
        (Moment(), "2026-11-23", "a time"),
        (ListOf(PERCENT, most=1), [1, 2], "a list of 1 to 1"),
        (ListOf(PERCENT), [], "a list of 1"),
        (ListOf(PERCENT), "12", "a list of 1"),
        (ListOf(PERCENT), [1, 200], "[1] is 200"),
        (SPAN, {"low": 4, "high": 3}, "low is 4, above high 3"),
        (SPAN, {"low": 4}, "high is missing"),
        (SPAN, {"low": 4, "high": 5, "mid": 4}, "mid is not known here; known are low, high"),
        (SPAN, [1], "an object {low"),
        (Record({"a": Record({"b": Flag()})}), {"a": {"b": 1}}, "a.b is not true or false"),
        (Record({"a": ListOf(PERCENT)}), {"a": [101]}, "a[0] is 101"),
        (Either(PERCENT, Day()), "x", "a number from 0 to 100 %, or a day"),
    ],
)
def test_refuses_and_says_where(shape: Shape, value: JsonValue, words: str) -> None:
    found = shape.fault(value)
    assert found is not None
    assert words in found


@pytest.mark.parametrize(
    ("shape", "text", "value"),
    [
        (Text(), "12", "12"),
        (PERCENT, "80.5", 80.5),
        (PERCENT, "80", 80),
        (PERCENT, "much", "much"),
        (Whole(), "12", 12),
        (Whole(), "1.5", "1.5"),
        (Flag(), "true", True),
        (Flag(), "yes", "yes"),
        (ListOf(Text()), "a, b", ["a", "b"]),
        (ListOf(PERCENT), "[1, 2]", [1, 2]),
        (SPAN, '{"low": 1, "high": 2}', {"low": 1, "high": 2}),
        (Either(PERCENT, Day()), "2026-11-23", "2026-11-23"),
        (Either(PERCENT, Day()), "7", 7),
    ],
)
def test_reads_text_of_a_command_line(shape: Shape, text: str, value: JsonValue) -> None:
    assert shape.read(text) == value


def test_pairs_with_unknown_names_stay_text_so_that_the_check_names_them() -> None:
    members = SPAN.read_pairs({"low": "1", "middle": "2"})
    assert members == {"low": 1, "middle": "2"}
