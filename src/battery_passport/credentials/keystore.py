"""What a keystore does: signs and derives with keys that it alone holds.

In: names of keys. Out: keys that sign or derive; none of them shows its private half.
docs/reference/keys.md tells of every key.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from battery_passport.credentials.errors import UnknownKeyName
from battery_passport.foundation.strict_json import JsonObject

ORGANISATION_PREFIX = "party-"
"""Begins the names of keys by which organisations sign what they do on the ledger."""

INSPECTION_PREFIX = "inspection-"
"""Begins the names of keys by which inspection bodies sign what they measured, where this
installation keeps the key for them."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


class KeyKind(StrEnum):
    """What a key can do."""

    ES256 = "es256"
    ED25519 = "ed25519"
    SECP256K1 = "secp256k1"
    SECRET = "secret"  # noqa: S105 - the name of a kind


KEYS: Mapping[str, KeyKind] = MappingProxyType(
    {
        "issuer": KeyKind.ES256,
        "diagnostics": KeyKind.ES256,
        "tokens": KeyKind.ES256,
        "log": KeyKind.ED25519,
        "importer": KeyKind.ED25519,
        "gateway-ocpp": KeyKind.ED25519,
        "gateway-gbt32960": KeyKind.ED25519,
        "witness": KeyKind.ED25519,
        "anchor": KeyKind.SECP256K1,
        "deployer": KeyKind.SECP256K1,
        "relay": KeyKind.SECP256K1,
        "personal-data": KeyKind.SECRET,
        "lookup": KeyKind.SECRET,
    }
)
"""The keys of an installation. Those of organisations come with a prefix of `_PREFIXES`."""

_PREFIXES: Mapping[str, KeyKind] = MappingProxyType(
    {ORGANISATION_PREFIX: KeyKind.SECP256K1, INSPECTION_PREFIX: KeyKind.ES256}
)


def kind_of(name: str) -> KeyKind:
    """Return what kind the key of that name is. Raises: UnknownKeyName."""
    if name in KEYS:
        return KEYS[name]
    for prefix, kind in _PREFIXES.items():
        if name.startswith(prefix) and _NAME.fullmatch(name):
            return kind
    raise UnknownKeyName(f"{name[:80]!r} names no key.")


def check_kind(name: str, *, is_secret: bool) -> KeyKind:
    """Return the kind of a key that is, or is not, a secret. Raises: UnknownKeyName."""
    kind = kind_of(name)
    if (kind is KeyKind.SECRET) != is_secret:
        raise UnknownKeyName(f"The key {name} is of the kind {kind}.")
    return kind


class SigningKey(Protocol):
    """One private key, by its public half. It stays the same when another follows it."""

    @property
    def kind(self) -> KeyKind: ...

    @property
    def public_key(self) -> bytes:
        """The point as x ‖ y, or the 32 bytes of an Ed25519 key."""

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes: the Ed25519 signature, or r ‖ s with the lower s.

        ES256 hashes the message; secp256k1 takes a digest of 32 bytes.
        Raises: KeyGone, KeystoreUnavailable.
        """


class Secret(Protocol):
    """A random secret that others are derived from, one a use."""

    def derive(self, use: bytes) -> bytes:
        """Return the 32 bytes for one use. Raises: KeyGone, KeystoreUnavailable."""


class Keystore(Protocol):
    """Holds keys by name, each made at random at first use.

    A change of key has two steps: `make_next`, then `adopt_next`; `following` asks for the key
    between the two.
    """

    @property
    def protection(self) -> str:
        """How keys are protected: insecure-demonstration, encrypted-file, pkcs11 or remote."""

    @property
    def insecure(self) -> bool:
        """Whether whoever reads the disk has the keys."""

    def signing_key(self, name: str, *, following: bool = False) -> SigningKey:
        """Return a key. Raises: UnknownKeyName, KeyGone, KeystoreUnavailable."""

    def secret(self, name: str, *, following: bool = False) -> Secret:
        """Return a secret. Raises: UnknownKeyName, KeyGone, KeystoreUnavailable."""

    def has_next(self, name: str) -> bool:
        """Return whether the change of a key has begun."""

    def make_next(self, name: str) -> None:
        """Make the key that is to follow, unless it was made before."""

    def adopt_next(self, name: str, farewell: JsonObject | None = None) -> None:
        """Put the next key in the place of the present one, which is destroyed.

        `farewell` tells of the old key what others must go on knowing; it is kept first.
        Raises: KeyGone if there is no next key.
        """

    def farewells(self, name: str) -> tuple[JsonObject, ...]:
        """Return what was kept of the keys of that name that are no more, the oldest first."""

    def discard(self, name: str) -> None:
        """Forget a key and the one that was to follow; the next use makes another.

        Raises: KeystoreRefused where others may sign with it.
        """

    def close(self) -> None:
        """Let go of the token or the signer."""
