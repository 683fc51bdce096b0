"""Secrets of links: 256 random bits in an address; kept as a hash only.

In: randomness, or a secret from an address or a cookie. Out: texts and their hashes.
"""

import re
import secrets

from battery_passport.foundation.digests import sha256
from battery_passport.foundation.encoding import base64url_encode

TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_CONTEXT = b"bp-grant-secret/v1\x00"


def new_token() -> str:
    """Return a fresh secret of 43 characters that stand in an address as they are."""
    return base64url_encode(secrets.token_bytes(TOKEN_BYTES))


def token_hash(token: str) -> bytes | None:
    """Return what is kept of a secret; None if the text cannot be one."""
    return sha256(_CONTEXT + token.encode("ascii")) if _TOKEN.fullmatch(token) else None
