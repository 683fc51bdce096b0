"""A signer whose private key stays in a keystore.

In: a keystore's key. Out: fulfils `credentials.signing.Signer`; its name is the key's thumbprint.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from battery_passport.credentials.jwk import PublicKey
from battery_passport.credentials.keystore import KeyKind, SigningKey
from battery_passport.foundation.strict_json import JsonObject

_ALGORITHMS: Mapping[KeyKind, str] = {KeyKind.ES256: "ES256", KeyKind.ED25519: "EdDSA"}


@dataclass(frozen=True, slots=True)
class KeptSigner:
    """Signs with one key of a keystore, and with no other."""

    key: SigningKey
    algorithm: str
    key_id: str
    public_key: PublicKey

    @classmethod
    def of(cls, key: SigningKey) -> Self:
        """Return the signer of a P-256 or Ed25519 key."""
        algorithm = _ALGORITHMS[key.kind]
        name = PublicKey(algorithm=algorithm, coordinates=key.public_key).thumbprint
        return cls(key, algorithm, name, PublicKey(algorithm, key.public_key, name))

    @property
    def public_jwk(self) -> JsonObject:
        """The public JWK with its `kid`."""
        return self.public_key.as_jwk()

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature. Raises: KeyGone, KeystoreUnavailable."""
        return self.key.sign(message)
