"""Log entries: a salted commitment to a record, linked to nothing without its salt.

In: a record's digest and its own random salt. Out: the 33 bytes that are logged, and their hash.
"""

from battery_passport.foundation.digests import DIGEST_BYTES, SALT_BYTES, salted_digest
from battery_passport.foundation.errors import InvalidInput
from battery_passport.ledger.merkle import leaf_hash

ENTRY_VERSION = b"\x01"


class MalformedEntry(InvalidInput):
    """A salt or digest of the wrong length."""

    code = "malformed-entry"
    remedy = "Give a salt of 16 bytes and a digest of 32 bytes."


def entry_bytes(salt: bytes, record_digest: bytes) -> bytes:
    """Return 0x01 ‖ SHA-256(salt ‖ record digest), the 33 bytes of a log entry.

    Raises: MalformedEntry.
    """
    if len(salt) != SALT_BYTES or len(record_digest) != DIGEST_BYTES:
        raise MalformedEntry(f"The salt has {len(salt)} bytes and the digest {len(record_digest)}.")
    return ENTRY_VERSION + salted_digest(salt, record_digest)


def entry_hash(salt: bytes, record_digest: bytes) -> bytes:
    """Return the leaf hash of the entry that commits to a record. Raises: MalformedEntry."""
    return leaf_hash(entry_bytes(salt, record_digest))
