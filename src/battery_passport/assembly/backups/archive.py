"""Writes the backup file: a tar of named parts behind a manifest that holds the SHA-256 of each.

In: parts and a description. Out: a file that is whole, or no file.
"""

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from battery_passport.assembly.backups.errors import BackupExists
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, JsonValue, canonical_json

FORMAT = "battery-passport-backup"
VERSION = 1
MANIFEST = "manifest.json"


class BackupWriter:
    """Gathers parts in a folder, then joins them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: list[JsonValue] = []
        self._names = [MANIFEST]

    @property
    def parts(self) -> list[JsonValue]:
        """What the manifest says of the parts so far."""
        return list(self._parts)

    def add(self, name: str, fill: Callable[[IO[bytes]], object]) -> None:
        """Add a part whose bytes `fill` writes."""
        place = self._place(name)
        with place.open("wb") as file:
            fill(file)
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self._parts.append({"name": name, "sha256": digest, "bytes": place.stat().st_size})
        self._names.append(name)

    def join(self, file: IO[bytes], described: JsonObject) -> None:
        """Write the manifest, which is `described` and the list of parts, and every part."""
        self._place(MANIFEST).write_bytes(canonical_json({**described, "parts": self._parts}))
        with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name in self._names:
                with self._place(name).open("rb") as content:
                    member = tarfile.TarInfo(name)
                    member.size, member.mode = self._place(name).stat().st_size, 0o600
                    tar.addfile(member, content)

    def _place(self, name: str) -> Path:
        return self._folder / name.replace("/", "--")


def write_backup(output: Path, fill: Callable[[BackupWriter], JsonObject]) -> None:
    """Write a backup of the parts that `fill` adds, under the description that it returns.

    Raises: BackupExists; InvalidInput if the file cannot be written there.
    """
    if output.exists():
        raise BackupExists(f"{output} is there already.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=output.parent) as folder:
            writer = BackupWriter(Path(folder))
            described = fill(writer)
            whole = Path(folder) / "whole"
            with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                writer.join(file, described)
                file.flush()
                os.fsync(file.fileno())
            os.link(whole, output)  # never replaces a file that somebody made meanwhile
    except FileExistsError as error:
        raise BackupExists(f"{output} is there already.") from error
    except OSError as error:
        raise InvalidInput(
            f"{output} cannot be written: {error.strerror}.",
            remedy="Name a file in a folder that you may write to and that has room.",
        ) from error
