"""The check of a whole log against itself: entries, tiles, root.

In: a tile reader and the recorded tree head. Out: nothing, or the first thing that contradicts it.
"""

from battery_passport.ledger.errors import TilesContradict
from battery_passport.ledger.merkle import leaf_hash, perfect_root
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.ports import TileReader
from battery_passport.ledger.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    read_bundle,
    read_hashes,
    split_hashes,
    tile_path,
    tile_width,
)
from battery_passport.ledger.tree import TiledTree


def check_log(reader: TileReader, head: TreeHead) -> None:
    """Return if all entries and tiles give the recorded size and root.

    Raises: TilesContradict, naming the first entry or tile that does not fit.
    """
    for index in range(-(-head.size // TILE_WIDTH)):
        _check_bundle(reader, index, head.size)
    level = 1
    while head.size >> (TILE_HEIGHT * level):
        _check_level(reader, level, head.size)
        level += 1
    check_root(reader, head)


def check_root(reader: TileReader, head: TreeHead) -> None:
    """Return if the tiles give the recorded root. Raises: TilesContradict."""
    found = TiledTree(reader, head.size).root()
    if found != head.root:
        raise TilesContradict(
            f"The tiles give root {found.hex()} at {head.size} entries, expected {head.root.hex()}."
        )


def _check_bundle(reader: TileReader, index: int, size: int) -> None:
    width = tile_width(0, index, size=size)
    entries = read_bundle(reader, index, width=width)
    hashes = split_hashes(read_hashes(reader, 0, index, width=width))
    for place, (entry, expected) in enumerate(zip(entries, hashes, strict=True)):
        if leaf_hash(entry) != expected:
            raise TilesContradict(
                f"Entry {index * TILE_WIDTH + place} does not give the hash that was logged."
            )


def _check_level(reader: TileReader, level: int, size: int) -> None:
    """Check every hash of a level against the full tile below that it stands for."""
    for index in range(-(-(size >> (TILE_HEIGHT * level)) // TILE_WIDTH)):
        width = tile_width(level, index, size=size)
        hashes = split_hashes(read_hashes(reader, level, index, width=width))
        for place, expected in enumerate(hashes):
            below = index * TILE_WIDTH + place
            content = read_hashes(reader, level - 1, below, width=TILE_WIDTH)
            if perfect_root(split_hashes(content)) != expected:
                raise TilesContradict(
                    f"Tile {tile_path(level - 1, below)} does not give the hash above it."
                )
