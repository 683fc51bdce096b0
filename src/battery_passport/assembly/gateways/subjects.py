"""Tokens, vehicle numbers and pack codes as keyed hashes: found again, never read.

In: what a car or charger names itself or a driver by. Out: 32 bytes that only this installation can
make. The key is derived from the secret `lookup` (docs/reference/keys.md).
"""

import hashlib
import hmac
from dataclasses import dataclass

from battery_passport.adapters.sql.gateway_bindings import BindingKind
from battery_passport.credentials.keystore import Secret

_SUBJECTS, _MESSAGES, _PASSWORDS = b"bp-gateway-subject/v1", b"bp-gateway-message/v1", b"bp-ocpp/v1"
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Hasher:
    """Hashes under keys of this installation; `derive` remembers what it derived."""

    secret: Secret

    def subject(self, kind: BindingKind, text: str) -> bytes:
        """Return the hash of a token, vehicle number or pack code; OCPP ignores case, so do we."""
        plain = f"{kind.value}\0{text.strip().casefold()}".encode()
        return self._hash(_SUBJECTS, plain)

    def message(self, *parts: bytes | str) -> bytes:
        """Return the digest of a message: the same message has the same, others another."""
        octets = [part if isinstance(part, bytes) else part.encode() for part in parts]
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in octets)
        return self._hash(_MESSAGES, framed)

    def password(self, charge_point: str, password: str) -> bytes:
        """Return what is kept of a charger's password."""
        return self._hash(_PASSWORDS, f"{charge_point}\0{password}".encode())

    def _hash(self, use: bytes, octets: bytes) -> bytes:
        return hmac.new(self.secret.derive(use), octets, hashlib.sha256).digest()


def shown(subject: bytes | None) -> str:
    """Return a name that people can tell a hash by."""
    return "" if subject is None else subject.hex()[:_SHOWN]
