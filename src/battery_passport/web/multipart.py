"""Forms with files, read whole: our files are texts, so a file is a field like any other.

In: the body of a `multipart/form-data` request. Out: names and texts, bounded.
Source: RFC 7578; RFC 2046 §5.1.
"""

import re
from collections.abc import Iterator
from email.message import Message

from battery_passport.foundation.errors import InvalidInput

MULTIPART = "multipart/form-data"
MAX_PARTS = 40

_NAME = re.compile(rb'\bname="((?:[^"\\\r\n]|\\.)*)"')


class UnreadableUpload(InvalidInput):
    """A form with files that is not in the form browsers send, or holds a file that is no text."""

    code = "unreadable-upload"
    remedy = "Choose the file again; it must be a text in UTF-8, as our proof and model files are."


def boundary_of(content_type: str) -> bytes:
    """Return the line that parts are divided by.

    Raises: UnreadableUpload.
    """
    header = Message()
    header["content-type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not 1 <= len(boundary) <= 70 or not boundary.isascii():
        raise UnreadableUpload("The form names no boundary between its parts.")
    return boundary.encode("ascii")


def parse_multipart(body: bytes, boundary: bytes) -> tuple[tuple[str, str], ...]:
    """Return the fields of a form in their order; the content of a file as its text.

    Raises: UnreadableUpload.
    """
    return tuple(_fields(body, b"--" + boundary))


def _fields(body: bytes, divider: bytes) -> Iterator[tuple[str, str]]:
    _, first, rest = (b"\r\n" + body).partition(b"\r\n" + divider)
    pieces = rest.split(b"\r\n" + divider)
    if not first or not pieces[-1].startswith(b"--") or len(pieces) > MAX_PARTS:
        raise UnreadableUpload("The form is cut off, or is none.")
    for piece in pieces[:-1]:
        head, blank, content = piece.partition(b"\r\n\r\n")
        named = _NAME.search(head)
        if not blank or named is None:
            raise UnreadableUpload("A part of the form has no name.")
        yield _text(named[1]), _text(content)


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableUpload("The file is no text in UTF-8.") from error
