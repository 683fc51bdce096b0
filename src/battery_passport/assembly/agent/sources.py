"""Where a device's samples come from: lines of JSON, on its input or in a file that grows.

In: lines. Out: samples, each with whether it is urgent; a line that is none is told, not fatal.
A line: `{"at": 1795438800000, "current_ma": -12000, "cell_voltage_mv": [3701, 3699]}`; `at` is
milliseconds since 1970 or RFC 3339 text, `"urgent": true` sends at once.
"""

import os
import select
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

import numpy as np

from battery_passport.foundation.clock import parse_utc, unix_ms
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonValue, parse_json_object
from battery_passport.telemetry.model import NULL, Samples

_LONGEST_LINE = 1 << 16
_LOOK_EVERY_S = 0.5
_LARGEST = (1 << 63) - 1


class MalformedSample(InvalidInput):
    """A line that is no sample."""

    code = "malformed-sample"


@dataclass(frozen=True, slots=True)
class Measured:
    """One sample; an urgent one is sent at once."""

    samples: Samples
    urgent: bool

    @property
    def at_ms(self) -> int:
        return int(self.samples.sampled_at_ms[0])


class SampleReader(Protocol):
    """Makes samples of lines."""

    def take(self, line: str) -> list[Measured]:
        """Return what a line completes. Raises: MalformedSample."""

    def rest(self) -> list[Measured]:
        """Return what is left at the end."""


class JsonReader:
    """One line of JSON, one sample; blank lines say nothing."""

    def take(self, line: str) -> list[Measured]:
        return [read_sample(line)] if line.strip() else []

    def rest(self) -> list[Measured]:
        return []


def read_sample(line: str) -> Measured:
    """Return the sample of a line. Raises: MalformedSample."""
    try:
        members = dict(parse_json_object(line.encode()))
        at, urgent = _time_ms(members.pop("at", None)), members.pop("urgent", False)
        columns = {name: _values(name, value) for name, value in members.items()}
    except InvalidInput as error:
        raise MalformedSample(f"A line is no sample: {error.message}") from error
    if not columns or not isinstance(urgent, bool):
        raise MalformedSample("A sample has columns, and 'urgent' is true or false.")
    times = np.array([at], dtype=np.int64)
    return Measured(Samples(sampled_at_ms=times, columns=columns), urgent)


def lines_of_input(stream: TextIO) -> Iterator[str | None]:
    """Yield the lines of an input until its end; None whenever none came for half a second."""
    descriptor, rest = stream.fileno(), b""
    while True:
        if not select.select([descriptor], [], [], _LOOK_EVERY_S)[0]:
            yield None
            continue
        octets = os.read(descriptor, _LONGEST_LINE)
        if not octets:
            if rest:
                yield rest.decode("utf-8", "replace")
            return
        *whole, rest = (rest + octets).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in whole)


def lines_of_file(path: Path) -> Iterator[str | None]:
    """Yield the lines of a file as it grows, without end; None whenever none came."""
    with path.open(encoding="utf-8", errors="replace") as file:
        rest = ""
        while True:
            piece = file.readline()
            if not piece:
                yield None
                time.sleep(_LOOK_EVERY_S)
                continue
            rest += piece
            if rest.endswith("\n"):
                yield rest
                rest = ""


def _time_ms(value: JsonValue) -> int:
    if isinstance(value, str):
        return unix_ms(parse_utc(value))
    if type(value) is not int:
        raise InvalidInput("'at' is neither milliseconds nor a time.")
    return value


def _values(name: str, value: JsonValue) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    many = value if isinstance(value, list) else [value]
    numbers = [NULL if each is None else each for each in many]
    if not numbers or not all(type(each) is int and NULL <= each <= _LARGEST for each in numbers):
        raise InvalidInput(f"{name[:60]!r} holds no whole numbers.")
    row = np.array(numbers, dtype=np.int64)
    return row.reshape(1, -1) if isinstance(value, list) else row
