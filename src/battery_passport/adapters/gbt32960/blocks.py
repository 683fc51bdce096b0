"""The information blocks of a report, one after the other.

In: the bytes behind a report's time, or decoded blocks. Out: decoded blocks, or bytes.
Source: GB/T 32960.3-2016 §7.2.2; GB/T 32960.3-2025 §7.2.3
"""

from collections.abc import Sequence

from battery_passport.adapters.gbt32960.errors import FrameRefused, UnencodableFrame
from battery_passport.adapters.gbt32960.fields import hex_bytes
from battery_passport.adapters.gbt32960.layout import Cursor, Layout, read_layout, write_layout
from battery_passport.adapters.gbt32960.tables_2016 import BLOCKS_2016
from battery_passport.adapters.gbt32960.tables_2025 import BLOCKS_2025, SIGNATURE_CODE
from battery_passport.adapters.gbt32960.words import SIGNATURES
from battery_passport.foundation.strict_json import JsonObject, JsonValue

BLOCKS: dict[int, dict[int, tuple[str, Layout]]] = {2016: BLOCKS_2016, 2025: BLOCKS_2025}
_CUSTOM_CODES = range(0x80, 0xFF)
_LENGTH_BYTES = 2
UNKNOWN, CUSTOM = "unknown", "custom"


def read_blocks(cursor: Cursor, edition: int) -> list[JsonValue]:
    """Return the blocks in their order; what is unknown is kept as hex, with a warning.

    Raises: FrameRefused if a known block is cut short.
    """
    blocks: list[JsonValue] = []
    is_signed = False
    while cursor.left:
        block = _read_block(cursor, edition, is_lenient=is_signed)
        is_signed = is_signed or block["type"] == "signature"
        blocks.append(block)
    if edition == 2025 and not is_signed:
        cursor.warnings.append("the report bears no signature")
    return blocks


def _read_block(cursor: Cursor, edition: int, *, is_lenient: bool) -> JsonObject:
    code, start = cursor.peek(), cursor.place
    known = BLOCKS[edition].get(code)
    if known is None:
        return _read_other(cursor, edition)
    kind, layout = known
    before = len(cursor.warnings)
    cursor.take(1, kind)
    try:
        block = {"type": kind, **read_layout(layout, cursor)}
    except FrameRefused as error:
        if not is_lenient:
            raise FrameRefused(f"Block {kind}: {error.message}") from error
        # What a maker adds behind the signature follows no table, whatever its first byte is.
        cursor.place = start
        return _unknown(cursor, cursor.left)
    cursor.warnings[before:] = [f"{kind}: {text}" for text in cursor.warnings[before:]]
    return block


def _read_other(cursor: Cursor, edition: int) -> JsonObject:
    """Return a custom block by its length, or everything up to the signature or the end."""
    start, code = cursor.place, cursor.peek()
    if code in _CUSTOM_CODES and cursor.left > _LENGTH_BYTES:
        cursor.take(1, CUSTOM)
        length = cursor.number(_LENGTH_BYTES, CUSTOM)
        if length <= cursor.left:
            cursor.warnings.append(f"block {code:02X} is the maker's own; its bytes are kept")
            return {
                "type": CUSTOM,
                "code": f"{code:02X}",
                "hex": cursor.take(length, CUSTOM).hex(),
            }
        cursor.place = start
    rest = cursor.rest()
    cursor.place = start
    signature = _signature_place(rest) if edition == 2025 else None
    return _unknown(cursor, len(rest) if signature is None else signature)


def _unknown(cursor: Cursor, size: int) -> JsonObject:
    octets = cursor.take(size, UNKNOWN)
    cursor.warnings.append(f"{size} bytes from code {octets[0]:02X} on are unknown; they are kept")
    return {"type": UNKNOWN, "hex": octets.hex()}


def _signature_place(octets: bytes) -> int | None:
    """Return where a signature begins that ends exactly with the bytes; None if there is none."""
    place = octets.find(SIGNATURE_CODE, 1)
    while place != -1:
        if _is_signature(octets, place):
            return place
        place = octets.find(SIGNATURE_CODE, place + 1)
    return None


def _is_signature(octets: bytes, place: int) -> bool:
    if place + 2 > len(octets) or octets[place + 1] not in SIGNATURES:
        return False
    at = place + 2
    for _part in ("r", "s"):
        if at + _LENGTH_BYTES > len(octets):
            return False
        at += _LENGTH_BYTES + int.from_bytes(octets[at : at + _LENGTH_BYTES], "big")
    return at == len(octets)


def write_blocks(blocks: JsonValue, edition: int) -> bytes:
    """Return the bytes of decoded blocks. Raises: UnencodableFrame."""
    if isinstance(blocks, str) or not isinstance(blocks, Sequence):
        raise UnencodableFrame("The blocks of a report are a list.")
    kinds = {kind: (code, layout) for code, (kind, layout) in BLOCKS[edition].items()}
    return b"".join(_written(block, kinds) for block in blocks)


def _written(block: JsonValue, kinds: dict[str, tuple[int, Layout]]) -> bytes:
    if not isinstance(block, dict):
        raise UnencodableFrame("A block is an object with a type.")
    kind = block.get("type")
    if kind in (UNKNOWN, CUSTOM):
        octets = hex_bytes(block.get("hex"), kind)
        if kind == UNKNOWN:
            return octets
        if len(octets) > 0xFFFF:
            raise UnencodableFrame("A custom block holds at most 65,535 bytes.")
        return hex_bytes(block.get("code"), kind) + len(octets).to_bytes(2, "big") + octets
    if not isinstance(kind, str) or kind not in kinds:
        raise UnencodableFrame(f"There is no block {kind!r} in this edition.")
    code, layout = kinds[kind]
    row = {name: value for name, value in block.items() if name != "type"}
    return bytes([code]) + write_layout(layout, row)
