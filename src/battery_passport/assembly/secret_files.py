"""Secrets that lie in files: mounted secrets, systemd credentials.

In: given settings and the names of secret ones. Out: the settings with the files' content in place.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from battery_passport.foundation.errors import Misconfigured

ENDING = "_file"
_WORLD_READABLE = 0o004
_MOST_BYTES = 65_536


def secrets_from_files(given: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return the settings; `name` is what the file that `name_file` names holds.

    Raises: Misconfigured if both are given, or the file is unusable or readable for everybody.
    """
    values = dict(given)
    for name in names:
        path = values.pop(f"{name}{ENDING}", "")
        if not path:
            continue
        if values.get(name):
            raise Misconfigured(f"The secret {name} is set both in itself and by a file.")
        values[name] = secret_in(name, Path(path))
    return values


def secret_in(name: str, path: Path) -> str:
    """Return the secret that a file holds.

    Raises: Misconfigured if the file is unusable, or readable for everybody.
    """
    try:
        if path.stat().st_mode & _WORLD_READABLE:
            raise Misconfigured(
                f"The file of the secret {name} can be read by every account: {path}.",
                remedy="Let only the platform's own account read it (chmod 600).",
            )
        text = path.read_bytes()[:_MOST_BYTES].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The file of the secret {name} cannot be read: {path}.") from error
    # One line end is what an editor or `echo` adds, and no part of the secret.
    return text.removesuffix("\n").removesuffix("\r")
