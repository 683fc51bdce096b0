"""Answers that are asked for often and may be a few seconds old.

In: how to ask. Out: the answer, asked anew only when it is too old, by one thread at a time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The answers asked for last, `capacity` of them; what raises is not remembered."""

    def __init__(
        self,
        *,
        keep_s: float,
        capacity: int = 64,
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keep_s = keep_s
        self._capacity = capacity
        self._elapsed_s = elapsed_s
        self._known: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Return the answer under a key, asked for now if it is not known or too old."""
        with self._lock:
            known = self._known.get(key)
            if known is not None and self._elapsed_s() - known[0] < self._keep_s:
                return known[1]
            answer = ask()
            self._known[key] = (self._elapsed_s(), answer)
            self._known.move_to_end(key)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
            return answer
