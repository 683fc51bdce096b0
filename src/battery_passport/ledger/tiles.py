"""The log's storage form: hash tiles of height 8 and entry bundles, as C2SP tlog-tiles has them.

In: a tile store and new entries. Out: only the tiles that changed are written.
Source: C2SP tlog-tiles.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from battery_passport.ledger.errors import EntryTooLong, TilesContradict
from battery_passport.ledger.hashing import BulkHashes, PlainHashes
from battery_passport.ledger.merkle import HASH_BYTES
from battery_passport.ledger.ports import TileReader, TileStore

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
ENTRIES_LEVEL = -1
"""Entry bundles stand beside the hash tiles under this level number."""

_LENGTH_BYTES = 2
MAX_ENTRY_BYTES = (1 << 16) - 1
_TILE_BYTES = TILE_WIDTH * HASH_BYTES
_PLAIN = PlainHashes()
_TILE_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path under the log's address at which a tile is served."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    name = "entries" if level == ENTRIES_LEVEL else str(level)
    suffix = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{name}/{'/'.join(groups)}{suffix}"


@dataclass(frozen=True, slots=True)
class TileName:
    """Which tile or entry bundle is meant, and how wide."""

    level: int
    index: int
    width: int

    @property
    def is_full(self) -> bool:
        return self.width == TILE_WIDTH


def parse_tile_path(path: str) -> TileName | None:
    """Return the tile that a path below the log's address names in its one spelling, or None."""
    match = _TILE_PATH.fullmatch(path)
    if match is None:
        return None
    level = ENTRIES_LEVEL if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    name = TileName(level=level, index=index, width=int(match["width"] or TILE_WIDTH))
    if match["width"] and name.is_full:
        return None
    return name if tile_path(level, index, name.width) == path else None


def tile_width(level: int, index: int, *, size: int) -> int:
    """Return how wide a tile is in a log of that size: 0 if it does not exist, 256 if full."""
    hashes = size >> (TILE_HEIGHT * max(level, 0))
    return max(0, min(TILE_WIDTH, hashes - index * TILE_WIDTH))


def read_hashes(reader: TileReader, level: int, index: int, *, width: int) -> bytes:
    """Return the first `width` hashes of a tile, joined.

    Raises: TilesContradict if fewer are stored.
    """
    content = reader.get(level, index) or b""
    if len(content) < width * HASH_BYTES or len(content) > TILE_WIDTH * HASH_BYTES:
        raise TilesContradict(
            f"Tile {tile_path(level, index)} holds {len(content)} bytes, "
            f"expected at least {width * HASH_BYTES}."
        )
    return content[: width * HASH_BYTES]


def read_bundle(reader: TileReader, index: int, *, width: int) -> list[bytes]:
    """Return the first `width` entries of an entry bundle.

    Raises: TilesContradict if fewer are stored.
    """
    content = reader.get(ENTRIES_LEVEL, index) or b""
    entries: list[bytes] = []
    start = 0
    while len(entries) < width:
        end = start + _LENGTH_BYTES
        end += int.from_bytes(content[start:end], "big")
        if end > len(content) or start + _LENGTH_BYTES > len(content):
            raise TilesContradict(
                f"Bundle {tile_path(ENTRIES_LEVEL, index)} holds {len(entries)} entries, "
                f"expected {width}."
            )
        entries.append(content[start + _LENGTH_BYTES : end])
        start = end
    return entries


def serve_tile(reader: TileReader, level: int, index: int, *, width: int) -> bytes:
    """Return a tile or bundle cut to `width`, as its path promises.

    Raises: TilesContradict if fewer hashes or entries are stored.
    """
    if level == ENTRIES_LEVEL:
        return _pack(read_bundle(reader, index, width=width))
    return read_hashes(reader, level, index, width=width)


def append_entries(
    store: TileStore, size: int, entries: Sequence[bytes], *, hashes: BulkHashes = _PLAIN
) -> int:
    """Write entries and their hashes after the first `size`, and return the new size.

    Anything stored beyond `size` is a leftover of work that was cut short, and is overwritten.
    Raises: EntryTooLong, TilesContradict.
    """
    longest = max(map(len, entries), default=0)
    if longest > MAX_ENTRY_BYTES:
        raise EntryTooLong(f"An entry has {longest} bytes, at most {MAX_ENTRY_BYTES} fit.")
    _append_bundles(store, size, entries)
    return append_leaves(store, size, hashes.leaves(entries), hashes=hashes)


def append_leaves(
    store: TileStore, size: int, leaves: bytes, *, hashes: BulkHashes = _PLAIN
) -> int:
    """Write joined leaf hashes, and the tile hashes they complete; return the new size."""
    level, before, joined = 0, size, leaves
    while joined:
        whole = _append_to_level(store, level, before, joined)
        level, before = level + 1, before >> TILE_HEIGHT
        joined = hashes.roots(whole, width=TILE_WIDTH)
    return size + len(leaves) // HASH_BYTES


def _append_to_level(store: TileStore, level: int, before: int, joined: bytes) -> bytes:
    """Write hashes behind the first `before` of a level; return the tiles that are now full."""
    index, kept = divmod(before, TILE_WIDTH)
    content = (read_hashes(store, level, index, width=kept) if kept else b"") + joined
    for start in range(0, len(content), _TILE_BYTES):
        store.put(level, index, content[start : start + _TILE_BYTES])
        index += 1
    return content[: len(content) // _TILE_BYTES * _TILE_BYTES]


def _append_bundles(store: TileStore, size: int, entries: Sequence[bytes]) -> None:
    index, kept = divmod(size, TILE_WIDTH)
    pending = (read_bundle(store, index, width=kept) if kept else []) + list(entries)
    for start in range(0, len(pending), TILE_WIDTH):
        store.put(ENTRIES_LEVEL, index, _pack(pending[start : start + TILE_WIDTH]))
        index += 1


def _pack(entries: Sequence[bytes]) -> bytes:
    if len({len(entry) for entry in entries}) == 1:  # as all of ours are
        length = len(entries[0]).to_bytes(_LENGTH_BYTES, "big")
        return length + length.join(entries)
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)
