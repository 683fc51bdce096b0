"""Stated values: trees whose numbers are rounded in a fixed way, and their comparison with JSON.

In: exact values with their decimals; claims as parsed. Out: JSON; or where the two differ.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from battery_passport.foundation.strict_json import JsonValue

LAST_DIGITS = 1e-6
"""Another processor may give other last digits; beyond rounding a figure has this much room."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number that is stated with so many decimals."""

    value: float
    decimals: int

    @property
    def written(self) -> float:
        """The number as it is stated, never a negative zero."""
        return round(self.value, self.decimals) + 0.0


Stated: TypeAlias = (
    "Rounded | str | int | float | bool | Mapping[str, Stated] | Sequence[Stated] | None"
)


def written(stated: Stated) -> JsonValue:
    """Return the values as claims carry them."""
    if isinstance(stated, Rounded):
        return stated.written
    if isinstance(stated, Mapping):
        return {name: written(each) for name, each in stated.items()}
    if isinstance(stated, Sequence) and not isinstance(stated, str):
        return [written(each) for each in stated]
    return stated


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where claims say something else than the evidence gives."""

    name: str
    claimed: JsonValue
    found: JsonValue


def first_difference(claimed: JsonValue, stated: Stated, name: str) -> Difference | None:
    """Return where claims differ from exact values, None if nowhere."""
    if isinstance(stated, Rounded):
        return None if _agrees(claimed, stated) else Difference(name, claimed, stated.written)
    if isinstance(stated, Mapping):
        return _in_mapping(claimed, stated, name)
    if isinstance(stated, Sequence) and not isinstance(stated, str):
        return _in_sequence(claimed, stated, name)
    return None if _is_same(claimed, stated) else Difference(name, claimed, stated)


def _is_same(claimed: JsonValue, stated: JsonValue) -> bool:
    """Tell whether two plain values are the same; a whole number may be written either way."""
    numbers = [
        isinstance(each, int | float) and not isinstance(each, bool) for each in (claimed, stated)
    ]
    return claimed == stated and (all(numbers) or type(claimed) is type(stated))


def _agrees(claimed: JsonValue, stated: Rounded) -> bool:
    if isinstance(claimed, bool) or not isinstance(claimed, int | float):
        return False
    if not math.isfinite(claimed) or round(claimed, stated.decimals) != claimed:
        return False
    return abs(claimed - stated.value) <= 0.5 * 10.0**-stated.decimals + LAST_DIGITS


def _in_mapping(claimed: JsonValue, stated: Mapping[str, Stated], name: str) -> Difference | None:
    if not isinstance(claimed, Mapping) or claimed.keys() != stated.keys():
        return Difference(name, claimed, written(stated))
    found = (first_difference(claimed[key], each, f"{name}.{key}") for key, each in stated.items())
    return next((each for each in found if each is not None), None)


def _in_sequence(claimed: JsonValue, stated: Sequence[Stated], name: str) -> Difference | None:
    if isinstance(claimed, str) or not isinstance(claimed, Sequence):
        return Difference(name, claimed, written(stated))
    if len(claimed) != len(stated):
        return Difference(name, claimed, written(stated))
    pairs = enumerate(zip(claimed, stated, strict=True))
    found = (first_difference(one, other, f"{name}[{place}]") for place, (one, other) in pairs)
    return next((each for each in found if each is not None), None)
