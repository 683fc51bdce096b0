"""What stands on the chain in place of a battery and of a passport version: salted digests.

In: random salts and digests of records. Out: 32 bytes that say nothing to whom the salt is unknown.
Once a salt is deleted, nobody can tell any more which battery its key stood for.
"""

import secrets

from eth_utils.crypto import keccak

SALT_BYTES = 32


def new_salt() -> bytes:
    """Return a fresh random salt; it is stored, never derived, so that it can be erased."""
    return secrets.token_bytes(SALT_BYTES)


def onchain_key(salt: bytes, record_digest: bytes) -> bytes:
    """Return the key by which the chain knows a battery's passport.

    `record_digest` is the SHA-256 of the record of the first version under that key.
    """
    return _salted(b"battery-passport/key/v1", salt, record_digest)


def commitment_of(salt: bytes, record_digest: bytes) -> bytes:
    """Return the salted digest of a passport version's record, or of a piece of evidence."""
    return _salted(b"battery-passport/commitment/v1", salt, record_digest)


def _salted(purpose: bytes, salt: bytes, record_digest: bytes) -> bytes:
    if len(salt) != SALT_BYTES or len(record_digest) != 32:
        raise ValueError("Salt and digest have 32 bytes each.")
    return keccak(purpose + salt + record_digest)
