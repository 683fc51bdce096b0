"""What opens an encrypted keystore: a passphrase, or a file of random bytes.

In: a secret, parameters beside what it opens. Out: the 32-byte key they give.
Source: RFC 9106 §4 (argon2id, the second recommended choice); RFC 5869 (HKDF)
"""

import secrets
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from battery_passport.credentials.errors import KeystoreRefused, WrongKeystorePassphrase
from battery_passport.foundation.strict_json import JsonObject, JsonValue

LEAST_PASSPHRASE = 12
LEAST_KEY_FILE_BYTES = 32
_KEY_BYTES = 32
_SALT_BYTES = 16
_ROUNDS, _MEMORY_KIB, _LANES = 3, 65_536, 4
_MOST = {"rounds": 64, "memory_kib": 4_194_304, "lanes": 64}
"""Beyond these a damaged file would cost the machine's memory before it is refused."""


class Opener(Protocol):
    """A secret that gives a key, by parameters that are no secret."""

    what: ClassVar[str]

    def new_parameters(self) -> JsonObject:
        """Return fresh parameters, to be kept beside what is sealed."""

    def key(self, parameters: JsonValue) -> bytes:
        """Return the key. Raises: WrongKeystorePassphrase, KeystoreRefused."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase of a person or of a secret store."""

    text: str = field(repr=False)
    what: ClassVar[str] = "passphrase"

    def __post_init__(self) -> None:
        if len(self.text) < LEAST_PASSPHRASE:
            raise KeystoreRefused(
                f"The passphrase of the keystore has {len(self.text)} characters,"
                f" expected {LEAST_PASSPHRASE} or more."
            )

    def new_parameters(self) -> JsonObject:
        """Return a fresh salt and today's cost."""
        return {
            "kdf": "argon2id",
            "salt": secrets.token_hex(_SALT_BYTES),
            "rounds": _ROUNDS,
            "memory_kib": _MEMORY_KIB,
            "lanes": _LANES,
        }

    def key(self, parameters: JsonValue) -> bytes:
        """Return the key that argon2id gives."""
        given = _of_kind(parameters, "argon2id", self.what)
        cost = {name: _number(given, name) for name in _MOST}
        return hash_secret_raw(
            self.text.encode("utf-8"),
            _salt(given),
            time_cost=cost["rounds"],
            memory_cost=cost["memory_kib"],
            parallelism=cost["lanes"],
            hash_len=_KEY_BYTES,
            type=Type.ID,
        )


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Random bytes of a file that lies elsewhere: a mounted secret, a systemd credential."""

    octets: bytes = field(repr=False)
    what: ClassVar[str] = "key file"

    def __post_init__(self) -> None:
        if len(self.octets) < LEAST_KEY_FILE_BYTES:
            raise KeystoreRefused(
                f"The key file of the keystore has {len(self.octets)} bytes,"
                f" expected {LEAST_KEY_FILE_BYTES} or more."
            )

    def new_parameters(self) -> JsonObject:
        """Return a fresh salt."""
        return {"kdf": "hkdf-sha256", "salt": secrets.token_hex(_SALT_BYTES)}

    def key(self, parameters: JsonValue) -> bytes:
        """Return the key that HKDF gives."""
        salt = _salt(_of_kind(parameters, "hkdf-sha256", self.what))
        kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=b"bp-keystore/v1")
        return kdf.derive(self.octets)


def _of_kind(parameters: JsonValue, kdf: str, what: str) -> JsonObject:
    if not isinstance(parameters, dict):
        raise KeystoreRefused("The keystore does not tell what opens it.")
    if parameters.get("kdf") != kdf:
        raise WrongKeystorePassphrase(f"The keystore is not opened by a {what}.")
    return parameters


def _salt(parameters: JsonObject) -> bytes:
    try:
        salt = bytes.fromhex(str(parameters.get("salt")))
    except ValueError as error:
        raise KeystoreRefused("The keystore's salt is damaged.") from error
    if len(salt) != _SALT_BYTES:
        raise KeystoreRefused("The keystore's salt is damaged.")
    return salt


def _number(parameters: JsonObject, name: str) -> int:
    value = parameters.get(name)
    if not isinstance(value, int) or not 0 < value <= _MOST[name]:
        raise KeystoreRefused(f"The keystore's {name} is {value!r}, expected 1 to {_MOST[name]}.")
    return value
