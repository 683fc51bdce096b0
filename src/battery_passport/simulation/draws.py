"""Seeded randomness: one independent stream for each purpose, so that none disturbs another.

In: the city's seed and what the numbers are for. Out: NumPy generators that start alike each time.
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of random numbers decides. Numbers never change their meaning."""

    WEATHER = 1
    CHARACTER = 2
    CELLS = 3
    DAYS = 4
    SESSION = 5
    EVENTS = 6
    FLEET = 7
    FAULTS = 8


def stream(seed: int, purpose: Purpose, *path: int) -> np.random.Generator:
    """Return the generator of one purpose; `path` names car and session, where they matter."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, purpose, *path))))
