"""UUID version 7: identifiers that sort by the time they were made.

In: a time and randomness. Out: UUIDs. Source: RFC 9562 §5.7.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from battery_passport.foundation.clock import unix_ms

_STAMP = (1 << 48) - 1
_RANDOM_BYTES = 10
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The two bits of the variant (10) before two random ones. Source: RFC 9562 §4.1."""


def new_uuid7(moment: datetime) -> uuid.UUID:
    """Return a fresh UUIDv7 for the given UTC time, with 74 random bits."""
    stamp = unix_ms(moment) & _STAMP
    value = (stamp << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def uuid7_texts(moments_ms: Sequence[int]) -> list[str]:
    """Return fresh UUIDv7 as text for times in milliseconds since 1970, with 74 random bits each.

    For many at once: the system is asked for randomness once.
    """
    digits = secrets.token_hex(_RANDOM_BYTES * len(moments_ms))
    stamps = {moment_ms: _stamp_text(moment_ms) for moment_ms in set(moments_ms)}
    return [
        f"{stamps[moment_ms]}-7{digits[at : at + 3]}-{_VARIANTS[digits[at + 3]]}"
        f"{digits[at + 4 : at + 7]}-{digits[at + 7 : at + 19]}"
        for at, moment_ms in zip(range(0, len(digits), 2 * _RANDOM_BYTES), moments_ms, strict=True)
    ]


def earliest_uuid7_text(moment_ms: int) -> str:
    """Return a text that no UUIDv7 of the time is before, and all of earlier times are."""
    return f"{_stamp_text(moment_ms)}-0000-0000-000000000000"


def _stamp_text(moment_ms: int) -> str:
    digits = f"{moment_ms & _STAMP:012x}"
    return f"{digits[:8]}-{digits[8:]}"


def unix_ms_of_uuid7(identifier: uuid.UUID) -> int:
    """Return when a UUIDv7 was made, in milliseconds since 1970."""
    return identifier.int >> 80
