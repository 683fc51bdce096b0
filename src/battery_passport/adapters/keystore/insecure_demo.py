"""A keystore of plain files, for demonstration only: whoever reads the disk has the keys.

In: a folder. Out: random keys made at first use, files 0600; refuses to start in production.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from battery_passport.foundation.errors import Misconfigured

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
        path = self.folder / f"{name}.json"
        if not path.exists():
            self._create(path, name)
        stored = json.loads(path.read_text(encoding="utf-8"))
        return bytes.fromhex(stored["private_key_hex"])

    def _create(self, path: Path, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        document = {
            "name": name,
            "notice": "INSECURE DEMONSTRATION KEY: not for production",
            "private_key_hex": _random_scalar().hex(),
        }
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # never replaces a key that another process just made
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        _sync_folder(self.folder)


def _random_scalar() -> bytes:
    return (secrets.randbelow(_LARGEST_SAFE - 1) + 1).to_bytes(32, "big")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
