"""Roots and proofs computed from hash tiles alone.

In: a tile reader and the size of the tree. Out: roots, inclusion paths, consistency paths.
Source: RFC 6962 §2.1.1, §2.1.2.
"""

from battery_passport.ledger.errors import NoSuchEntry
from battery_passport.ledger.hashing import split_hashes
from battery_passport.ledger.merkle import EMPTY_ROOT, node_hash, parents, split_point
from battery_passport.ledger.ports import TileReader
from battery_passport.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    read_hashes,
    tile_width,
)


class TiledTree:
    """The tree over the first `size` entries; each tile is read once."""

    def __init__(self, reader: TileReader, size: int) -> None:
        self.size = size
        self._reader = reader
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}
        self._ranges: dict[tuple[int, int], bytes] = {}

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
        place, last, level = index, self.size - 1, 0
        while last:
            heights = self._heights(level, place // TILE_WIDTH)
            whole = self.size >> (level * TILE_HEIGHT)
            within = place % TILE_WIDTH
            for height in range(TILE_HEIGHT):
                # A neighbour lies in the same tile, unless it spans less than all of its leaves.
                if within & 1:
                    path.append(heights[height][within - 1])
                elif place + 1 < whole:
                    path.append(heights[height][within + 1])
                elif place < last:
                    start = (place + 1) << (level * TILE_HEIGHT + height)
                    path.append(self._range_root(start, self.size))
                place, last, within, whole = place >> 1, last >> 1, within >> 1, whole >> 1
            level += 1
        return path

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
        known = self._ranges.get((start, end))
        if known is None:
            known = self._ranges[start, end] = self._compute_range(start, end)
        return known

    def _compute_range(self, start: int, end: int) -> bytes:
        length = end - start
        if length & (length - 1) == 0:
            height = length.bit_length() - 1
            return self._stored_node(start >> height, height)
        middle = start + split_point(length)
        return node_hash(self._range_root(start, middle), self._range_root(middle, end))

    def _stored_node(self, place: int, height: int) -> bytes:
        """Return the root over 2^height leaves, from the tile that spans them."""
        level, rest = height // TILE_HEIGHT, height % TILE_HEIGHT
        index = place >> (TILE_HEIGHT - rest)
        return self._heights(level, index)[rest][place - (index << (TILE_HEIGHT - rest))]

    def _heights(self, level: int, index: int) -> list[list[bytes]]:
        """Return a tile's hashes and the nodes within it, height by height."""
        heights = self._tiles.get((level, index))
        if heights is None:
            heights = self._tiles[level, index] = self._read(level, index)
        return heights

    def _read(self, level: int, index: int) -> list[list[bytes]]:
        width = tile_width(level, index, size=self.size)
        heights = [split_hashes(read_hashes(self._reader, level, index, width=width))]
        while len(heights[-1]) > 1:
            heights.append(parents(heights[-1]))
        return heights
