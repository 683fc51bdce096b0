"""The Korean typeface of the npm package, as files that a typesetter reads.

In: WOFF files of `krds-uiux`. Out: the same fonts unpacked, in a folder of their own.
They are laid out as WOFF 1.0 of the W3C says.
"""

import struct
import zlib
from pathlib import Path
from typing import Final

from battery_passport.foundation.errors import Misconfigured

NAMES: Final = ("PretendardGOV-Regular.subset", "PretendardGOV-Bold.subset")

_HEADER = struct.Struct(">4sIIHHIHHIIIII")
_ENTRY = struct.Struct(">4sIIII")
_SIGNATURE: Final = b"wOFF"


class TypefaceMissing(Misconfigured):
    """The typeface that documents are set in is not installed, or is no WOFF file."""

    code = "typeface-missing"
    remedy = "Run `make setup`, or set `node_modules` to the folder that holds `krds-uiux`."


def unpack_typefaces(node_modules: Path, folder: Path) -> None:
    """Write the fonts into a folder. Raises: TypefaceMissing."""
    for name in NAMES:
        path = node_modules / "krds-uiux" / "resources" / "fonts" / f"{name}.woff"
        try:
            octets = path.read_bytes()
        except OSError as error:
            raise TypefaceMissing(f"There is no font {path}.") from error
        (folder / f"{name}.ttf").write_bytes(plain_font(octets))


def plain_font(woff: bytes) -> bytes:
    """Return the font inside a WOFF file, its tables in the order of the file.

    Raises: TypefaceMissing.
    """
    if woff[:4] != _SIGNATURE:
        raise TypefaceMissing("A font file does not begin as WOFF files do.")
    _, flavour, _, count, *_ = _HEADER.unpack_from(woff)
    entries = [
        _ENTRY.unpack_from(woff, _HEADER.size + place * _ENTRY.size) for place in range(count)
    ]
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(
        ">IHHHH", flavour, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    place, directory, body = len(head) + 16 * count, b"", b""
    for tag, offset, packed, size, checksum in entries:
        table = woff[offset : offset + packed]
        table = zlib.decompress(table) if packed < size else table
        directory += struct.pack(">4sIII", tag, checksum, place + len(body), size)
        body += table + b"\0" * (-size % 4)
    return head + directory + body
