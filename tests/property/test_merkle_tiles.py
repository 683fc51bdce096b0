"""Tiles are the same however the entries arrived, and work cut short leaves no trace.

In: entries in random portions. Out: the same tiles and root as in one go.
"""

from hypothesis import given
from hypothesis import strategies as st

from battery_passport.ledger.audit import check_log
from battery_passport.ledger.memory import MemoryTileStore
from battery_passport.ledger.model import TreeHead
from battery_passport.ledger.tiles import append_entries, serve_tile, tile_width
from battery_passport.ledger.tree import TiledTree
from tests.factories.ledger import make_entries

portions = st.lists(st.integers(1, 400), min_size=1, max_size=8)


@given(portions=portions)
def test_portions_do_not_matter(portions: list[int]) -> None:
    entries = make_entries(range(sum(portions)))
    whole, pieces = MemoryTileStore(), MemoryTileStore()
    append_entries(whole, 0, entries)
    size = 0
    for portion in portions:
        size = append_entries(pieces, size, entries[size : size + portion])
    assert size == len(entries)
    assert pieces.tiles == whole.tiles
    check_log(pieces, TreeHead(size=size, root=TiledTree(pieces, size).root()))


@given(kept=st.integers(0, 600), lost=st.integers(1, 600), after=st.integers(1, 600))
def test_work_cut_short_leaves_no_trace(kept: int, lost: int, after: int) -> None:
    """Tiles were written, the size was not: the next entries take the same places."""
    entries = make_entries(range(kept))
    store, expected = MemoryTileStore(), MemoryTileStore()
    append_entries(store, 0, entries)
    append_entries(store, kept, make_entries(range(10_000, 10_000 + lost)))
    others = make_entries(range(20_000, 20_000 + after))
    size = append_entries(store, kept, others)
    append_entries(expected, 0, [*entries, *others])
    root = TiledTree(store, size).root()
    assert root == TiledTree(expected, size).root()
    check_log(store, TreeHead(size=size, root=root))


@given(size=st.integers(1, 70_000), data=st.data())
def test_tile_widths_are_those_of_the_specification(size: int, data: st.DataObject) -> None:
    level = data.draw(st.integers(0, 3))
    hashes = size // 256**level
    full, partial = divmod(hashes, 256)
    assert tile_width(level, full, size=size) == partial
    assert tile_width(level, full + 1, size=size) == 0
    if full:
        assert tile_width(level, full - 1, size=size) == 256


@given(size=st.integers(1, 600), width=st.integers(1, 256))
def test_a_narrower_tile_is_the_beginning_of_the_wider(size: int, width: int) -> None:
    store = MemoryTileStore()
    entries = make_entries(range(size))
    append_entries(store, 0, entries)
    width = min(width, size)
    other = MemoryTileStore()
    append_entries(other, 0, entries[:width])
    for level in (-1, 0):
        assert serve_tile(store, level, 0, width=width) == other.tiles[level, 0]
