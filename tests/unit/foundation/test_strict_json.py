"""Strict JSON: one reading, one writing."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from battery_passport.foundation.strict_json import (
    MAX_DEPTH,
    JsonValue,
    MalformedJson,
    canonical_json,
    parse_json,
    parse_json_object,
)

# Beyond 2^53 a whole number written by one side is an unsafe integer to the other.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"b": {"a": 1, "a": 1}}',
        "NaN",
        "[Infinity]",
        "-Infinity",
        "{",
        "",
        b"\xff\xfe",
        '"\\u12"',
        "1 2",
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(text: str | bytes) -> None:
    with pytest.raises(MalformedJson):
        parse_json(text)


def test_deep_nesting_is_refused_without_exhausting_the_stack() -> None:
    with pytest.raises(MalformedJson, match="nested deeper"):
        parse_json("[" * 100_000 + "]" * 100_000)
    with pytest.raises(MalformedJson):
        parse_json('"' + '\\"' * 100_000 + "[" * 100_000)
    with pytest.raises(MalformedJson, match="nested deeper"):
        parse_json("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


def test_brackets_in_strings_are_no_nesting() -> None:
    assert parse_json(json.dumps(["[{" * 500, '\\"[' * 100])) == ["[{" * 500, '\\"[' * 100]


def test_only_objects_are_objects() -> None:
    with pytest.raises(MalformedJson, match="not an object"):
        parse_json_object("[]")


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, {"a": -(2**60)}])
def test_numbers_without_a_canonical_form_are_refused(value: JsonValue) -> None:
    with pytest.raises(MalformedJson):
        canonical_json(value)


@given(JSON)
def test_canonical_bytes_do_not_depend_on_member_order_and_read_back(value: JsonValue) -> None:
    try:
        octets = canonical_json(value)
    except MalformedJson:  # half of a surrogate pair has no UTF-8 form
        return
    shuffled = json.loads(json.dumps(value, sort_keys=True))
    assert canonical_json(shuffled) == octets
    assert canonical_json(parse_json(octets)) == octets
