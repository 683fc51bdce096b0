"""Keys that sign notes: names, key ids, verifier-key text, and the two Ed25519 signature types.

In: a name and key material. Out: signers and verifiers; a signature that fails raises.
Source: C2SP signed-note (type 0x01); C2SP tlog-cosignature (type 0x04).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import (
    MalformedEncoding,
    base64_decode,
    base64_encode,
    hex_decode,
)
from battery_passport.ledger.errors import MalformedNote, NoteNotSigned

KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
TYPE_ED25519 = 0x01
TYPE_COSIGNATURE = 0x04
TIMESTAMP_BYTES = 8
_MAX_TIMESTAMP_S = (1 << 63) - 1
_SPACE = re.compile(r"[\s+\x00-\x1f\x7f]")


def check_key_name(name: str) -> None:
    """Return if the text can name a key. Raises: MalformedNote."""
    if not name or _SPACE.search(name):
        raise MalformedNote(f"{name[:80]!r} cannot name a key: no spaces, no plus sign.")


def key_id(name: str, *, kind: int, public_key: bytes) -> bytes:
    """Return the four bytes that, with the name, tell a key from others."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key)[:KEY_ID_BYTES]


def cosigned_message(text: bytes, timestamp_s: int) -> bytes:
    """Return what a witness signs: the note's text below the time it was seen."""
    return b"cosignature/v1\ntime %d\n" % timestamp_s + text


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that a reader trusts to sign notes under one name."""

    name: str
    kind: int
    public_key: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if self.kind not in (TYPE_ED25519, TYPE_COSIGNATURE):
            raise MalformedNote(f"Signature type {self.kind} of {self.name} is not supported.")
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise MalformedNote(f"The key of {self.name} does not have 32 bytes.")

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, kind=self.kind, public_key=self.public_key)

    @property
    def is_cosignature(self) -> bool:
        """Whether the key is a witness's."""
        return self.kind == TYPE_COSIGNATURE

    def text(self) -> str:
        """Return the verifier key as text, as trust files hold it."""
        material = base64_encode(bytes([self.kind]) + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the key that a verifier-key text is. Raises: MalformedNote."""
        name, _, rest = text.partition("+")
        identity, _, material = rest.partition("+")
        try:
            octets = base64_decode(material)
            given_id = hex_decode(identity, length=KEY_ID_BYTES)
        except MalformedEncoding as error:
            raise MalformedNote(f"{text[:120]!r} is not a verifier key.") from error
        if not octets:
            raise MalformedNote(f"The verifier key of {name} is empty.")
        key = cls(name=name, kind=octets[0], public_key=octets[1:])
        if key.key_id != given_id:
            raise MalformedNote(
                f"The verifier key of {name} has id {identity}, expected {key.key_id.hex()}."
            )
        return key

    def verify(self, text: bytes, signature: bytes) -> None:
        """Return if the signature is this key's over the text. Raises: NoteNotSigned."""
        message, octets = text, signature
        if self.kind == TYPE_COSIGNATURE:
            message, octets = cosigned_message(text, cosigned_at_s(signature)), signature[8:]
        if len(octets) != SIGNATURE_BYTES:
            raise NoteNotSigned(f"The signature of {self.name} has a wrong length.")
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(octets, message)
        except (InvalidSignature, ValueError) as error:
            raise NoteNotSigned(f"The signature of {self.name} does not verify.") from error


def cosigned_at_s(signature: bytes) -> int:
    """Return the time in a cosignature, in seconds since 1970. Raises: NoteNotSigned."""
    if len(signature) != TIMESTAMP_BYTES + SIGNATURE_BYTES:
        raise NoteNotSigned("A cosignature does not have 72 bytes.")
    timestamp_s = int.from_bytes(signature[:TIMESTAMP_BYTES], "big")
    if timestamp_s > _MAX_TIMESTAMP_S:
        raise NoteNotSigned("A cosignature bears an impossible time.")
    return timestamp_s


@dataclass(frozen=True, slots=True)
class Ed25519NoteSigner:
    """Signs notes as the log itself does; the private key stays behind `sign`."""

    key: VerifierKey
    sign: Callable[[bytes], bytes]

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """Return the signer whose private key is the 32-byte seed."""
        private_key = Ed25519PrivateKey.from_private_bytes(seed)
        public_key = private_key.public_key().public_bytes_raw()
        return cls(VerifierKey(name, TYPE_ED25519, public_key), private_key.sign)

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def key_id(self) -> bytes:
        return self.key.key_id

    def sign_text(self, text: bytes) -> bytes:
        return self.sign(text)


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Signs checkpoints as a witness does, with the time it saw them."""

    key: VerifierKey
    sign: Callable[[bytes], bytes]
    now_s: Callable[[], int]

    @classmethod
    def from_seed(cls, name: str, seed: bytes, *, now_s: Callable[[], int]) -> Self:
        """Return the witness whose private key is the 32-byte seed."""
        private_key = Ed25519PrivateKey.from_private_bytes(seed)
        public_key = private_key.public_key().public_bytes_raw()
        return cls(VerifierKey(name, TYPE_COSIGNATURE, public_key), private_key.sign, now_s)

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def key_id(self) -> bytes:
        return self.key.key_id

    def sign_text(self, text: bytes) -> bytes:
        timestamp_s = self.now_s()
        stamp = timestamp_s.to_bytes(TIMESTAMP_BYTES, "big")
        return stamp + self.sign(cosigned_message(text, timestamp_s))
