"""Members of a diagnosis and of points as they are kept: JSON read with care.

In: parsed JSON. Out: objects, numbers, points and moments, None or empty where there are none.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def part(document: JsonValue, *names: str) -> JsonObject:
    """Return an object within an object, an empty one where it is absent."""
    found = document
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def parts(value: JsonValue) -> Iterator[JsonObject]:
    """Yield the objects of a list."""
    if isinstance(value, list | tuple):
        yield from (dict(each) for each in value if isinstance(each, Mapping))


def number(value: JsonValue) -> float | None:
    """Return a number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def numbers(value: JsonValue) -> list[float | None]:
    """Return the members of a list, None for those that are no numbers."""
    return [number(each) for each in value] if isinstance(value, list | tuple) else []


def points(value: JsonValue) -> list[tuple[float, float]]:
    """Return pairs of numbers."""
    listed = value if isinstance(value, list | tuple) else []
    pairs = (numbers(each) for each in listed)
    return [
        (x, y)
        for x, y in (pair for pair in pairs if len(pair) == len(("x", "y")))
        if x is not None and y is not None
    ]


def moment(value: JsonValue) -> datetime | None:
    """Return a time, None where there is none."""
    return parse_utc(value) if isinstance(value, str) else None
