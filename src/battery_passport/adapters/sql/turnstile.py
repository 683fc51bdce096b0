"""A turnstile before the one place of SQLite's writer: processes pass one after another, fairly.

In: a file beside the database. Out: a turn, held while a block runs; the kernel frees it with its
process. SQLite's own waiting polls ever more rarely, so that who has just written mostly gets the
next turn too; here whoever waits is next.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_GATE, _PLACE = 0, 1
_FIRST_WAIT_S = 0.000_5
_LONGEST_WAIT_S = 0.005


class Turnstile:
    """Two locks: who holds the gate is next, who holds the place writes.

    It orders those who come by it and protects nothing: the database's own lock does that. So
    whoever has waited too long goes on without a turn.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @contextmanager
    def turn(self, *, patience_s: float) -> Iterator[None]:
        """Hold a turn while the block runs, unless none came in time."""
        deadline = time.monotonic() + patience_s
        if self._take(_GATE, deadline):
            self._take(_PLACE, deadline)
            self._free(_GATE)
        try:
            yield
        finally:
            self._free(_PLACE)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _take(self, which: int, deadline: float) -> bool:
        wait_s = _FIRST_WAIT_S
        while not self._try(which):
            if time.monotonic() >= deadline:
                return False
            time.sleep(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        return True

    def _try(self, which: int) -> bool:
        try:
            fcntl.lockf(self._opened(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, which)
        except BlockingIOError:
            return False
        return True

    def _free(self, which: int) -> None:
        fcntl.lockf(self._opened(), fcntl.LOCK_UN, 1, which)

    def _opened(self) -> int:
        if self._descriptor is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, 0o600)
        return self._descriptor
