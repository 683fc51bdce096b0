"""The check of a whole log against itself: entries, tiles, root.

In: a tile reader and the recorded tree head. Out: nothing, or the first thing that contradicts it.
"""

import hashlib
from collections.abc import Iterator, Sequence

from battery_passport.ledger.errors import TilesContradict
from battery_passport.ledger.hashing import split_hashes
from battery_passport.ledger.merkle import perfect_root
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.ports import TileReader
from battery_passport.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    read_bundle,
    read_hashes,
    tile_path,
    tile_width,
)
from battery_passport.ledger.tree import TiledTree

_sha256 = hashlib.sha256


def check_log(reader: TileReader, head: TreeHead) -> None:
    """Return if all entries and tiles give the recorded size and root.

    Raises: TilesContradict, naming the first entry or tile that does not fit.
    """
    for _ in TileWalk(reader, head.size):
        pass
    check_root(reader, head)


class TileWalk:
    """Goes through a log tile by tile, and checks each against its entries and the tiles above.

    Iterating gives the leaf hashes of one tile at a time. `following` is the index of the next
    tile; `open_hashes` are, for each level above the leaves, the hashes of a tile not full yet:
    with both another walk goes on from here.
    """

    def __init__(
        self,
        reader: TileReader,
        size: int,
        *,
        following: int = 0,
        open_hashes: Sequence[Sequence[bytes]] = (),
    ) -> None:
        self.following = following
        self.open_hashes = [list(hashes) for hashes in open_hashes]
        self._reader = reader
        self._size = size

    def __iter__(self) -> Iterator[list[bytes]]:
        """Yield the leaf hashes of each tile. Raises: TilesContradict."""
        while (width := tile_width(0, self.following, size=self._size)) > 0:
            hashes = self._checked_bundle(self.following, width)
            if width == TILE_WIDTH:
                self._climb(perfect_root(hashes))
            self.following += 1
            yield hashes
        for level, hashes in enumerate(self.open_hashes, start=1):
            if hashes:
                index = (self._size >> (TILE_HEIGHT * level)) // TILE_WIDTH
                self._compare(level, index, hashes)

    def _checked_bundle(self, index: int, width: int) -> list[bytes]:
        entries = read_bundle(self._reader, index, width=width)
        hashes = split_hashes(read_hashes(self._reader, 0, index, width=width))
        found = [_sha256(b"\x00" + entry).digest() for entry in entries]
        if found != hashes:
            place = next(n for n in range(width) if found[n] != hashes[n])
            raise TilesContradict(
                f"Entry {index * TILE_WIDTH + place} does not give the hash that was logged."
            )
        return hashes

    def _climb(self, tile_root: bytes) -> None:
        """Take the root of a full tile into the levels above, comparing those that it fills."""
        level, root = 1, tile_root
        while True:
            if len(self.open_hashes) < level:
                self.open_hashes.append([])
            hashes = self.open_hashes[level - 1]
            hashes.append(root)
            if len(hashes) < TILE_WIDTH:
                return
            below = (self.following + 1) >> (TILE_HEIGHT * level)
            self._compare(level, below - 1, hashes)
            root = perfect_root(hashes)
            hashes.clear()
            level += 1

    def _compare(self, level: int, index: int, expected: Sequence[bytes]) -> None:
        stored = split_hashes(read_hashes(self._reader, level, index, width=len(expected)))
        for place, (found, wanted) in enumerate(zip(stored, expected, strict=True)):
            if found != wanted:
                below = tile_path(level - 1, index * TILE_WIDTH + place)
                raise TilesContradict(f"Tile {below} does not give the hash above it.")


def check_root(reader: TileReader, head: TreeHead) -> None:
    """Return if the tiles give the recorded root. Raises: TilesContradict."""
    found = TiledTree(reader, head.size).root()
    if found != head.root:
        raise TilesContradict(
            f"The tiles give root {found.hex()} at {head.size} entries, expected {head.root.hex()}."
        )
