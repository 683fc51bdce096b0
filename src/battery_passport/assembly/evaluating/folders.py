"""Folders of an evaluation: which files they hold, and labels in JSON.

In: paths. Out: files by name, or a refusal that says what was expected.
"""

import json
from pathlib import Path

from battery_passport.assembly.evaluating.errors import UnusableFolder
from battery_passport.foundation.strict_json import JsonValue


def files_matching(folder: Path, pattern: str, what: str) -> list[Path]:
    """Return the files of a folder that fit a pattern, by name.

    Raises: UnusableFolder if it is no folder or has none.
    """
    if not folder.is_dir():
        raise UnusableFolder(f"{folder} is no folder; expected one with {what} ({pattern}).")
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if not found:
        raise UnusableFolder(f"{folder} holds no {what}; expected files named {pattern}.")
    return found


def read_json(path: Path, what: str) -> JsonValue:
    """Return a JSON document. Raises: UnusableFolder if it is missing or broken."""
    try:
        document: JsonValue = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableFolder(f"{path} cannot be read; expected {what}.") from error
    except ValueError as error:
        raise UnusableFolder(f"{path} is no JSON; expected {what}.") from error
    return document
