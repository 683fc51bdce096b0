"""Battery identifiers: GS1 Digital Link `01/GTIN/21/serial`, `GTIN/serial`, or an alias.

In: text a person or a device wrote. Out: a checked identifier.
Source: GS1 General Specifications §3.2, §7.9; GS1 Digital Link URI syntax 1.4.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from battery_passport.foundation.errors import InvalidInput

# GS1 AI (21): 1 to 20 characters of GS1 AI encodable character set 82.
_SERIAL = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}""")
_ALIAS = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DIGITAL_LINK_PATH = re.compile(r"(?:.*/)?01/([0-9]{8,14})/21/([^/]+)/?")


class MalformedIdentifier(InvalidInput):
    """Text that identifies no battery."""

    code = "malformed-identifier"
    remedy = "Give a GS1 Digital Link, GTIN/serial, or an alias of letters, digits, '.', '_', '-'."


@dataclass(frozen=True, slots=True, order=True)
class BatteryIdentifier:
    """A battery's public identifier: its model's GTIN-14 and its own serial number."""

    gtin: str
    serial: str

    def __post_init__(self) -> None:
        if len(self.gtin) != 14 or not self.gtin.isascii() or not self.gtin.isdigit():
            raise MalformedIdentifier(f"{self.gtin!r} is not a GTIN of 14 digits.")
        expected = gtin_check_digit(self.gtin[:-1])
        if self.gtin[-1] != expected:
            raise MalformedIdentifier(
                f"GTIN {self.gtin} ends in check digit {self.gtin[-1]}, expected {expected}."
            )
        if not _SERIAL.fullmatch(self.serial):
            raise MalformedIdentifier(
                f"Serial {self.serial!r} is not 1 to 20 characters of the GS1 set."
            )

    @property
    def path(self) -> str:
        """The GS1 Digital Link path, percent-encoded, without a leading slash."""
        return f"01/{self.gtin}/21/{quote(self.serial, safe='')}"

    def __str__(self) -> str:
        return f"{self.gtin}/{self.serial}"


def gtin_check_digit(digits: str) -> str:
    """Return the GS1 check digit of a GTIN's other digits."""
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-weighted % 10)


def parse_battery_identifier(text: str) -> BatteryIdentifier | str:
    """Return the identifier that a text names, or the alias itself as text.

    Accepts a GS1 Digital Link (with or without host), `GTIN/serial`, or an alias.
    Raises: MalformedIdentifier.
    """
    if _ALIAS.fullmatch(text):
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("", "http", "https"):
        raise MalformedIdentifier(f"{text[:80]!r} is not a web address or a path.")
    path = parts.path if parts.scheme else text
    link = _DIGITAL_LINK_PATH.fullmatch(path)
    if link:
        return BatteryIdentifier(gtin=link[1].zfill(14), serial=unquote(link[2]))
    gtin, slash, serial = path.partition("/")
    if slash and gtin.isascii() and gtin.isdigit() and 8 <= len(gtin) <= 14:
        return BatteryIdentifier(gtin=gtin.zfill(14), serial=serial)
    raise MalformedIdentifier(f"{text[:80]!r} is not a battery identifier.")
