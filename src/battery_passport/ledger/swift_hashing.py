"""Hashing that fits itself to how much there is: the plain way for a few, vectors for many.

In: log entries, hashes joined tile after tile. Out: hashes joined, the same either way.
"""

from collections.abc import Sequence

from battery_passport.ledger.hashing import MANY_HASHES, BulkHashes, PlainHashes
from battery_passport.ledger.merkle import HASH_BYTES


class SwiftHashes:
    """The plain way for a few; `VectorHashes` for many, loaded when many come first."""

    def __init__(self) -> None:
        self._plain: BulkHashes = PlainHashes()
        self._vector: BulkHashes | None = None

    def leaves(self, entries: Sequence[bytes]) -> bytes:
        """Return the leaf hashes of log entries, joined."""
        return self._fit(len(entries)).leaves(entries)

    def roots(self, hashes: bytes, *, width: int) -> bytes:
        """Return the root over each `width` of the hashes, joined."""
        return self._fit(len(hashes) // HASH_BYTES).roots(hashes, width=width)

    def _fit(self, many: int) -> BulkHashes:
        if many < MANY_HASHES:
            return self._plain
        if self._vector is None:
            from battery_passport.ledger.vector_hashing import VectorHashes

            self._vector = VectorHashes()
        return self._vector
