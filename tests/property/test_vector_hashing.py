"""Hashes made side by side are those of the standard library, whatever the messages.

In: lists of messages of every number and length. Out: the same bytes as the plain way gives.
"""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from battery_passport.ledger.hashing import PlainHashes
from battery_passport.ledger.memory import MemoryTileStore
from battery_passport.ledger.tiles import append_entries
from battery_passport.ledger.vector_hashing import LANES, VectorHashes

PLAIN, VECTOR = PlainHashes(), VectorHashes()
numbers = st.integers(0, 5 * LANES)


@given(number=numbers, length=st.integers(0, 200), content=st.randoms(use_true_random=False))
def test_leaves_of_one_length(number: int, length: int, content: Random) -> None:
    entries = [content.randbytes(length) for _ in range(number)]
    assert VECTOR.leaves(entries) == PLAIN.leaves(entries)


@given(entries=st.lists(st.binary(max_size=70), max_size=3 * LANES))
def test_leaves_of_many_lengths(entries: list[bytes]) -> None:
    assert VECTOR.leaves(entries) == PLAIN.leaves(entries)


@given(tiles=st.integers(0, 9), height=st.integers(0, 8), content=st.binary(min_size=1))
def test_roots(tiles: int, height: int, content: bytes) -> None:
    width = 1 << height
    size = tiles * width * 32
    hashes = (content * (size // len(content) + 1))[:size]
    assert VECTOR.roots(hashes, width=width) == PLAIN.roots(hashes, width=width)


@given(parts=st.lists(st.integers(0, 700), max_size=4))
def test_a_log_grown_in_any_steps_has_the_same_tiles(parts: list[int]) -> None:
    plain, vector = MemoryTileStore(), MemoryTileStore()
    size = 0
    for part in parts:
        entries = [(size + number).to_bytes(33, "big") for number in range(part)]
        append_entries(plain, size, entries)
        size = append_entries(vector, size, entries, hashes=VECTOR)
    for level in (-1, 0, 1):
        for index in range(size // 256 + 1):
            assert vector.get(level, index) == plain.get(level, index)
