"""Hashing many leaves and whole tiles at once: the port of it, and the plain way.

In: log entries, hashes joined tile after tile. Out: hashes joined, 32 bytes each.
Source: RFC 6962 §2.1.
"""

from collections.abc import Sequence
from typing import Protocol

from battery_passport.ledger.merkle import HASH_BYTES, leaf_hashes, perfect_root

MANY_HASHES = 64
"""From so many on, vector registers are quicker than one call of the standard library each."""


class BulkHashes(Protocol):
    """Hashes much in one call; every way gives the same bytes."""

    def leaves(self, entries: Sequence[bytes]) -> bytes:
        """Return the leaf hashes of log entries, joined."""
        ...

    def roots(self, hashes: bytes, *, width: int) -> bytes:
        """Return the root over each `width` of the hashes, joined.

        `width` is a power of two, and the hashes are a multiple of it.
        """
        ...


class PlainHashes:
    """One call of the standard library a hash: nothing to load, best for a few."""

    def leaves(self, entries: Sequence[bytes]) -> bytes:
        """Return the leaf hashes of log entries, joined."""
        return b"".join(leaf_hashes(entries))

    def roots(self, hashes: bytes, *, width: int) -> bytes:
        """Return the root over each `width` of the hashes, joined."""
        single = split_hashes(hashes)
        starts = range(0, len(single), width)
        return b"".join(perfect_root(single[start : start + width]) for start in starts)


def split_hashes(content: bytes) -> list[bytes]:
    """Return the single hashes of joined ones."""
    return [content[start : start + HASH_BYTES] for start in range(0, len(content), HASH_BYTES)]
