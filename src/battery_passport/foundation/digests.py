"""Hashes and salts: what every record, leaf and batch is bound by.

In: bytes. Out: SHA-256 digests and salted commitments.
"""

import hashlib
import secrets

DIGEST_BYTES = 32
SALT_BYTES = 16


def sha256(octets: bytes) -> bytes:
    """Return the 32-byte SHA-256 digest."""
    return hashlib.sha256(octets).digest()


def random_salt() -> bytes:
    """Return 16 fresh random bytes; a derived salt would defeat erasure."""
    return secrets.token_bytes(SALT_BYTES)


def random_salts(count: int) -> list[bytes]:
    """Return so many salts, for which the system was asked once."""
    octets = secrets.token_bytes(count * SALT_BYTES)
    return [octets[at : at + SALT_BYTES] for at in range(0, len(octets), SALT_BYTES)]


def salted_digest(salt: bytes, digest: bytes) -> bytes:
    """Return SHA-256(salt ‖ digest), which without the salt is linked to nothing."""
    return sha256(salt + digest)
