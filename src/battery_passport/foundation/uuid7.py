"""UUID version 7: identifiers that sort by the time they were made.

In: a time and randomness. Out: UUIDs. Source: RFC 9562 §5.7.
"""

import secrets
import uuid
from datetime import datetime

from battery_passport.foundation.clock import unix_ms


def new_uuid7(moment: datetime) -> uuid.UUID:
    """Return a fresh UUIDv7 for the given UTC time, with 74 random bits."""
    stamp = unix_ms(moment) & ((1 << 48) - 1)
    value = (stamp << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def unix_ms_of_uuid7(identifier: uuid.UUID) -> int:
    """Return when a UUIDv7 was made, in milliseconds since 1970."""
    return identifier.int >> 80
