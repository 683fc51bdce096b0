"""Random values of GB/T 32960 frames, by the codec's own tables.

In: a layout. Out: Hypothesis strategies for its rows, its blocks and whole documents.
"""

from typing import Any

from hypothesis import strategies as st

from battery_passport.adapters.gbt32960.bits import AlarmBits, AlarmLevels, Gear, Position
from battery_passport.adapters.gbt32960.blocks import BLOCKS
from battery_passport.adapters.gbt32960.fields import Choice, Number, Octets
from battery_passport.adapters.gbt32960.layout import Layout
from battery_passport.adapters.gbt32960.lists import Codes, Numbers, Rows
from battery_passport.adapters.gbt32960.words import ALARMS_2025, GEARS
from battery_passport.foundation.clock import format_utc, from_unix_ms

Row = dict[str, Any]
_HEX = st.binary(max_size=40).map(bytes.hex)


@st.composite
def rows(draw: st.DrawFn, layout: Layout) -> Row:
    """A row as decoding returns it."""
    row: Row = {}
    for field in layout:
        _PUT[type(field)](draw, field, row)
    for reason in ("invalid", "abnormal"):
        if reason in row:
            row[reason] = row.pop(reason)
    return row


def _null(draw: st.DrawFn, row: Row, name: str) -> None:
    row.setdefault(draw(st.sampled_from(("invalid", "abnormal"))), []).append(name)


def _value(draw: st.DrawFn, number: Number, row: Row, name: str) -> float | None:
    if draw(st.integers(0, 9)) == 0:
        _null(draw, row, name)
        return None
    return number.value(draw(st.integers(0, (1 << 8 * number.size) - 3)))


def _number(draw: st.DrawFn, field: Number, row: Row) -> None:
    row[field.name] = _value(draw, field, row, field.name)


def _choice(draw: st.DrawFn, field: Choice, row: Row) -> None:
    others = [code for code in range(254) if code not in field.words]
    row[field.name] = draw(st.sampled_from([*field.words.values(), None, others[-1]]))
    if row[field.name] is None:
        _null(draw, row, field.name)


def _octets(draw: st.DrawFn, field: Octets, row: Row) -> None:
    row[field.name] = draw(_HEX)


def _unknown_count(draw: st.DrawFn, row: Row, name: str) -> bool:
    if draw(st.integers(0, 9)):
        return False
    row[name] = None
    _null(draw, row, name)
    return True


def _numbers(draw: st.DrawFn, field: Numbers, row: Row) -> None:
    name = field.item.name
    if not (field.has_unknown_count and _unknown_count(draw, row, name)):
        places = range(draw(st.integers(0, 12)))
        row[name] = [_value(draw, field.item, row, f"{name}[{place}]") for place in places]


def _codes(draw: st.DrawFn, field: Codes, row: Row) -> None:
    if not _unknown_count(draw, row, field.name):
        code = st.binary(min_size=field.size, max_size=field.size).map(bytes.hex)
        row[field.name] = draw(st.lists(code, max_size=4))


def _rows(draw: st.DrawFn, field: Rows, row: Row) -> None:
    if not _unknown_count(draw, row, field.name):
        row[field.name] = draw(st.lists(rows(field.layout), max_size=3))


def _gear(draw: st.DrawFn, field: Gear, row: Row) -> None:
    bits = draw(st.integers(0, 255))
    is_invalid = field.may_be_invalid and bool(bits & 0x80)
    row["gear"] = None if is_invalid else GEARS[bits & 15]
    row["is_driving"], row["is_braking"] = bool(bits & 0x20), bool(bits & 0x10)
    row["gear_bits"] = bits
    if is_invalid:
        row.setdefault("invalid", []).append("gear")


def _position(draw: st.DrawFn, field: Position, row: Row) -> None:
    bits = draw(st.integers(0, 255))
    row["is_position_valid"] = not bits & 1
    if field.has_coordinate_system:
        row["coordinate_system"] = draw(st.sampled_from(("WGS84", "GCJ02", "other")))
    for name, mask in (("longitude", 4), ("latitude", 2)):
        degrees = draw(st.integers(0, 2**32 - 3)) / 1_000_000
        row[name] = -degrees if bits & mask else degrees
    row["position_bits"] = bits


def _alarm_bits(draw: st.DrawFn, field: AlarmBits, row: Row) -> None:
    bits = draw(st.integers(0, 2**32 - 1))
    row["alarms"] = [word for place, word in enumerate(field.words) if bits >> place & 1]
    if field.words == ALARMS_2025:
        row["is_thermal_event"] = bool(bits >> 23 & 1)
    row["alarm_bits"] = bits


def _alarm_levels(draw: st.DrawFn, field: AlarmLevels, row: Row) -> None:
    if _unknown_count(draw, row, field.name):
        return
    pairs = draw(st.lists(st.tuples(st.integers(0, 253), st.integers(0, 253)), max_size=5))
    words = dict(enumerate(field.words))
    row[field.name] = [
        {"bit": bit, "level": level, "alarm": words.get(bit)} for bit, level in pairs
    ]


_PUT: dict[type, Any] = {
    Number: _number,
    Choice: _choice,
    Octets: _octets,
    Numbers: _numbers,
    Codes: _codes,
    Rows: _rows,
    Gear: _gear,
    Position: _position,
    AlarmBits: _alarm_bits,
    AlarmLevels: _alarm_levels,
}


def _block(kind: str, row: Row) -> Row:
    return {"type": kind, **row}


def blocks(edition: int) -> st.SearchStrategy[Row]:
    """Any block of an edition but the signature; custom ones too."""
    known = [
        st.builds(_block, st.just(kind), rows(layout))
        for kind, layout in BLOCKS[edition].values()
        if kind != "signature"
    ]
    code = st.integers(0x80, 0xFE).map(lambda code: f"{code:02X}")
    custom = st.fixed_dictionaries({"type": st.just("custom"), "code": code, "hex": _HEX})
    return st.one_of(*known, custom)


@st.composite
def reports(draw: st.DrawFn) -> Row:
    """A whole report as decoding returns it, without its warnings."""
    edition = draw(st.sampled_from((2016, 2025)))
    parts = draw(st.lists(blocks(edition), max_size=4))
    if edition == 2025:
        signature = {"r_hex": draw(_HEX), "s_hex": draw(_HEX)}
        algorithm = draw(st.sampled_from(("SM2", "RSA", "ECC")))
        parts.append({"type": "signature", "algorithm": algorithm, **signature})
    seconds = draw(st.integers(946_656_000, 4_102_415_999))
    return {
        "edition": edition,
        "command": draw(st.sampled_from(("realtime", "backfill"))),
        "answer": "command",
        "vin": draw(st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17)),
        "encryption": "none",
        "time": format_utc(from_unix_ms(seconds * 1_000)),
        "blocks": parts,
    }
