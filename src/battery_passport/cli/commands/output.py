"""How verbs print: JSON alone, or plain lines; and how they write files.

In: answers of operations. Out: text on stdout, files that are whole or absent.
"""

import json
import os
import sys
from pathlib import Path

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject


class UnwritableFile(InvalidInput):
    """The result could not be written where it was asked for."""

    code = "unwritable-file"
    remedy = "Name a file in a folder you may write to."


class UnreadableFile(InvalidInput):
    """A file that was named could not be read."""

    code = "unreadable-file"
    remedy = "Check its name and that you may read it."


def print_json(document: JsonObject) -> None:
    """Print a JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def print_lines(*lines: str) -> None:
    """Print lines on stdout, leaving out empty ones."""
    for line in lines:
        if line:
            print(line)


def note(line: str) -> None:
    """Print a remark on stderr, so that stdout stays clean."""
    print(line, file=sys.stderr)


def count_of(number: int, noun: str, plural: str = "s") -> str:
    """Return a number with its noun, as in `1 charge` or `2 charges`."""
    return f"{number} {noun}{'' if number == 1 else plural}"


def read_file(name: str) -> bytes:
    """Return the bytes of a file. Raises: UnreadableFile."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {error.strerror}.") from error


def write_file(name: str, octets: bytes) -> None:
    """Write a file so that it is either whole or not there. Raises: UnwritableFile."""
    path = Path(name)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UnwritableFile(f"{name} cannot be written: {error.strerror}.") from error
