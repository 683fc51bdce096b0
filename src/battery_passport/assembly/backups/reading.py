"""Reads a backup file, and gives nothing out before every part was compared with the manifest.

In: a file. Out: its manifest and parts; anything missing, cut short, altered or added is refused.
"""

import hashlib
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import cast

from battery_passport.assembly.backups.archive import FORMAT, MANIFEST, VERSION
from battery_passport.assembly.backups.errors import BackupUnusable
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject, parse_json_object

_MANIFEST_BYTES = 4 << 20
_NAME = re.compile(r"[a-z]+(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99})?")


class Backup:
    """A backup file whose parts are those of its manifest, byte for byte."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        """Check everything. Raises: BackupUnusable."""
        self._tar = tar
        self._members = {member.name: member for member in _regular(tar)}
        self.manifest = self._manifest()
        self._check_parts()

    def names(self, group: str) -> list[str]:
        """Return the names of the parts in a group such as `tables/`, as they lie in the file."""
        return [name for name in self._members if name.startswith(group)]

    def read(self, name: str) -> bytes:
        """Return the bytes of a part. Raises: BackupUnusable."""
        with self.opened(name) as part:
            return part.read()

    @contextmanager
    def opened(self, name: str) -> Iterator[BufferedIOBase]:
        """Open a part for reading. Raises: BackupUnusable."""
        member = self._members.get(name)
        part = None if member is None else self._tar.extractfile(member)
        if part is None:
            raise BackupUnusable(f"The backup has no part {name}.")
        with part:
            yield cast("BufferedIOBase", part)  # tarfile's own reader is one

    def _manifest(self) -> JsonObject:
        member = self._members.get(MANIFEST)
        if member is None or member.size > _MANIFEST_BYTES:
            raise BackupUnusable("The backup has no manifest.")
        try:
            manifest = parse_json_object(self.read(MANIFEST))
        except InvalidInput as error:
            raise BackupUnusable("The backup's manifest is damaged.") from error
        kind = (manifest.get("format"), manifest.get("version"))
        if kind != (FORMAT, VERSION):
            raise BackupUnusable(f"The file is {kind[0]} {kind[1]}, expected {FORMAT} {VERSION}.")
        return manifest

    def _check_parts(self) -> None:
        listed = self.manifest.get("parts")
        described = listed if isinstance(listed, list) else []
        parts = [each for each in described if isinstance(each, dict)]
        names = [str(part.get("name")) for part in parts]
        if [MANIFEST, *names] != list(self._members):
            odd = sorted({MANIFEST, *names} ^ set(self._members)) or ["in another order"]
            raise BackupUnusable(f"The backup's parts are not those of its manifest: {odd[0]}.")
        for name, part in zip(names, parts, strict=True):
            with self.opened(name) as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            if digest != part.get("sha256") or self._members[name].size != part.get("bytes"):
                raise BackupUnusable(f"The backup's part {name} is not as it was written.")


@contextmanager
def opened_backup(path: Path) -> Iterator[Backup]:
    """Open a backup, all of it checked. Raises: BackupUnusable."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield Backup(tar)
    except tarfile.TarError as error:
        raise BackupUnusable(f"{path} is no whole backup: {error}.") from error
    except OSError as error:
        raise BackupUnusable(f"{path} cannot be read: {error.strerror}.") from error


def _regular(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    seen: set[str] = set()
    for member in tar.getmembers():
        named = member.name == MANIFEST or _NAME.fullmatch(member.name)
        if not (member.isreg() and named) or member.name in seen:
            raise BackupUnusable(f"The backup has a part that none should have: {member.name!r}.")
        seen.add(member.name)
        yield member
