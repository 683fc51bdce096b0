"""The web address under which an installation first began to name things.

In: settings and the home. Out: one address that identifiers in credentials are built on. It stays
when the server later listens on another port, because signed identifiers cannot move either.
"""

import json
import os
from pathlib import Path

from battery_passport.assembly.settings import Settings
from battery_passport.credentials.did_web import did_web
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import MalformedJson, parse_json_object

ORGANISATIONS_PATH = "organisations"


def lasting_base_url(settings: Settings, file: Path) -> str:
    """Return the address set by hand, or else the one that this home began with.

    Raises: Misconfigured if the file that remembers it is damaged.
    """
    if settings.public_base_url:
        return settings.base_url
    if not file.exists():
        _remember(file, settings.base_url)
    try:
        return str(parse_json_object(file.read_bytes())["base_url"])
    except (MalformedJson, KeyError) as error:
        raise Misconfigured(f"{file} does not name this installation's address.") from error


def organisation_did(base_url: str, slug: str) -> str:
    """Return the did:web of an organisation that issues here."""
    return did_web(base_url, ORGANISATIONS_PATH, slug)


def _remember(file: Path, base_url: str) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({"base_url": base_url}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(temporary, file)  # the first of two processes decides
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
