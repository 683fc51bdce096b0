"""What was just counted is given again for a while, so that many readers cost one count.

In: a clock, and how to count. Out: counts, not older than was said.
"""

import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from battery_passport.foundation.clock import Clock

_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept")

MOST_KEPT = 64


class Kept(Generic[_Key, _Kept]):
    """Answers by key; one is counted at a time, the others wait for it."""

    def __init__(self, clock: Clock, *, kept_for: timedelta) -> None:
        self._clock = clock
        self._kept_for = kept_for
        self._lock = threading.Lock()
        self._answers: dict[_Key, tuple[datetime, _Kept]] = {}

    def get(self, key: _Key, count: Callable[[], _Kept]) -> _Kept:
        """Return the answer of a key, counted now if it was not a short while ago."""
        with self._lock:
            now = self._clock.now()
            known = self._answers.get(key)
            if known is not None and timedelta(0) <= now - known[0] < self._kept_for:
                return known[1]
            answer = count()
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            self._answers[key] = (now, answer)
            return answer
