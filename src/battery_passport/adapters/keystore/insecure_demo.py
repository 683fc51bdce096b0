"""A keystore of plain files, for demonstration only: whoever reads the disk has the keys.

In: a folder. Out: random keys made at first use, files 0600; refuses to start in production.
"""

from pathlib import Path
from typing import ClassVar

from battery_passport.adapters.keystore.folder import KeyFolder
from battery_passport.adapters.keystore.software import SoftwareKey, SoftwareSecret, random_key
from battery_passport.credentials.keystore import KeyKind
from battery_passport.foundation.errors import Misconfigured
from battery_passport.foundation.strict_json import JsonObject

_MEMBER = "private_key_hex"


class InsecureKeystoreInProduction(Misconfigured):
    """The demonstration keystore was asked to serve a production installation."""

    code = "insecure-keystore-in-production"
    remedy = (
        "Set BATTERY_PASSPORT_KEYSTORE to file, pkcs11 or remote "
        "(docs/how-to/run-in-production-safely.md), or BATTERY_PASSPORT_MODE=demo."
    )


class InsecureDemoKeystore(KeyFolder):
    """Holds 32-byte private keys by name in `HOME/keys`."""

    protection: ClassVar[str] = "insecure-demonstration"
    insecure: ClassVar[bool] = True

    def __init__(self, folder: Path, mode: str) -> None:
        """Raises: InsecureKeystoreInProduction if `mode` is production."""
        super().__init__(folder)
        if mode == "production":
            raise InsecureKeystoreInProduction(
                "The demonstration keystore keeps its keys in clear."
            )

    def _make(self, name: str, kind: KeyKind) -> JsonObject:
        return {
            "name": name,
            "kind": kind.value,
            "notice": "INSECURE DEMONSTRATION KEY: not for production",
            _MEMBER: random_key().hex(),
        }

    def _signing_key(self, _name: str, kind: KeyKind, document: JsonObject) -> SoftwareKey:
        return SoftwareKey.of(kind, _private(document))

    def _secret(self, _name: str, document: JsonObject) -> SoftwareSecret:
        return SoftwareSecret(_private(document))


def _private(document: JsonObject) -> bytes:
    return bytes.fromhex(str(document[_MEMBER]))
