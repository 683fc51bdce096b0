"""A folder with one file a key: what every keystore that lives beside its installation shares.

In: a folder. Out: files 0600, written durably and whole; a key that exists is never replaced but
by the one that follows it.
"""

import json
import os
import secrets
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from battery_passport.credentials.errors import KeyGone, KeystoreRefused
from battery_passport.credentials.keystore import KeyKind, Secret, SigningKey, check_kind, kind_of
from battery_passport.foundation.strict_json import JsonObject

_OTHERS = 0o077


class KeyFolder(ABC):
    """A keystore of files; what a file holds is the matter of each kind of keystore."""

    protection: ClassVar[str]
    insecure: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def _make(self, name: str, kind: KeyKind) -> JsonObject:
        """Return a new random key as its file is to hold it."""

    @abstractmethod
    def _signing_key(self, name: str, kind: KeyKind, document: JsonObject) -> SigningKey:
        """Return the key that a file holds or names."""

    @abstractmethod
    def _secret(self, name: str, document: JsonObject) -> Secret:
        """Return the secret that a file holds or names."""

    def _destroy(self, document: JsonObject) -> None:  # noqa: B027 - a file's key went with the file
        """Destroy a key that no file names any more."""

    def signing_key(self, name: str, *, following: bool = False) -> SigningKey:
        """Return a key, made at random at first use."""
        kind = check_kind(name, is_secret=False)
        return self._signing_key(name, kind, self._document(name, kind, following=following))

    def secret(self, name: str, *, following: bool = False) -> Secret:
        """Return a secret, made at random at first use."""
        kind = check_kind(name, is_secret=True)
        return self._secret(name, self._document(name, kind, following=following))

    def has_next(self, name: str) -> bool:
        """Return whether the change of a key has begun."""
        kind_of(name)
        return self._next_path(name).exists()

    def make_next(self, name: str) -> None:
        """Make the key that is to follow, unless it was made before."""
        kind, path = kind_of(name), self._next_path(name)
        if not path.exists():
            self._create(path, name, kind)

    def adopt_next(self, name: str, farewell: JsonObject | None = None) -> None:
        """Put the next key in the place of the present one, which is destroyed."""
        if not self.has_next(name):
            raise KeyGone(f"No key was made that is to follow {name}.")
        if farewell is not None:
            told = [each for each in self.farewells(name) if each != farewell]
            write_private(self._farewell_path(name), {"retired": [*told, farewell]})
        path = self._path(name)
        old = read_private(path) if path.exists() else None
        self._next_path(name).replace(path)
        sync_folder(self.folder)
        if old is not None:
            self._destroy(old)

    def farewells(self, name: str) -> tuple[JsonObject, ...]:
        """Return what was kept of the keys of that name that are no more, the oldest first."""
        path = self._farewell_path(name)
        return tuple(read_private(path)["retired"]) if path.exists() else ()  # type: ignore[arg-type]

    def discard(self, name: str) -> None:
        """Forget a key and the one that was to follow."""
        for path in (self._path(name), self._next_path(name)):
            path.unlink(missing_ok=True)
        sync_folder(self.folder)

    def close(self) -> None:  # noqa: B027 - files are not held open
        """Let go of what is held."""

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _next_path(self, name: str) -> Path:
        return self.folder / f"{name}.next.json"

    def _farewell_path(self, name: str) -> Path:
        return self.folder / f"{name}.retired.json"

    def _document(self, name: str, kind: KeyKind, *, following: bool) -> JsonObject:
        path = self._next_path(name) if following else self._path(name)
        if not path.exists():
            if following:
                raise KeyGone(f"No key was made that is to follow {name}.")
            self._create(path, name, kind)
        return read_private(path)

    def _create(self, path: Path, name: str, kind: KeyKind) -> None:
        document = self._make(name, kind)
        if not create_private(path, document):
            self._destroy(document)


def read_private(path: Path) -> JsonObject:
    """Return what a private file holds.

    Raises: KeystoreRefused if others may read it, or it is damaged.
    """
    if path.stat().st_mode & _OTHERS:
        raise KeystoreRefused(
            f"{path.name} of the keystore is open to other accounts.",
            remedy="Take their rights away (chmod 600); change the key if others may have read it.",
        )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise KeystoreRefused(
            f"{path.name} of the keystore is damaged.", remedy="Restore it from a backup."
        ) from error
    if not isinstance(document, dict):
        raise KeystoreRefused(f"{path.name} of the keystore is damaged.")
    return document


def create_private(path: Path, document: JsonObject) -> bool:
    """Write a new private file and return whether it was made: none that is there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _write_beside(path, document)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
        sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    if not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_beside(path: Path, document: JsonObject) -> Path:
    """Return a durable, private file with that content beside the path."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def write_private(path: Path, document: JsonObject) -> None:
    """Write a private file whole, in the place of what was there."""
    _write_beside(path, document).replace(path)
    sync_folder(path.parent)
