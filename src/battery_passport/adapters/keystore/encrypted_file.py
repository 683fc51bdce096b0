"""A keystore of files that only a passphrase or a key file opens.

In: a folder and what opens it. Out: keys sealed with AES-256-GCM; in clear they are in memory only.
Source: RFC 9106 (argon2id); RFC 5869 (HKDF); NIST SP 800-38D (AES-GCM)
"""

import secrets
from pathlib import Path
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from battery_passport.adapters.keystore.folder import (
    KeyFolder,
    create_private,
    read_private,
    write_private,
)
from battery_passport.adapters.keystore.software import SoftwareKey, SoftwareSecret, random_key
from battery_passport.adapters.keystore.unlocking import Opener
from battery_passport.credentials.errors import KeystoreRefused, WrongKeystorePassphrase
from battery_passport.credentials.keystore import KeyKind
from battery_passport.foundation.strict_json import JsonObject, canonical_json

FORMAT = "bp-keystore/v1"
_NONCE_BYTES = 12
_HEADER = "keystore.json"


class EncryptedFileKeystore(KeyFolder):
    """Seals each key under one random key, and that one under what the opener derives.

    So another passphrase means one file written anew, and the same keys.
    """

    protection: ClassVar[str] = "encrypted-file"

    def __init__(self, folder: Path, opener: Opener) -> None:
        """Raises: WrongKeystorePassphrase, KeystoreRefused."""
        super().__init__(folder)
        self._inner = self._unlocked(opener)
        self._cipher = AESGCM(self._inner)

    def protect_with(self, opener: Opener) -> None:
        """Let another passphrase or key file open the keystore from now on."""
        version = int(str(read_private(self.folder / _HEADER)["version"]))
        write_private(self.folder / _HEADER, _header(opener, self._inner, version + 1))

    def _unlocked(self, opener: Opener) -> bytes:
        path = self.folder / _HEADER
        if not path.exists():
            self._refuse_foreign_keys()
            create_private(path, _header(opener, secrets.token_bytes(32), 1))
        return _opened_header(opener, read_private(path))

    def _refuse_foreign_keys(self) -> None:
        """Refuse keys of a demonstration: who could read the disk may have them."""
        # Looked for again: another process may have made the keystore just now.
        if any(self.folder.glob("*.json")) and not (self.folder / _HEADER).exists():
            raise KeystoreRefused(
                "The folder of keys holds keys that are not encrypted, or the keystore's first file"
                f" {_HEADER} is missing.",
                remedy="Keys of a demonstration cannot be taken over: begin with another home, or "
                "restore the missing file from a backup.",
            )

    def _make(self, name: str, kind: KeyKind) -> JsonObject:
        return {
            "format": FORMAT,
            "name": name,
            "kind": kind.value,
            "sealed": _sealed(self._cipher, random_key(), _context(name, kind)).hex(),
        }

    def _signing_key(self, name: str, kind: KeyKind, document: JsonObject) -> SoftwareKey:
        return SoftwareKey.of(kind, self._private(name, kind, document))

    def _secret(self, name: str, document: JsonObject) -> SoftwareSecret:
        return SoftwareSecret(self._private(name, KeyKind.SECRET, document))

    def _private(self, name: str, kind: KeyKind, document: JsonObject) -> bytes:
        try:
            sealed = bytes.fromhex(str(document.get("sealed")))
            return _unsealed(self._cipher, sealed, _context(name, kind))
        except (InvalidTag, ValueError) as error:
            raise KeystoreRefused(
                f"The key {name} was altered, or is not of this keystore.",
                remedy="Restore the folder of keys from one and the same backup.",
            ) from error


def _context(name: str, kind: KeyKind) -> bytes:
    return canonical_json({"format": FORMAT, "name": name, "kind": kind.value})


def _header(opener: Opener, inner: bytes, version: int) -> JsonObject:
    how: JsonObject = {"format": FORMAT, "version": version, "opened_by": opener.new_parameters()}
    cipher = AESGCM(opener.key(how["opened_by"]))
    return {**how, "sealed": _sealed(cipher, inner, canonical_json(how)).hex()}


def _opened_header(opener: Opener, header: JsonObject) -> bytes:
    how = {name: value for name, value in header.items() if name != "sealed"}
    if how.get("format") != FORMAT:
        raise KeystoreRefused(f"The keystore's format is {how.get('format')!r}, expected {FORMAT}.")
    cipher = AESGCM(opener.key(how.get("opened_by")))
    try:
        return _unsealed(cipher, bytes.fromhex(str(header.get("sealed"))), canonical_json(how))
    except (InvalidTag, ValueError) as error:
        raise WrongKeystorePassphrase(f"The {opener.what} does not open the keystore.") from error


def _sealed(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, context)


def _unsealed(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
