"""The plain kinds of field: numbers, coded words, text, times and bytes.

In: a field's place in the standard's table. Out: fields that read and write it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from battery_passport.adapters.gbt32960.errors import UnencodableFrame
from battery_passport.adapters.gbt32960.layout import (
    Cursor,
    Values,
    mark,
    needed,
    sentinel,
    sentinel_raw,
)
from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject

CHINA = timezone(timedelta(hours=8))
_TIME_BYTES = 6
_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class Number:
    """A number: (raw / `per_unit`) + `offset` is in the unit that the name ends in.

    `top` is the highest raw number that the standard allows, `low` the lowest; others are kept
    and remarked upon. All ones mean "invalid", one less "abnormal".
    """

    name: str
    size: int
    per_unit: int = 1
    offset: int = 0
    low: int = 0
    top: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def value(self, raw: int) -> float | int:
        """Return what a raw number stands for."""
        shifted = raw + self.offset * self.per_unit
        return shifted if self.per_unit == 1 else shifted / self.per_unit

    def is_lawful(self, raw: int) -> bool:
        """Return whether the standard allows the raw number."""
        return raw >= self.low and (self.top is None or raw <= self.top)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        raw = cursor.number(self.size, self.name)
        reason = sentinel(raw, self.size)
        if reason is not None:
            into[self.name] = None
            mark(into, reason, self.name)
            return
        into[self.name] = self.value(raw)
        if not self.is_lawful(raw):
            cursor.warnings.append(f"{self.name} {self.value(raw)} is outside the standard's range")

    def write(self, values: Values) -> bytes:
        value = needed(values, self.name)
        if value is None:
            return sentinel_raw(values, self.name, self.size).to_bytes(self.size, "big")
        return self.raw(value).to_bytes(self.size, "big")

    def raw(self, value: object) -> int:
        """Return the raw number of a value. Raises: UnencodableFrame if it has none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnencodableFrame(f"{self.name} is no number.")
        scaled = value * self.per_unit
        if not abs(scaled) < 1 << 40:
            raise UnencodableFrame(f"{self.name} {value} does not fit into {self.size} bytes.")
        raw = round(scaled) - self.offset * self.per_unit
        if not 0 <= raw < (1 << 8 * self.size) - 2:
            raise UnencodableFrame(f"{self.name} {value} does not fit into {self.size} bytes.")
        return raw


@dataclass(frozen=True, slots=True)
class Choice:
    """A byte that stands for a word; a code without a word is kept as a number."""

    name: str
    words: dict[int, str]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        code = cursor.number(1, self.name)
        reason = None if code in self.words else sentinel(code, 1)
        if reason is not None:
            into[self.name] = None
            mark(into, reason, self.name)
            return
        into[self.name] = self.words.get(code, code)
        if code not in self.words:
            cursor.warnings.append(f"{self.name} has the code {code}, which has no meaning")

    def write(self, values: Values) -> bytes:
        value = needed(values, self.name)
        if value is None:
            return bytes([sentinel_raw(values, self.name, 1)])
        codes = {word: code for code, word in self.words.items()}
        code = codes.get(value) if isinstance(value, str) else value
        if isinstance(code, bool) or not isinstance(code, int) or not 0 <= code <= 0xFF:
            raise UnencodableFrame(f"{self.name} {value!r} is none of {', '.join(codes)}.")
        return bytes([code])


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of a fixed length, filled up with zero bytes; other bytes as `..._hex` too."""

    name: str
    size: int

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_hex")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        octets = cursor.take(self.size, self.name)
        text = plain_text(octets)
        if text is not None:
            into[self.name] = text
            return
        shown = octets.decode("ascii", errors="backslashreplace")
        into[self.name] = "".join(
            char if char.isprintable() else f"\\x{ord(char):02x}" for char in shown
        )
        into[f"{self.name}_hex"] = octets.hex()
        cursor.warnings.append(f"{self.name} is no plain text")

    def write(self, values: Values) -> bytes:
        value = values.get(f"{self.name}_hex")
        if value is not None:
            octets = hex_bytes(value, self.name)
        else:
            octets = text_bytes(needed(values, self.name), self.name)
        if len(octets) > self.size:
            raise UnencodableFrame(f"{self.name} has {len(octets)} bytes, where {self.size} fit.")
        return octets.ljust(self.size, b"\0")


def plain_text(octets: bytes) -> str | None:
    """Return the characters before the zero bytes; None if that is not all that the bytes say."""
    try:
        text = octets.rstrip(b"\0").decode("gb18030")
        is_exact = text.encode("gb18030").ljust(len(octets), b"\0") == octets
    except UnicodeError:
        return None
    return text if is_exact and text.isprintable() else None


def text_bytes(value: object, name: str) -> bytes:
    """Return the bytes of a text. Raises: UnencodableFrame."""
    try:
        return str(value).encode("gb18030") if isinstance(value, str) else bytes([-1])
    except ValueError as error:
        raise UnencodableFrame(f"{name} is no text of GB 18030.") from error


@dataclass(frozen=True, slots=True)
class Moment:
    """Year since 2000, month, day, hour, minute, second in China's time; given out in UTC."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_hex")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        octets = cursor.take(_TIME_BYTES, self.name)
        year, month, day, hour, minute, second = octets
        try:
            moment = datetime(_CENTURY + year, month, day, hour, minute, second, tzinfo=CHINA)
        except ValueError:
            into[self.name] = None
            into[f"{self.name}_hex"] = octets.hex()
            cursor.warnings.append(f"{self.name} {octets.hex()} is no time")
            return
        into[self.name] = format_utc(moment)
        if year > 99:
            cursor.warnings.append(f"{self.name} has the year {year} of the century")

    def write(self, values: Values) -> bytes:
        value = needed(values, self.name)
        if value is None:
            return hex_bytes(values.get(f"{self.name}_hex", "ff" * _TIME_BYTES), self.name)
        try:
            moment = parse_utc(str(value)).astimezone(CHINA)
        except InvalidInput as error:
            raise UnencodableFrame(f"{self.name} {value!r} is no time.") from error
        year = moment.year - _CENTURY
        if not 0 <= year <= 0xFF:
            raise UnencodableFrame(f"{self.name} {value} is not from 2000 on.")
        clock = (moment.hour, moment.minute, moment.second)
        return bytes([year, moment.month, moment.day, *clock])


@dataclass(frozen=True, slots=True)
class Octets:
    """Bytes behind their own count of `count_size` bytes, given out as hex."""

    name: str
    count_size: int = 2

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        count = cursor.number(self.count_size, f"the length of {self.name}")
        into[self.name] = cursor.take(count, self.name).hex()

    def write(self, values: Values) -> bytes:
        octets = hex_bytes(needed(values, self.name), self.name)
        if len(octets) >= 1 << 8 * self.count_size:
            raise UnencodableFrame(f"{self.name} has {len(octets)} bytes, too many.")
        return len(octets).to_bytes(self.count_size, "big") + octets


def hex_bytes(value: object, name: str) -> bytes:
    """Return the bytes of hex digits. Raises: UnencodableFrame."""
    try:
        return bytes.fromhex(value if isinstance(value, str) else "-")
    except ValueError as error:
        raise UnencodableFrame(f"{name} is no hexadecimal text.") from error
