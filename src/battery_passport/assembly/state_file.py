"""What a monitor has to remember, in one small file.

In: a JSON object. Out: the same after any crash; nothing before the first.
"""

import os
from pathlib import Path

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object


class StateFile:
    """Replaced whole each time; what a crash loses is looked at once more."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> JsonObject:
        """Return what was kept; an empty object before the first time, or if it is unreadable."""
        try:
            return parse_json_object(self._path.read_bytes())
        except (FileNotFoundError, InvalidInput):
            return {}

    def write(self, document: JsonObject) -> None:
        """Keep a document in place of the one before."""
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        draft.write_bytes(canonical_json(document))
        draft.replace(self._path)
