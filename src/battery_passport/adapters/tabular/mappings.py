"""Mappings by the name they ship under, or from a file of the user's.

In: a name or a path. Out: checked mappings.
"""

from importlib import resources
from pathlib import Path

from battery_passport.telemetry.errors import InvalidMapping
from battery_passport.telemetry.mapping.model import SourceMapping
from battery_passport.telemetry.mapping.parsing import MAX_DECLARATION_BYTES, parse_mapping

_ENDING = ".toml"


def shipped_mappings() -> list[SourceMapping]:
    """Return the mappings that ship with the project, in the order of their names."""
    folder = resources.files(__package__) / "shipped"
    declarations = {
        entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name.endswith(_ENDING)
    }
    return [parse_mapping(declarations[name]) for name in sorted(declarations)]


def load_mapping(name_or_path: str) -> SourceMapping:
    """Return the shipped mapping of that name, else the one in the file of that path.

    Raises: InvalidMapping if there is neither, or the file is no mapping.
    """
    shipped = {mapping.name: mapping for mapping in shipped_mappings()}
    if name_or_path in shipped:
        return shipped[name_or_path]
    try:
        with Path(name_or_path).open("rb") as file:
            declaration = file.read(MAX_DECLARATION_BYTES + 1)
    except OSError as error:
        raise InvalidMapping(
            f"{name_or_path!r} is neither a shipped mapping nor a file that can be read.",
            remedy=f"Shipped are {', '.join(shipped)}; or give the path of a TOML file.",
        ) from error
    return parse_mapping(declaration)
