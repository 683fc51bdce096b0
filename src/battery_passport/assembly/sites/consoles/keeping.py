"""What was counted is given again for a while: many readers cost one count and wait for none.

In: a clock, and how to count. Out: counts, not older than was said; who shows them tells their age.
"""

import logging
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from battery_passport.foundation.clock import Clock

_Key = TypeVar("_Key", bound=Hashable)
_Kept = TypeVar("_Kept")

MOST_KEPT = 64

_LOG = logging.getLogger(__name__)


def beside(work: Callable[[], None]) -> None:
    """Do work in a thread of its own, which ends with the process."""
    threading.Thread(target=work, name="counting-again", daemon=True).start()


class Kept(Generic[_Key, _Kept]):
    """Answers by key; one is counted at a time, the others wait for it.

    An answer older than `kept_for` but not than `usable_for` is still given, while one reader's
    question has it counted again beside: only who comes after a long silence waits.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        kept_for: timedelta,
        usable_for: timedelta | None = None,
        run: Callable[[Callable[[], None]], None] = beside,
    ) -> None:
        self._clock = clock
        self._kept_for = kept_for
        self._usable_for = usable_for or kept_for
        self._run = run
        self._counting = threading.Lock()
        self._again: set[_Key] = set()
        self._answers: dict[_Key, tuple[datetime, _Kept]] = {}

    def get(self, key: _Key, count: Callable[[], _Kept]) -> _Kept:
        """Return the answer of a key, counted now if there is none that can be used."""
        known = self._known(key, self._usable_for)
        if known is not None:
            if self._known(key, self._kept_for) is None:
                self._count_again(key, count)
            return known[1]
        with self._counting:
            known = self._known(key, self._kept_for)
            return self._count(key, count) if known is None else known[1]

    def _known(self, key: _Key, within: timedelta) -> tuple[datetime, _Kept] | None:
        known = self._answers.get(key)
        if known is not None and timedelta(0) <= self._clock.now() - known[0] < within:
            return known
        return None

    def _count(self, key: _Key, count: Callable[[], _Kept]) -> _Kept:
        now = self._clock.now()
        answer = count()
        if len(self._answers) >= MOST_KEPT:
            self._answers.clear()
        self._answers[key] = (now, answer)
        return answer

    def _count_again(self, key: _Key, count: Callable[[], _Kept]) -> None:
        if key in self._again:
            return
        self._again.add(key)

        def work() -> None:
            try:
                with self._counting:
                    self._count(key, count)
            except Exception:  # noqa: BLE001 - the next reader asks again
                _LOG.warning("a count could not be made again", exc_info=True)
            finally:
                self._again.discard(key)

        self._run(work)
