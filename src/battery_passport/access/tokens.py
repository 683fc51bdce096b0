"""Secrets of 256 random bits that links, sessions and keys carry; only their hashes are kept.

In: randomness, or a secret from a cookie, an address or a header. Out: texts and their hashes.
"""

import re
import secrets

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import base64url_encode

SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    """Return a fresh secret of 43 characters that stand in an address as they are."""
    return base64url_encode(secrets.token_bytes(SECRET_BYTES))


def secret_digest(secret: str, *, use: str) -> bytes | None:
    """Return what is kept of a secret, different for each use; None if the text cannot be one."""
    if not _SECRET.fullmatch(secret):
        return None
    return sha256(f"bp-{use}/v1\x00{secret}".encode("ascii"))
