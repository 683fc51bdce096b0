"""The state tree at rest: tiles of 256, of which a new epoch writes only those that change.

In: a tile store, the tree's size, new leaves. Out: changed tiles, roots, proofs of single keys.

A tile of level 0 holds leaves of 56 bytes; one of level n above holds nodes of 64 bytes (lowest
key, highest key, hash), each over one full tile of level n - 1.
"""

from collections.abc import Iterable, Iterator

from battery_passport.foundation.digests import sha256
from battery_passport.ledger.errors import TilesContradict
from battery_passport.ledger.merkle import HASH_BYTES, split_point
from battery_passport.ledger.ports import TileReader, TileStore
from battery_passport.ledger.state_tree import (
    KEY_BYTES,
    LEAF_BYTES,
    StateLeaf,
    StateNode,
    fold_nodes,
    join_nodes,
    separator_between,
    state_leaf_hash,
)
from battery_passport.ledger.tiles import TILE_HEIGHT, TILE_WIDTH

NODE_BYTES = 2 * KEY_BYTES + HASH_BYTES
EMPTY_STATE_ROOT = sha256(b"")


def row_bytes(level: int) -> int:
    """Return how long one row of a tile of that level is."""
    return NODE_BYTES if level else LEAF_BYTES


class StateTree:
    """The state tree over `size` leaves; each tile is read once."""

    def __init__(self, reader: TileReader, size: int) -> None:
        self.size = size
        self._reader = reader
        self._rows: dict[tuple[int, int], list[bytes]] = {}
        self._nodes: dict[tuple[int, int], StateNode] = {}

    def root(self) -> bytes:
        """Return the root of the tree. Raises: TilesContradict."""
        return self._node(0, self.size).hash if self.size else EMPTY_STATE_ROOT

    def leaf(self, index: int) -> StateLeaf:
        """Return one leaf. Raises: TilesContradict."""
        return StateLeaf.decode(self._row(0, index))

    def rows(self) -> Iterator[bytes]:
        """Yield the 56 bytes of every leaf, in order. Raises: TilesContradict."""
        for index in range(-(-self.size // TILE_WIDTH)):
            yield from self._tile(0, index)

    def find(self, key: bytes) -> int | None:
        """Return the place of the leaf with that key, or None. Raises: TilesContradict."""
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if self._row(0, middle)[:KEY_BYTES] < key:
                low = middle + 1
            else:
                high = middle
        found = low < self.size and self._row(0, low)[:KEY_BYTES] == key
        return low if found else None

    def path(self, index: int) -> tuple[bytes, ...]:
        """Return the steps from a leaf to the root, as `StateProof` has them.

        Raises: TilesContradict.
        """
        steps: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + split_point(end - start)
            left, right = self._node(start, middle), self._node(middle, end)
            separator = separator_between(left.last, right.first)
            if index < middle:
                steps.append(separator + right.hash)
                end = middle
            else:
                steps.append(separator + left.hash)
                start = middle
        return tuple(reversed(steps))

    def _node(self, start: int, end: int) -> StateNode:
        """Return the node over a range that is one node of the tree."""
        known = self._nodes.get((start, end))
        if known is None:
            known = self._nodes[start, end] = self._compute(start, end)
        return known

    def _compute(self, start: int, end: int) -> StateNode:
        length = end - start
        if length & (length - 1) == 0:
            level, rest = divmod(length.bit_length() - 1, TILE_HEIGHT)
            if rest == 0:
                return _as_node(level, self._row(level, start >> (level * TILE_HEIGHT)))
        middle = start + split_point(length)
        return join_nodes(self._node(start, middle), self._node(middle, end))

    def _row(self, level: int, place: int) -> bytes:
        index, within = divmod(place, TILE_WIDTH)
        return self._tile(level, index)[within]

    def _tile(self, level: int, index: int) -> list[bytes]:
        rows = self._rows.get((level, index))
        if rows is None:
            count = min(TILE_WIDTH, (self.size >> (level * TILE_HEIGHT)) - index * TILE_WIDTH)
            rows = list(_split(level, self._reader.get(level, index) or b""))
            if len(rows) < count:
                raise TilesContradict(
                    f"State tile {level}/{index} holds {len(rows)} rows, expected {count}."
                )
            rows = self._rows[level, index] = rows[:count]
        return rows


def write_leaves(store: TileStore, size: int, leaves: Iterable[StateLeaf]) -> int:
    """Put leaves into the tree of `size` leaves, each in place of its key's older one.

    Returns the new size. Of two leaves of one key the one with the greater number counts.
    Raises: TilesContradict.
    """
    latest = {row[:KEY_BYTES]: row for row in StateTree(store, size).rows()}
    for leaf in leaves:
        latest[leaf.key] = max(leaf.encode(), latest.get(leaf.key, b""))
    level, rows = 0, sorted(latest.values())
    while rows:
        rows = _write_level(store, level, rows)
        level += 1
    return len(latest)


def _write_level(store: TileStore, level: int, rows: list[bytes]) -> list[bytes]:
    """Write the tiles of a level that differ; return the rows of full tiles for the level above."""
    above: list[bytes] = []
    for index, start in enumerate(range(0, len(rows), TILE_WIDTH)):
        tile = rows[start : start + TILE_WIDTH]
        content = b"".join(tile)
        same = store.get(level, index) == content
        if not same:
            store.put(level, index, content)
        if len(tile) == TILE_WIDTH:
            known = _stored_row(store, level + 1, index) if same else None
            above.append(known or _encode(fold_nodes([_as_node(level, row) for row in tile])))
    return above


def _stored_row(reader: TileReader, level: int, place: int) -> bytes | None:
    index, within = divmod(place, TILE_WIDTH)
    content = reader.get(level, index) or b""
    row = content[within * NODE_BYTES : (within + 1) * NODE_BYTES]
    return row if len(row) == NODE_BYTES else None


def _as_node(level: int, row: bytes) -> StateNode:
    key, rest = row[:KEY_BYTES], row[KEY_BYTES:]
    if level == 0:
        return StateNode(first=key, last=key, hash=state_leaf_hash(row))
    return StateNode(first=key, last=rest[:KEY_BYTES], hash=rest[KEY_BYTES:])


def _encode(node: StateNode) -> bytes:
    return node.first + node.last + node.hash


def _split(level: int, content: bytes) -> Iterator[bytes]:
    width = row_bytes(level)
    return (content[start : start + width] for start in range(0, len(content), width))
