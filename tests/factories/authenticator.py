"""An authenticator in software: makes passkeys and signs challenges, or gets one thing wrong.

In: the options a relying party sends. Out: answers as a browser would send them.
Source: W3C Web Authentication Level 3 §6.1, §6.5.
"""

import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from battery_passport.foundation.encoding import base64url_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey at one site. `count` is what it says of its uses so far."""

    origin: str
    site: str = "localhost"
    credential_id: bytes = b"made-up-credential-0001"
    count: int = 1
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """Return the answer to a request for a new passkey."""
        challenge = json.loads(options)["challenge"]
        attested = (
            bytes(16)
            + struct.pack(">H", len(self.credential_id))
            + self.credential_id
            + cbor2.dumps(self._public_key())
        )
        statement = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(ATTESTED) + attested,
        }
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", challenge),
                "attestationObject": base64url_encode(cbor2.dumps(statement)),
            }
        )

    def sign(self, options: str) -> str:
        """Return the answer to a request to sign in."""
        self.count += 1
        challenge = json.loads(options)["challenge"]
        client_data = self._client_json("webauthn.get", challenge)
        data = self._data()
        signature = self.key.sign(data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": base64url_encode(client_data),
                "authenticatorData": base64url_encode(data),
                "signature": base64url_encode(signature),
            }
        )

    def _data(self, more: int = 0) -> bytes:
        flags = self.flags | more
        return sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client_json(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _client_data(self, kind: str, challenge: str) -> str:
        return base64url_encode(self._client_json(kind, challenge))

    def _public_key(self) -> dict[int, int | bytes]:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return {1: 2, 3: -7, -1: 1, -2: x, -3: y}

    def _answer(self, response: dict[str, str]) -> str:
        name = base64url_encode(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
