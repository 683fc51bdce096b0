"""Keys within a backup: encrypted under a passphrase, and bound to everything else in the file.

In: key files and a passphrase. Out: sealed bytes with the parameters to open them, and back.
Source: RFC 7914 (scrypt); NIST SP 800-38D (AES-GCM).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from battery_passport.assembly.backups.errors import (
    BackupUnusable,
    PassphraseMissing,
    WrongPassphrase,
)
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object

SEALED = "scrypt-aes-256-gcm"
CLEAR = "none"

LEAST_PASSPHRASE = 12
"""Characters of a passphrase: a backup lies for years where others may try at leisure."""

# 128 MiB and a third of a second for each try.
_COST, _BLOCK, _LANES = 2**17, 8, 1
_NONCE = bytes(12)


def seal(
    files: dict[str, str], passphrase: str | None, *, bound: JsonObject
) -> tuple[bytes, JsonObject]:
    """Return key files as bytes for the backup, and how to open them.

    `bound` is the rest of the manifest: with any of it altered, the keys no longer open.
    Without a passphrase the keys are in clear.
    Raises: PassphraseMissing if it is too short.
    """
    content = canonical_json({**files})
    if passphrase is None:
        return content, {"protection": CLEAR}
    if len(passphrase) < LEAST_PASSPHRASE:
        raise PassphraseMissing(
            f"The passphrase has {len(passphrase)} characters, expected {LEAST_PASSPHRASE} or more."
        )
    salt = secrets.token_bytes(32)
    # The salt, and with it the key, is new each time: so one nonce does.
    sealed = AESGCM(_key(passphrase, salt)).encrypt(_NONCE, content, canonical_json(bound))
    return sealed, {"protection": SEALED, "salt": salt.hex()}


def unseal(
    sealed: bytes, passphrase: str | None, *, how: JsonObject, bound: JsonObject
) -> dict[str, str]:
    """Return the key files. Raises: WrongPassphrase, PassphraseMissing, BackupUnusable."""
    protection = how.get("protection")
    if protection == CLEAR:
        return _files(sealed)
    if protection != SEALED:
        raise BackupUnusable(f"The keys are protected by {protection!r}, expected {SEALED}.")
    if passphrase is None:
        raise PassphraseMissing("The backup's keys are encrypted.")
    try:
        salt = bytes.fromhex(str(how.get("salt")))
        content = AESGCM(_key(passphrase, salt)).decrypt(_NONCE, sealed, canonical_json(bound))
    except InvalidTag as error:
        raise WrongPassphrase("The passphrase does not open the backup's keys.") from error
    except ValueError as error:
        raise BackupUnusable("The backup does not tell how its keys are protected.") from error
    return _files(content)


def _key(passphrase: str, salt: bytes) -> bytes:
    derived = Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=_LANES)
    return derived.derive(passphrase.encode("utf-8"))


def _files(content: bytes) -> dict[str, str]:
    return {name: str(text) for name, text in parse_json_object(content).items()}
