"""Fields that repeat: numbers or rows behind their count.

In: the standard's tables of lists. Out: fields that read and write them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.adapters.gbt32960.errors import FrameRefused, UnencodableFrame
from battery_passport.adapters.gbt32960.fields import Number, hex_bytes
from battery_passport.adapters.gbt32960.layout import (
    Cursor,
    Layout,
    Values,
    mark,
    needed,
    read_layout,
    sentinel,
    sentinel_raw,
    write_layout,
)
from battery_passport.foundation.strict_json import JsonObject, JsonValue


def read_count(cursor: Cursor, into: JsonObject, *, name: str, size: int) -> int | None:
    """Return how many there are; None, and the list is null, if the sender does not know."""
    count = cursor.number(size, f"the count of {name}")
    reason = sentinel(count, size)
    if reason is None:
        return count
    into[name] = None
    mark(into, reason, name)
    return None


def write_count(values: Values, *, name: str, size: int) -> tuple[bytes, Sequence[JsonValue]]:
    """Return the bytes of a list's count, and its items. Raises: UnencodableFrame."""
    items = needed(values, name)
    if items is None:
        return sentinel_raw(values, name, size).to_bytes(size, "big"), ()
    if isinstance(items, str) or not isinstance(items, Sequence):
        raise UnencodableFrame(f"{name} is no list.")
    if len(items) >= (1 << 8 * size) - 2:
        raise UnencodableFrame(f"{name} has {len(items)} items, too many.")
    return len(items).to_bytes(size, "big"), items


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of one kind behind their count; `item.name` names the list."""

    item: Number
    count_size: int
    has_unknown_count: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        return (self.item.name,)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        name, size = self.item.name, self.item.size
        count: int | None
        if self.has_unknown_count:
            count = read_count(cursor, into, name=name, size=self.count_size)
        else:
            count = cursor.number(self.count_size, f"the count of {name}")
        if count is None:
            return
        octets = cursor.take(count * size, name)
        raws = [int.from_bytes(octets[at : at + size], "big") for at in range(0, len(octets), size)]
        reasons = [sentinel(raw, size) for raw in raws]
        into[name] = [
            self.item.value(raw) if reason is None else None
            for raw, reason in zip(raws, reasons, strict=True)
        ]
        for place, reason in enumerate(reasons):
            if reason is not None:
                mark(into, reason, f"{name}[{place}]")
        odd = sum(
            reason is None and not self.item.is_lawful(raw)
            for raw, reason in zip(raws, reasons, strict=True)
        )
        if odd:
            cursor.warnings.append(f"{odd} values of {name} are outside the standard's range")

    def write(self, values: Values) -> bytes:
        name, size = self.item.name, self.item.size
        head, items = write_count(values, name=name, size=self.count_size)
        return head + b"".join(
            (
                sentinel_raw(values, f"{name}[{place}]", size)
                if value is None
                else self.item.raw(value)
            ).to_bytes(size, "big")
            for place, value in enumerate(items)
        )


@dataclass(frozen=True, slots=True)
class Codes:
    """Fault codes of the maker's own behind their count, four bytes each, given out as hex."""

    name: str
    count_size: int = 1
    size: int = 4

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        count = read_count(cursor, into, name=self.name, size=self.count_size)
        if count is not None:
            into[self.name] = [cursor.take(self.size, self.name).hex() for _ in range(count)]

    def write(self, values: Values) -> bytes:
        head, items = write_count(values, name=self.name, size=self.count_size)
        codes = [hex_bytes(item, self.name) for item in items]
        if any(len(code) != self.size for code in codes):
            raise UnencodableFrame(f"A code of {self.name} has not {self.size} bytes.")
        return head + b"".join(codes)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of fields behind their count."""

    name: str
    layout: Layout
    count_size: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        count = read_count(cursor, into, name=self.name, size=self.count_size)
        if count is None:
            return
        if count > cursor.left:
            raise FrameRefused(f"{self.name} states {count} rows, {cursor.left} bytes are left.")
        into[self.name] = [read_layout(self.layout, cursor) for _ in range(count)]

    def write(self, values: Values) -> bytes:
        head, items = write_count(values, name=self.name, size=self.count_size)
        rows = [item for item in items if isinstance(item, dict)]
        if len(rows) != len(items):
            raise UnencodableFrame(f"{self.name} holds something else than rows.")
        return head + b"".join(write_layout(self.layout, row) for row in rows)
