"""Rows of fields: read from bytes and written back, with what is invalid or abnormal named.

In: bytes at a place, or named values. Out: named values, or bytes.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from battery_passport.adapters.gbt32960.errors import FrameRefused, UnencodableFrame
from battery_passport.foundation.strict_json import JsonObject, JsonValue

Values = Mapping[str, JsonValue]


class Cursor:
    """A place in a data unit; taking bytes moves it. `warnings` gathers remarks on the way."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0
        self.warnings: list[str] = []

    @property
    def left(self) -> int:
        """The number of bytes not yet taken."""
        return len(self._data) - self.place

    def take(self, size: int, what: str) -> bytes:
        """Return the next bytes. Raises: FrameRefused if there are fewer."""
        if size > self.left:
            raise FrameRefused(
                f"{what} needs {size} bytes at byte {self.place} of the data unit, "
                f"where {self.left} are left."
            )
        self.place += size
        return self._data[self.place - size : self.place]

    def number(self, size: int, what: str) -> int:
        """Return the next bytes as an unsigned number, highest byte first."""
        return int.from_bytes(self.take(size, what), "big")

    def peek(self) -> int:
        """Return the next byte without taking it."""
        return self._data[self.place]

    def rest(self) -> bytes:
        """Return all bytes that are left."""
        return self.take(self.left, "the rest")


class Field(Protocol):
    """One or several values that lie together."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the values."""

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        """Put the values at the cursor into the row. Raises: FrameRefused."""

    def write(self, values: Values) -> bytes:
        """Return the bytes of the row's values. Raises: UnencodableFrame."""


Layout = Sequence[Field]

NOT_MEASURED = ("invalid", "abnormal")
"""Members that name the row's values that are null, by why they are."""


def read_layout(layout: Layout, cursor: Cursor) -> JsonObject:
    """Return the values of a row, in the order of its fields."""
    row: JsonObject = {}
    for field in layout:
        field.read(cursor, row)
    for reason in NOT_MEASURED:
        if reason in row:
            row[reason] = row.pop(reason)
    return row


def write_layout(layout: Layout, values: Values) -> bytes:
    """Return the bytes of a row. Raises: UnencodableFrame for members that it does not have."""
    known = {name for field in layout for name in field.names} | set(NOT_MEASURED)
    unknown = sorted(set(values) - known)
    if unknown:
        raise UnencodableFrame(f"There is no field {', '.join(unknown)} here.")
    return b"".join(field.write(values) for field in layout)


def mark(row: JsonObject, reason: str, name: str) -> None:
    """Name a value of the row as invalid or abnormal."""
    named = row.get(reason)
    row[reason] = [*(named if isinstance(named, list) else []), name]


def is_marked(values: Values, reason: str, name: str) -> bool:
    """Return whether a row names the value as invalid or abnormal."""
    named = values.get(reason)
    return isinstance(named, Sequence) and name in named


def sentinel(raw: int, size: int) -> str | None:
    """Return why a raw number is no value: all ones, or all ones but the last bit."""
    return {(1 << 8 * size) - 1: "invalid", (1 << 8 * size) - 2: "abnormal"}.get(raw)


def sentinel_raw(values: Values, name: str, size: int) -> int:
    """Return the raw number that says that there is no value, and why."""
    return (1 << 8 * size) - (2 if is_marked(values, "abnormal", name) else 1)


def needed(values: Values, name: str) -> JsonValue:
    """Return a member of the row. Raises: UnencodableFrame if it is missing."""
    if name not in values:
        raise UnencodableFrame(f"The field {name} is missing.")
    return values[name]
