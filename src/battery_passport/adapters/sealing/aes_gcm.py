"""Sealing with AES-256-GCM: a key a subject, wrapped by the installation's key.

In: two secrets, or the keystore's that hold them. Out: fulfils `access.stores.people.Sealing`.
"""

import hashlib
import hmac
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from battery_passport.access.records.people import SubjectKey
from battery_passport.credentials.keystore import Secret
from battery_passport.foundation.errors import Misconfigured

_KEY_BYTES = 32
_NONCE_BYTES = 12
_WRAP = "wrapped-key"


class SealBroken(Misconfigured):
    """Sealed data, its key and its place do not belong together."""

    code = "seal-broken"
    remedy = "Restore the keys and the records from one and the same backup."


class AesGcmSealing:
    """Seals under subject keys; holds no data itself."""

    def __init__(self, *, wrapping_secret: bytes | Secret, lookup_secret: bytes | Secret) -> None:
        self._wrapping = AESGCM(_derived(wrapping_secret, b"bp-personal-data/v1"))
        self._lookup = _derived(lookup_secret, b"bp-lookup/v1")

    def new_key(self, subject_id: UUID) -> SubjectKey:
        """Return a fresh random key for a subject, wrapped."""
        return self.wrapped(subject_id, AESGCM.generate_key(bit_length=8 * _KEY_BYTES))

    def seal(self, key: SubjectKey, field: str, text: str) -> bytes:
        """Return the text sealed for one subject and field."""
        return _encrypted(
            AESGCM(self._unwrapped(key)), text.encode("utf-8"), _context(key.subject_id, field)
        )

    def unseal(self, key: SubjectKey, field: str, sealed: bytes) -> str:
        """Return the text that was sealed.

        Raises: SealBroken.
        """
        cipher = AESGCM(self._unwrapped(key))
        return _decrypted(cipher, sealed, _context(key.subject_id, field)).decode("utf-8")

    def lookup(self, kind: str, text: str) -> bytes:
        """Return the keyed hash by which a text of one kind is found again."""
        message = f"{kind}\x00{text}".encode()
        return hmac.new(self._lookup, message, hashlib.sha256).digest()

    def opens(self, key: SubjectKey) -> bool:
        """Return whether a subject's key is wrapped in this sealing's secret."""
        try:
            self._unwrapped(key)
        except SealBroken:
            return False
        return True

    def rewrapped(self, key: SubjectKey, successor: "AesGcmSealing") -> SubjectKey:
        """Return a subject's key wrapped in the successor's secret.

        Raises: SealBroken.
        """
        return successor.wrapped(key.subject_id, self._unwrapped(key))

    def wrapped(self, subject_id: UUID, key: bytes) -> SubjectKey:
        """Return a subject's key in its wrap."""
        sealed = _encrypted(self._wrapping, key, _context(subject_id, _WRAP))
        return SubjectKey(subject_id=subject_id, wrapped=sealed)

    def _unwrapped(self, key: SubjectKey) -> bytes:
        return _decrypted(self._wrapping, key.wrapped, _context(key.subject_id, _WRAP))


def _derived(secret: bytes | Secret, use: bytes) -> bytes:
    if not isinstance(secret, bytes):
        return secret.derive(use)
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=use).derive(secret)


def _context(subject_id: UUID, field: str) -> bytes:
    return b"bp-seal/v1\x00" + subject_id.bytes + field.encode("utf-8")


def _encrypted(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, context)


def _decrypted(cipher: AESGCM, sealed: bytes, context: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("Sealed data cannot be opened.") from error
