"""A keystore whose keys lie in a PKCS#11 token: a hardware security module, a smart card, SoftHSM2.

In: a library, a token's label, a PIN. Out: keys made in the token that never leave it; the folder
holds their names in the token and nothing secret.
Source: PKCS #11 v3.0
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pkcs11
from pkcs11.exceptions import MechanismInvalid
from pkcs11.util.ec import encode_named_curve_parameters

from battery_passport.adapters.keystore.folder import KeyFolder
from battery_passport.adapters.keystore.software import check_digest, low_s
from battery_passport.adapters.keystore.token_session import TokenAccess, TokenSession
from battery_passport.credentials.errors import KeystoreRefused
from battery_passport.credentials.keystore import KeyKind
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject

_FORMAT = "bp-pkcs11-key/v1"
_ID_BYTES = 16
_SCALAR_BYTES = 32
_SECRET_BITS = 256
_CURVES: Mapping[KeyKind, str] = {
    KeyKind.ES256: "secp256r1",
    KeyKind.SECP256K1: "secp256k1",
    KeyKind.ED25519: "1.3.101.112",
}
_STAYS_INSIDE = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}


class Pkcs11Keystore(KeyFolder):
    """Makes keys in a token and lets the token sign."""

    protection: ClassVar[str] = "pkcs11"

    def __init__(self, folder: Path, access: TokenAccess) -> None:
        """Raises: KeystoreRefused, WrongKeystorePassphrase, KeystoreUnavailable."""
        super().__init__(folder)
        self._token = TokenSession(access)

    def close(self) -> None:
        """Log out of the token."""
        self._token.close()

    def _make(self, name: str, kind: KeyKind) -> JsonObject:
        identity = secrets.token_bytes(_ID_BYTES)
        label = f"battery-passport {name}"

        def generate(session: pkcs11.Session) -> bytes:
            if kind is KeyKind.SECRET:
                return _generate_secret(session, identity, label)
            return _generate_pair(session, kind, identity, label)

        try:
            public_key = self._token.use(generate)
        except MechanismInvalid as error:
            raise KeystoreRefused(
                f"The token cannot make keys of the kind {kind}.",
                remedy="Use a token that can, or the keystore `file`.",
            ) from error
        return {
            "format": _FORMAT,
            "name": name,
            "kind": kind.value,
            "id": identity.hex(),
            "public_key": public_key.hex(),
        }

    def _signing_key(self, name: str, kind: KeyKind, document: JsonObject) -> "TokenKey":
        identity = _identity(name, kind, document)
        return TokenKey(kind, bytes.fromhex(str(document["public_key"])), identity, self._token)

    def _secret(self, name: str, document: JsonObject) -> "TokenSecret":
        return TokenSecret(_identity(name, KeyKind.SECRET, document), self._token)

    def _destroy(self, document: JsonObject) -> None:
        identity = bytes.fromhex(str(document["id"]))

        def destroy(session: pkcs11.Session) -> None:
            for each in list(session.get_objects({pkcs11.Attribute.ID: identity})):
                each.destroy()

        self._token.use(destroy)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A private key in the token."""

    kind: KeyKind
    public_key: bytes
    identity: bytes
    token: TokenSession

    def sign(self, message: bytes) -> bytes:
        """Return the token's signature. Raises: KeyGone, KeystoreUnavailable."""
        if self.kind is KeyKind.ED25519:
            return self._signed(message, pkcs11.Mechanism.EDDSA)
        digest = sha256(message) if self.kind is KeyKind.ES256 else check_digest(message)
        signature = self._signed(digest, pkcs11.Mechanism.ECDSA)
        r, s = signature[:_SCALAR_BYTES], signature[_SCALAR_BYTES:]
        return low_s(self.kind, int.from_bytes(r, "big"), int.from_bytes(s, "big"))

    def _signed(self, message: bytes, mechanism: pkcs11.Mechanism) -> bytes:
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.ID: self.identity,
        }
        return self.token.sign(wanted, message, mechanism)


@dataclass(frozen=True, slots=True)
class TokenSecret:
    """A random secret in the token: what is derived of it is its HMAC over the use."""

    identity: bytes
    token: TokenSession

    def derive(self, use: bytes) -> bytes:
        """Return the 32 bytes for one use. Raises: KeyGone, KeystoreUnavailable."""
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
            pkcs11.Attribute.ID: self.identity,
        }
        return self.token.sign(wanted, use, pkcs11.Mechanism.SHA256_HMAC)


def _generate_pair(session: pkcs11.Session, kind: KeyKind, identity: bytes, label: str) -> bytes:
    key_type, mechanism = pkcs11.KeyType.EC, pkcs11.Mechanism.EC_KEY_PAIR_GEN
    if kind is KeyKind.ED25519:
        key_type, mechanism = pkcs11.KeyType.EC_EDWARDS, pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
    curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVES[kind])}
    domain = session.create_domain_parameters(key_type, curve, local=True)
    public, _private = domain.generate_keypair(
        mechanism=mechanism,
        store=True,
        id=identity,
        label=label,
        private_template=_STAYS_INSIDE,
    )
    return _coordinates(public, kind)


def _generate_secret(session: pkcs11.Session, identity: bytes, label: str) -> bytes:
    session.generate_key(
        pkcs11.KeyType.GENERIC_SECRET,
        _SECRET_BITS,
        store=True,
        id=identity,
        label=label,
        capabilities=pkcs11.MechanismFlag.SIGN,
        mechanism=pkcs11.Mechanism.GENERIC_SECRET_KEY_GEN,
        template=_STAYS_INSIDE,
    )
    return b""


def _coordinates(public: pkcs11.PublicKey, kind: KeyKind) -> bytes:
    """Return the key's own bytes at the end of its encoded point, whose wrapping tokens vary."""
    length = 32 if kind is KeyKind.ED25519 else 64
    point: bytes = public[pkcs11.Attribute.EC_POINT]
    if len(point) < length:
        raise KeystoreRefused(f"The token gave a public key of {len(point)} bytes.")
    return point[-length:]


def _identity(name: str, kind: KeyKind, document: JsonObject) -> bytes:
    if (document.get("format"), document.get("name"), document.get("kind")) != (
        _FORMAT,
        name,
        kind.value,
    ):
        raise KeystoreRefused(
            f"The folder of keys holds another key under the name {name}.",
            remedy="Keys of another keystore cannot be moved into a token: use another home.",
        )
    return bytes.fromhex(str(document["id"]))


__all__ = ["Pkcs11Keystore", "TokenAccess", "TokenKey", "TokenSecret"]
