"""The data unit of each command.

In: a frame's data unit, or named values. Out: named values, or bytes.
Source: GB/T 32960.3-2016 §7; GB/T 32960.3-2025 §7; GB/T 32960.3-2025 §B.3.5
"""

from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.adapters.gbt32960.blocks import read_blocks, write_blocks
from battery_passport.adapters.gbt32960.errors import UnencodableFrame
from battery_passport.adapters.gbt32960.fields import Choice, Moment, Number, Octets, Text
from battery_passport.adapters.gbt32960.layout import Cursor, Field, Layout, Values, needed
from battery_passport.adapters.gbt32960.tables_2025 import SIGNATURE
from battery_passport.adapters.gbt32960.words import (
    ACTIVATION_REASONS,
    ACTIVATION_RESULTS,
    ENCRYPTIONS,
)
from battery_passport.foundation.strict_json import JsonObject, JsonValue

TIME = Moment("time")
_SERIAL = Number("serial", 2, low=1, top=65_531)
_PACK_CODE_BYTES = 24


@dataclass(frozen=True, slots=True)
class Blocks:
    """A report's information blocks, up to the end of the data unit."""

    edition: int

    @property
    def names(self) -> tuple[str, ...]:
        return ("blocks",)

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        into["blocks"] = read_blocks(cursor, self.edition)

    def write(self, values: Values) -> bytes:
        return write_blocks(needed(values, "blocks"), self.edition)


@dataclass(frozen=True, slots=True)
class PackCodes2016:
    """The codes of the energy storage systems, all of one length that the frame states."""

    @property
    def names(self) -> tuple[str, ...]:
        return ("pack_count", "pack_code_bytes", "pack_codes")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        count = cursor.number(1, "pack_count")
        size = cursor.number(1, "pack_code_bytes")
        into["pack_count"], into["pack_code_bytes"] = count, size
        into["pack_codes"] = _read_codes(cursor, count if size else 0, size)

    def write(self, values: Values) -> bytes:
        numbers = [needed(values, name) for name in ("pack_count", "pack_code_bytes")]
        count, size = (_small(number) for number in numbers)
        codes = _items(values, "pack_codes")
        if len(codes) != (count if size else 0):
            raise UnencodableFrame(f"There are {len(codes)} pack_codes, where {count} are due.")
        return bytes([count, size]) + _write_codes(codes, size)


@dataclass(frozen=True, slots=True)
class PackCodes2025:
    """How many packs each battery management system has, and their codes of 24 characters."""

    @property
    def names(self) -> tuple[str, ...]:
        return ("packs_per_bms", "pack_codes")

    def read(self, cursor: Cursor, into: JsonObject) -> None:
        count = cursor.number(1, "packs_per_bms")
        packs = list(cursor.take(count, "packs_per_bms"))
        into["packs_per_bms"] = list(packs)
        into["pack_codes"] = _read_codes(cursor, sum(packs), _PACK_CODE_BYTES)

    def write(self, values: Values) -> bytes:
        packs = [_small(number) for number in _items(values, "packs_per_bms")]
        codes = _items(values, "pack_codes")
        if len(packs) > 0xFF or len(codes) != sum(packs):
            raise UnencodableFrame(f"There are {len(codes)} pack_codes, {sum(packs)} are due.")
        return bytes([len(packs), *packs]) + _write_codes(codes, _PACK_CODE_BYTES)


def _read_codes(cursor: Cursor, count: int, size: int) -> list[JsonValue]:
    code, row = Text("pack_code", size), JsonObject()
    codes: list[JsonValue] = []
    for _ in range(count):
        row.clear()
        code.read(cursor, row)
        codes.append(row["pack_code"] if len(row) == 1 else {"hex": row["pack_code_hex"]})
    return codes


def _write_codes(codes: Sequence[JsonValue], size: int) -> bytes:
    code = Text("pack_code", size)
    return b"".join(
        code.write({"pack_code_hex": one.get("hex")} if isinstance(one, dict) else {code.name: one})
        for one in codes
    )


def _small(value: JsonValue) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 0xFF:
        raise UnencodableFrame(f"{value!r} is no number from 0 to 255.")
    return value


def _items(values: Values, name: str) -> Sequence[JsonValue]:
    items = needed(values, name)
    if isinstance(items, str) or not isinstance(items, Sequence):
        raise UnencodableFrame(f"{name} is no list.")
    return items


# 2016: tables 20 to 22; 2025: tables 28 to 30.
_LOGOUT: Layout = (TIME, _SERIAL)
_PLATFORM_LOGIN: Layout = (
    TIME,
    _SERIAL,
    Text("user", 12),
    Text("password", 20),
    Choice("encryption_rule", ENCRYPTIONS),
)
_LOGIN: tuple[Field, ...] = (TIME, _SERIAL, Text("iccid", 20))


def _both(edition: int, codes: Field) -> dict[str, Layout]:
    report: Layout = (TIME, Blocks(edition))
    return {
        "vehicle-login": (*_LOGIN, codes),
        "realtime": report,
        "backfill": report,
        "vehicle-logout": _LOGOUT,
        "platform-login": _PLATFORM_LOGIN,
        "platform-logout": _LOGOUT,
        "heartbeat": (),
        "time-synchronisation": (),
    }


PAYLOADS: dict[int, dict[str, Layout]] = {
    2016: _both(2016, PackCodes2016()),
    2025: {
        **_both(2025, PackCodes2025()),
        # Tables B.3, 8, B.4 and 31.
        "activation": (
            TIME,
            Text("chip_id", 16),
            Octets("public_key_hex"),
            Text("activated_vin", 17),
            *SIGNATURE,
        ),
        "activation-answer": (
            Choice("activation_result", ACTIVATION_RESULTS),
            Choice("activation_reason", ACTIVATION_REASONS),
        ),
        "key-exchange": (
            Choice("key_kind", ENCRYPTIONS),
            Octets("key_hex"),
            Moment("valid_from"),
            Moment("valid_until"),
        ),
    },
}
