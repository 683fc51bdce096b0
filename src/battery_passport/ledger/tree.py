"""Roots and proofs computed from hash tiles alone.

In: a tile reader and the size of the tree. Out: roots, inclusion paths, consistency paths.
Source: RFC 6962 §2.1.1, §2.1.2.
"""

from battery_passport.ledger.errors import NoSuchEntry
from battery_passport.ledger.merkle import EMPTY_ROOT, node_hash, perfect_root, split_point
from battery_passport.ledger.ports import TileReader
from battery_passport.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    read_hashes,
    split_hashes,
    tile_width,
)


class TiledTree:
    """The tree over the first `size` entries; each tile is read once."""

    def __init__(self, reader: TileReader, size: int) -> None:
        self.size = size
        self._reader = reader
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Return the root of the tree. Raises: TilesContradict."""
        return self._range_root(0, self.size) if self.size else EMPTY_ROOT

    def leaf_hash(self, index: int) -> bytes:
        """Return the hash of one entry. Raises: NoSuchEntry, TilesContradict."""
        self._refuse_outside(index)
        return self._range_root(index, index + 1)

    def inclusion_path(self, index: int) -> list[bytes]:
        """Return the hashes that lead from an entry to the root, the entry's sibling first.

        Raises: NoSuchEntry, TilesContradict.
        """
        self._refuse_outside(index)
        path: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + split_point(end - start)
            if index < middle:
                path.append(self._range_root(middle, end))
                end = middle
            else:
                path.append(self._range_root(start, middle))
                start = middle
        return path[::-1]

    def consistency_path(self, old_size: int) -> list[bytes]:
        """Return the hashes that join the tree of `old_size` entries to this one.

        Raises: NoSuchEntry unless 0 < `old_size` <= size; TilesContradict.
        """
        if not 0 < old_size <= self.size:
            raise NoSuchEntry(f"A log of {self.size} entries has no part of {old_size} entries.")
        path: list[bytes] = []
        start, end = 0, self.size
        while old_size != end:
            middle = start + split_point(end - start)
            if old_size <= middle:
                path.append(self._range_root(middle, end))
                end = middle
            else:
                path.append(self._range_root(start, middle))
                start = middle
        if start:
            path.append(self._range_root(start, end))
        return path[::-1]

    def _refuse_outside(self, index: int) -> None:
        if not 0 <= index < self.size:
            raise NoSuchEntry(f"A log of {self.size} entries has no entry {index}.")

    def _range_root(self, start: int, end: int) -> bytes:
        """Return the root over a range that is one node of the tree."""
        length = end - start
        if length & (length - 1) == 0:
            return self._stored_root(start, length.bit_length() - 1)
        middle = start + split_point(length)
        left = self._stored_root(start, split_point(length).bit_length() - 1)
        return node_hash(left, self._range_root(middle, end))

    def _stored_root(self, start: int, height: int) -> bytes:
        """Return the root over the 2^height leaves from `start`, from the tile that spans it."""
        level, rest = divmod(height, TILE_HEIGHT)
        index, place = divmod(start >> (level * TILE_HEIGHT), TILE_WIDTH)
        hashes = self._tiles.get((level, index))
        if hashes is None:
            width = tile_width(level, index, size=self.size)
            hashes = split_hashes(read_hashes(self._reader, level, index, width=width))
            self._tiles[level, index] = hashes
        return perfect_root(hashes[place : place + (1 << rest)])
