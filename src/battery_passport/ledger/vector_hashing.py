"""SHA-256 of many short messages side by side, in the vector registers of one core.

In: log entries, hashes joined tile after tile. Out: hashes joined, the same as the plain way gives.
The constants are computed from the primes that they are defined by.
Source: FIPS 180-4 §4.1.2, §4.2.2, §5.1.1, §5.3.3, §6.2.
"""

from collections.abc import Sequence
from itertools import count, islice

import numpy as np
from numba import njit
from numpy.typing import NDArray

from battery_passport.ledger.hashing import MANY_HASHES, PlainHashes
from battery_passport.ledger.merkle import HASH_BYTES

LANES = 32
"""Messages hashed side by side: enough to fill 512-bit registers twice over."""

_BLOCK_BYTES = 64
_BLOCK_WORDS = 16
_ROUNDS = 64
_LENGTH_BYTES = 8


def _is_prime(number: int) -> bool:
    return all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def _root_fraction(number: int, degree: int) -> int:
    """Return the first 32 bits behind the point of a prime's square or cube root, exactly."""
    scaled = number << (32 * degree)
    low, high = 0, 1 << (32 + number.bit_length())
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


_PRIMES = list(islice((n for n in count(2) if _is_prime(n)), _ROUNDS))
_ROUND_CONSTANTS = np.array([_root_fraction(prime, 3) for prime in _PRIMES], dtype=np.uint32)
_INITIAL = np.array([_root_fraction(prime, 2) for prime in _PRIMES[:8]], dtype=np.uint32)


@njit(cache=True)
def _rotated(word: np.uint32, bits: int) -> np.uint32:
    return (word >> np.uint32(bits)) | (word << np.uint32(32 - bits))


@njit(cache=True)
def _compress(
    schedule: NDArray[np.uint32], state: NDArray[np.uint32], work: NDArray[np.uint32]
) -> None:
    """Take one block of every lane into its state. Shape: (64, lanes), (8, lanes), (8, lanes)."""
    for t in range(_BLOCK_WORDS, _ROUNDS):
        for lane in range(LANES):
            x, y = schedule[t - 15, lane], schedule[t - 2, lane]
            low = _rotated(x, 7) ^ _rotated(x, 18) ^ (x >> np.uint32(3))
            high = _rotated(y, 17) ^ _rotated(y, 19) ^ (y >> np.uint32(10))
            schedule[t, lane] = schedule[t - 16, lane] + schedule[t - 7, lane] + low + high
    work[:] = state
    for t in range(_ROUNDS):
        # The eight working variables stay where they are; their names move on by one a round.
        a, b, c, d = (-t) & 7, (1 - t) & 7, (2 - t) & 7, (3 - t) & 7
        e, f, g, h = (4 - t) & 7, (5 - t) & 7, (6 - t) & 7, (7 - t) & 7
        constant = _ROUND_CONSTANTS[t]
        for lane in range(LANES):
            va, vb, vc = work[a, lane], work[b, lane], work[c, lane]
            ve = work[e, lane]
            chosen = (ve & work[f, lane]) ^ (~ve & work[g, lane])
            turned = _rotated(ve, 6) ^ _rotated(ve, 11) ^ _rotated(ve, 25)
            first = work[h, lane] + turned + chosen + constant + schedule[t, lane]
            second = _rotated(va, 2) ^ _rotated(va, 13) ^ _rotated(va, 22)
            work[d, lane] += first
            work[h, lane] = first + second + ((va & vb) ^ (va & vc) ^ (vb & vc))
    for row in range(8):
        for lane in range(LANES):
            state[row, lane] += work[row, lane]


@njit(cache=True)
def _digest(words: NDArray[np.uint32], digests: NDArray[np.uint32]) -> None:
    """Fill the digests. Shape: (messages, words of their blocks), (messages, 8).

    The number of messages is a multiple of the lanes.
    """
    schedule = np.empty((_ROUNDS, LANES), dtype=np.uint32)
    state = np.empty((8, LANES), dtype=np.uint32)
    work = np.empty((8, LANES), dtype=np.uint32)
    for start in range(0, words.shape[0], LANES):
        for row in range(8):
            state[row, :] = _INITIAL[row]
        for block in range(0, words.shape[1], _BLOCK_WORDS):
            for lane in range(LANES):
                for t in range(_BLOCK_WORDS):
                    schedule[t, lane] = words[start + lane, block + t]
            _compress(schedule, state, work)
        for lane in range(LANES):
            for row in range(8):
                digests[start + lane, row] = state[row, lane]


class VectorHashes:
    """Hashes side by side; falls back to the plain way for a few, and for entries of many lengths.

    Compiling takes seconds, once a machine.
    """

    def __init__(self) -> None:
        self._plain = PlainHashes()

    def leaves(self, entries: Sequence[bytes]) -> bytes:
        """Return the leaf hashes of log entries, joined."""
        if len(entries) < MANY_HASHES or len({len(entry) for entry in entries}) != 1:
            return self._plain.leaves(entries)
        return _hashed(b"\x00", b"".join(entries), len(entries))

    def roots(self, hashes: bytes, *, width: int) -> bytes:
        """Return the root over each `width` of the hashes, joined."""
        while width > 1 and len(hashes) >= MANY_HASHES * 2 * HASH_BYTES:
            hashes = _hashed(b"\x01", hashes, len(hashes) // (2 * HASH_BYTES))
            width //= 2
        return self._plain.roots(hashes, width=width)


def _hashed(prefix: bytes, joined: bytes, messages: int) -> bytes:
    """Return the digests of prefix ‖ message for so many messages of one length."""
    length = len(joined) // messages
    end = len(prefix) + length
    blocks = (end + 1 + _LENGTH_BYTES + _BLOCK_BYTES - 1) // _BLOCK_BYTES
    rows = -(-messages // LANES) * LANES
    padded = np.zeros((rows, blocks * _BLOCK_BYTES), dtype=np.uint8)
    padded[:, : len(prefix)] = np.frombuffer(prefix, dtype=np.uint8)
    padded[:messages, len(prefix) : end] = np.frombuffer(joined, dtype=np.uint8).reshape(
        messages, length
    )
    padded[:, end] = 0x80
    padded[:, -_LENGTH_BYTES:] = np.frombuffer((8 * end).to_bytes(_LENGTH_BYTES), dtype=np.uint8)
    digests = np.empty((rows, HASH_BYTES // 4), dtype=np.uint32)
    _digest(padded.view(">u4").astype(np.uint32), digests)
    return digests[:messages].astype(">u4").tobytes()
