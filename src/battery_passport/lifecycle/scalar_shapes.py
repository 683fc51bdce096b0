"""Shapes of single values: text, numbers, choices, days and times.

In: a JSON value, or text from a command line. Out: the first fault as a phrase, or the value.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from battery_passport.foundation.clock import parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonValue

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXACT_INTEGER = 2**53


class Shape(Protocol):
    """Says what is wrong with a value, describes what is right, and reads it from plain text."""

    def fault(self, value: JsonValue) -> str | None: ...

    def describe(self) -> str: ...

    def read(self, text: str) -> JsonValue: ...


@dataclass(frozen=True, slots=True)
class Text:
    """Text of 1 to `most` characters, of a pattern if there is one."""

    most: int = 1_000
    pattern: str | None = None
    meaning: str = ""

    def fault(self, value: JsonValue) -> str | None:
        if not isinstance(value, str) or not value.strip() or len(value) > self.most:
            return f"is not text of 1 to {self.most} characters"
        if _CONTROL.search(value):
            return "holds a control character"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"is not {self.describe()}"
        return None

    def describe(self) -> str:
        return self.meaning or f"text of up to {self.most} characters"

    def read(self, text: str) -> JsonValue:
        return text


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within bounds; `unit` is told, not checked."""

    low: float
    high: float
    unit: str = ""

    def fault(self, value: JsonValue) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"is not {self.describe()}"
        inside = math.isfinite(value) and self.low <= value <= self.high
        return None if inside else f"is {value}, not {self.describe()}"

    def describe(self) -> str:
        return f"a number from {self.low:.12g} to {self.high:.12g} {self.unit}".rstrip()

    def read(self, text: str) -> JsonValue:
        try:
            return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else float(text)
        except ValueError:
            return text


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer within bounds."""

    low: int = 0
    high: int = _EXACT_INTEGER - 1
    unit: str = ""

    def fault(self, value: JsonValue) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return f"is not {self.describe()}"
        return None if self.low <= value <= self.high else f"is {value}, not {self.describe()}"

    def describe(self) -> str:
        top = "" if self.high == _EXACT_INTEGER - 1 else f" to {self.high}"
        return f"a whole number from {self.low}{top} {self.unit}".rstrip()

    def read(self, text: str) -> JsonValue:
        return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def fault(self, value: JsonValue) -> str | None:
        return None if isinstance(value, str) and value in self.words else self._not()

    def _not(self) -> str:
        return f"is not {self.describe()}"

    def describe(self) -> str:
        return "one of " + ", ".join(self.words)

    def read(self, text: str) -> JsonValue:
        return text


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def fault(self, value: JsonValue) -> str | None:
        return None if isinstance(value, bool) else f"is not {self.describe()}"

    def describe(self) -> str:
        return "true or false"

    def read(self, text: str) -> JsonValue:
        return {"true": True, "false": False}.get(text, text)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day, as in `2026-11-23`."""

    def fault(self, value: JsonValue) -> str | None:
        try:
            if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
                return None
        except ValueError:
            pass
        return f"is not {self.describe()}"

    def describe(self) -> str:
        return "a day, as in 2026-11-23"

    def read(self, text: str) -> JsonValue:
        return text


@dataclass(frozen=True, slots=True)
class Month:
    """A month, as in `2026-11`."""

    def fault(self, value: JsonValue) -> str | None:
        good = isinstance(value, str) and re.fullmatch(r"[12][0-9]{3}-(0[1-9]|1[0-2])", value)
        return None if good else f"is not {self.describe()}"

    def describe(self) -> str:
        return "a month, as in 2026-11"

    def read(self, text: str) -> JsonValue:
        return text


@dataclass(frozen=True, slots=True)
class Moment:
    """A time with its zone, as in `2026-11-23T07:30:00Z`."""

    def fault(self, value: JsonValue) -> str | None:
        try:
            if isinstance(value, str) and "T" in value:
                parse_utc(value)
                return None
        except InvalidInput:
            pass
        return f"is not {self.describe()}"

    def describe(self) -> str:
        return "a time, as in 2026-11-23T07:30:00Z"

    def read(self, text: str) -> JsonValue:
        return text
