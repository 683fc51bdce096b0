"""Fields whose single bits have a meaning: gear, position, alarms.

In: the standard's tables of bits. Out: fields that read and write them, the raw bits beside.
"""

from dataclasses import dataclass

from battery_passport.adapters.gbt32960.errors import UnencodableFrame
from battery_passport.adapters.gbt32960.fields import Choice, Number
from battery_passport.adapters.gbt32960.layout import Cursor, Values, mark, needed, read_layout
from battery_passport.adapters.gbt32960.lists import read_count, write_count
from battery_passport.adapters.gbt32960.words import COORDINATE_SYSTEMS, GEARS, THERMAL_EVENT_BIT
from battery_passport.foundation.strict_json import JsonObject

_GEAR, _BRAKING, _DRIVING, _GEAR_INVALID = 0x0F, 0x10, 0x20, 0x80
_NOT_FIXED, _SOUTH, _WEST = 0x01, 0x02, 0x04
_STEPS_PER_DEGREE = 1_000_000


def raw_bits(values: Values, name: str, size: int) -> bytes:
    """Return the bytes of a member that holds raw bits. Raises: UnencodableFrame."""
    bits = needed(values, name)
    if isinstance(bits, bool) or not isinstance(bits, int) or not 0 <= bits < 1 << 8 * size:
        raise UnencodableFrame(f"{name} {bits!r} does not fit into {size} bytes.")
    return bits.to_bytes(size, "big")


@dataclass(frozen=True, slots=True)
class Gear:
    """The gear, and whether the motor drives or brakes; from 2025 on the gear may be invalid."""

    may_be_invalid: bool

    @property
    def names(self) -> tuple[str, ...]:
        return ("gear", "is_driving", "is_braking", "gear_bits")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        bits = cursor.number(1, "gear")
        is_invalid = self.may_be_invalid and bool(bits & _GEAR_INVALID)
        into["gear"] = None if is_invalid else GEARS[bits & _GEAR]
        into["is_driving"] = bool(bits & _DRIVING)
        into["is_braking"] = bool(bits & _BRAKING)
        into["gear_bits"] = bits
        if is_invalid:
            mark(into, "invalid", "gear")

    def write(self, values: Values) -> bytes:
        return raw_bits(values, "gear_bits", 1)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the vehicle is, in degrees, east and north positive."""

    has_coordinate_system: bool

    @property
    def names(self) -> tuple[str, ...]:
        system = ("coordinate_system",) if self.has_coordinate_system else ()
        return ("is_position_valid", *system, "longitude", "latitude", "position_bits")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        bits = cursor.number(1, "position")
        into["is_position_valid"] = not bits & _NOT_FIXED
        if self.has_coordinate_system:
            _SYSTEM.read(cursor, into)
        for number, is_negative in zip(_COORDINATES, (bits & _WEST, bits & _SOUTH), strict=True):
            number.read(cursor, into)
            degrees = into[number.name]
            if is_negative and isinstance(degrees, float):
                into[number.name] = -degrees
        into["position_bits"] = bits

    def write(self, values: Values) -> bytes:
        octets = raw_bits(values, "position_bits", 1)
        if self.has_coordinate_system:
            octets += _SYSTEM.write(values)
        signs = (octets[0] & _WEST, octets[0] & _SOUTH)
        for number, is_negative in zip(_COORDINATES, signs, strict=True):
            degrees = needed(values, number.name)
            if is_negative and isinstance(degrees, int | float):
                degrees = -degrees
            octets += number.write({**values, number.name: degrees})
        return octets


_SYSTEM = Choice("coordinate_system", COORDINATE_SYSTEMS)
_COORDINATES = (
    Number("longitude", 4, _STEPS_PER_DEGREE, top=180 * _STEPS_PER_DEGREE),
    Number("latitude", 4, _STEPS_PER_DEGREE, top=90 * _STEPS_PER_DEGREE),
)


@dataclass(frozen=True, slots=True)
class AlarmBits:
    """The general alarms that are raised, by name; bits without a name are remarked upon."""

    words: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        event = ("is_thermal_event",) if len(self.words) > THERMAL_EVENT_BIT else ()
        return ("alarms", *event, "alarm_bits")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        bits = cursor.number(4, "alarm_bits")
        into["alarms"] = [word for place, word in enumerate(self.words) if bits >> place & 1]
        if len(self.words) > THERMAL_EVENT_BIT:
            into["is_thermal_event"] = bool(bits >> THERMAL_EVENT_BIT & 1)
        into["alarm_bits"] = bits
        if bits >> len(self.words):
            cursor.warnings.append(f"alarm bits from {len(self.words)} on have no meaning")

    def write(self, values: Values) -> bytes:
        return raw_bits(values, "alarm_bits", 4)


@dataclass(frozen=True, slots=True)
class AlarmLevels:
    """The level of each general alarm, from 2025 on; the two may contradict each other."""

    words: tuple[str, ...]
    name: str = "alarm_levels"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        count = read_count(cursor, into, name=self.name, size=1)
        if count is None:
            return
        levels = [read_layout(_LEVEL, cursor) for _ in range(count)]
        for level in levels:
            bit = level["bit"]
            known = isinstance(bit, int) and bit < len(self.words)
            level["alarm"] = self.words[bit] if known and isinstance(bit, int) else None
        into[self.name] = levels
        _compare(cursor, into, levels)

    def write(self, values: Values) -> bytes:
        head, items = write_count(values, name=self.name, size=1)
        rows = [item for item in items if isinstance(item, dict)]
        if len(rows) != len(items):
            raise UnencodableFrame(f"{self.name} holds something else than rows.")
        return head + b"".join(field.write(row) for row in rows for field in _LEVEL)


_LEVEL = (Number("bit", 1, top=27), Number("level", 1, top=4))


def _compare(cursor: Cursor, into: JsonObject, levels: list[JsonObject]) -> None:
    bits = into.get("alarm_bits")
    raised = {place for place in range(32) if isinstance(bits, int) and bits >> place & 1}
    if raised != {level["bit"] for level in levels}:
        cursor.warnings.append("alarms and alarm_levels name different alarms")
