"""A keystore of plain files, for demonstration only: whoever reads the disk has the keys.

In: a folder. Out: random keys made at first use, files 0600; refuses to start in production.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import JsonObject

# secp256k1 and P-256 private keys are numbers below the group order; both orders exceed this.
_LARGEST_SAFE = 2**255
KEY_NAMES = (
    "issuer",
    "diagnostics",
    "log",
    "importer",
    "anchor",
    "personal-data",
    "lookup",
    "tokens",
)


class InsecureKeystoreInProduction(Misconfigured):
    """The demonstration keystore was asked to serve a production installation."""

    code = "insecure-keystore-in-production"
    remedy = "Set BATTERY_PASSPORT_MODE=demo, or configure a keystore that protects its keys."


@dataclass(frozen=True, slots=True)
class InsecureDemoKeystore:
    """Holds 32-byte private keys by name in `HOME/keys`.

    Raises: InsecureKeystoreInProduction if `mode` is production.
    """

    folder: Path
    mode: str

    def __post_init__(self) -> None:
        if self.mode == "production":
            raise InsecureKeystoreInProduction(
                "The demonstration keystore keeps its keys in clear."
            )

    def private_key(self, name: str) -> bytes:
        """Return the 32-byte private key of that name, made at random at first use."""
        path = self._path(name)
        if not path.exists():
            self._create(path, name)
        return _private_key(path)

    def next_key(self, name: str) -> bytes | None:
        """Return the key that is to follow the present one, if its change has begun."""
        path = self._next_path(name)
        return _private_key(path) if path.exists() else None

    def make_next(self, name: str) -> bytes:
        """Return the key that is to follow the present one, made now unless it was made before."""
        path = self._next_path(name)
        if not path.exists():
            self._create(path, name)
        return _private_key(path)

    def adopt_next(self, name: str, farewell: JsonObject | None = None) -> None:
        """Put the next key in the place of the present one, which is destroyed.

        `farewell` tells of the old key what others must go on knowing; it is kept first.
        """
        if farewell is not None:
            told = [each for each in self.farewells(name) if each != farewell]
            _write_whole(self._farewell_path(name), {"retired": [*told, farewell]})
        self._next_path(name).replace(self._path(name))
        _sync_folder(self.folder)

    def farewells(self, name: str) -> tuple[JsonObject, ...]:
        """Return what was kept of the keys of that name that are no more, the oldest first."""
        path = self._farewell_path(name)
        if not path.exists():
            return ()
        return tuple(json.loads(path.read_text(encoding="utf-8"))["retired"])

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _next_path(self, name: str) -> Path:
        return self.folder / f"{name}.next.json"

    def _farewell_path(self, name: str) -> Path:
        return self.folder / f"{name}.retired.json"

    def _create(self, path: Path, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        document: JsonObject = {
            "name": name,
            "notice": "INSECURE DEMONSTRATION KEY: not for production",
            "private_key_hex": _random_scalar().hex(),
        }
        temporary = _write_beside(path, document)
        try:
            os.link(temporary, path)  # never replaces a key that another process just made
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        _sync_folder(self.folder)


def _private_key(path: Path) -> bytes:
    return bytes.fromhex(json.loads(path.read_text(encoding="utf-8"))["private_key_hex"])


def _write_beside(path: Path, document: JsonObject) -> Path:
    """Return a durable, private file with that content beside the path."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _write_whole(path: Path, document: JsonObject) -> None:
    _write_beside(path, document).replace(path)
    _sync_folder(path.parent)


def _random_scalar() -> bytes:
    return (secrets.randbelow(_LARGEST_SAFE - 1) + 1).to_bytes(32, "big")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
