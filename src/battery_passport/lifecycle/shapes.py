"""Shapes of lists and objects; with the scalar shapes, a table language for JSON values.

In: a JSON value, or text from a command line. Out: the first fault as a phrase, or the value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from battery_passport.foundation.strict_json import (
    JsonObject,
    JsonValue,
    MalformedJson,
    parse_json,
)
from battery_passport.lifecycle.scalar_shapes import Shape


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one shape."""

    item: Shape
    least: int = 1
    most: int = 1_000

    def fault(self, value: JsonValue) -> str | None:
        if not isinstance(value, list | tuple) or not self.least <= len(value) <= self.most:
            return f"is not a list of {self.least} to {self.most}"
        for place, element in enumerate(value):
            if found := self.item.fault(element):
                return joined(f"[{place}]", found)
        return None

    def describe(self) -> str:
        return f"a list of {self.least} to {self.most}, each {self.item.describe()}"

    def read(self, text: str) -> JsonValue:
        if text.startswith("["):
            return parse_json(text)
        return [self.item.read(part.strip()) for part in text.split(",")]


@dataclass(frozen=True, slots=True)
class Record:
    """An object with named members and no others.

    `ordered` names two members of which, where both are there, the first is not above the second.
    """

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    ordered: tuple[str, str] | None = None

    def fault(self, value: JsonValue) -> str | None:
        if not isinstance(value, Mapping):
            return f"is not {self.describe()}"
        for name in self.required:
            if name not in value:
                return joined(name, "is missing")
        known = {**self.required, **self.optional}
        for name, member in value.items():
            if name not in known:
                return joined(name, f"is not known here; known are {', '.join(known) or 'none'}")
            if found := known[name].fault(member):
                return joined(name, found)
        return self._disorder(value)

    def _disorder(self, value: Mapping[str, JsonValue]) -> str | None:
        low, high = (value.get(name) for name in self.ordered or ("", ""))
        words = isinstance(low, str) and isinstance(high, str) and low > high
        numbers = isinstance(low, int | float) and isinstance(high, int | float) and low > high
        if self.ordered and (words or numbers):
            return joined(self.ordered[0], f"is {low}, above {self.ordered[1]} {high}")
        return None

    def describe(self) -> str:
        must = [f"{name}: {shape.describe()}" for name, shape in self.required.items()]
        may = [f"{name} (may be left out): {s.describe()}" for name, s in self.optional.items()]
        return "an object {" + "; ".join(must + may) + "}"

    def read(self, text: str) -> JsonValue:
        return parse_json(text)

    def read_pairs(self, pairs: Mapping[str, str]) -> JsonObject:
        """Return the object that `name=text` pairs of a command line stand for, unchecked."""
        known = {**self.required, **self.optional}
        return {n: known[n].read(text) if n in known else text for n, text in pairs.items()}


@dataclass(frozen=True, slots=True)
class Either:
    """One shape or another."""

    first: Shape
    second: Shape

    def fault(self, value: JsonValue) -> str | None:
        found = self.first.fault(value)
        if found is None or self.second.fault(value) is None:
            return None
        return f"is not {self.describe()}"

    def describe(self) -> str:
        return f"{self.first.describe()}, or {self.second.describe()}"

    def read(self, text: str) -> JsonValue:
        value = self.first.read(text)
        return value if self.first.fault(value) is None else self.second.read(text)


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value; whoever knows what it stands for checks it against that."""

    def fault(self, value: JsonValue) -> str | None:
        return "is missing" if value is None else None

    def describe(self) -> str:
        return "a value in the form of its data point"

    def read(self, text: str) -> JsonValue:
        try:
            return parse_json(text)
        except MalformedJson:
            return text


def joined(name: str, fault: str) -> str:
    """Return a fault one level further out: `a` and `b is missing` give `a.b is missing`."""
    phrase = fault.startswith(("is ", "holds "))
    return f"{name} {fault}" if phrase else f"{name}{'' if fault.startswith('[') else '.'}{fault}"
