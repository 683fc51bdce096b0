"""Bytes as text and back, without the laxness of the standard decoders.

In: bytes or text. Out: text or bytes; text that another text would also decode to is refused.
Source: RFC 4648 §3.5 (canonical encoding).
"""

import base64
import binascii

from battery_passport.foundation.errors import InvalidInput


class MalformedEncoding(InvalidInput):
    """Text that is not the one canonical encoding of any bytes."""

    code = "malformed-encoding"


def base64url_encode(octets: bytes) -> str:
    """Return base64url text without padding."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def base64url_decode(text: str) -> bytes:
    """Return the bytes that unpadded base64url text encodes.

    Raises: MalformedEncoding unless encoding the result gives back the very same text.
    """
    try:
        octets = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise MalformedEncoding("The text is not base64url without padding.") from error
    if base64url_encode(octets) != text:
        raise MalformedEncoding("The text is not canonical base64url without padding.")
    return octets


def base64_encode(octets: bytes) -> str:
    """Return standard base64 text with padding."""
    return base64.b64encode(octets).decode("ascii")


def base64_decode(text: str) -> bytes:
    """Return the bytes that padded standard base64 text encodes.

    Raises: MalformedEncoding unless encoding the result gives back the very same text.
    """
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise MalformedEncoding("The text is not base64.") from error
    if base64_encode(octets) != text:
        raise MalformedEncoding("The text is not canonical base64.")
    return octets


def hex_decode(text: str, *, length: int | None = None) -> bytes:
    """Return the bytes that lower-case hexadecimal text encodes.

    Raises: MalformedEncoding for upper case, blanks, odd digits or another length in bytes.
    """
    try:
        octets = bytes.fromhex(text)
    except ValueError as error:
        raise MalformedEncoding("The text is not hexadecimal.") from error
    if octets.hex() != text:
        raise MalformedEncoding("The text is not lower-case hexadecimal without blanks.")
    if length is not None and len(octets) != length:
        raise MalformedEncoding(f"The text holds {len(octets)} bytes, expected {length}.")
    return octets
