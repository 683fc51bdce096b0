"""Compiles the few loops that no array operation replaces.

In: a function over numbers and arrays. Out: the same, compiled at its first call and kept on disk.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function compiled for the machine it runs on.

    Strict arithmetic: no reordering of sums, so that results are the same at every run.
    """
    return cast("Callable[P, R]", njit(cache=True, fastmath=False)(function))
