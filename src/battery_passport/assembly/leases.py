"""Leases: the roles that only one process may hold at a time.

In: a folder and a role. Out: an OS file lock, which the kernel frees however its holder ends.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from battery_passport.foundation.errors import TemporarilyUnavailable

_POLL_S = 0.02


class Role(StrEnum):
    """What at most one process of a home does; docs/explanation/processes.md tells each."""

    SERVER = "server"
    SETUP = "setup"
    SEQUENCER = "sequencer"
    ANCHORER = "anchorer"


class RoleTaken(TemporarilyUnavailable):
    """Another process has held a role for too long."""

    code = "role-taken"


class Leases:
    """The leases of one process; a role that it holds already is shared by its threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = {role: threading.RLock() for role in Role}
        self._held: dict[Role, tuple[int, int]] = {}

    @contextmanager
    def hold(self, role: Role, *, timeout_s: float) -> Iterator[None]:
        """Hold a role while the block runs; one thread at a time, and re-entrant in that thread.

        Raises: RoleTaken if another process does not give it up in time.
        """
        with self._threads[role]:
            self._acquire(role, timeout_s)
            try:
                yield
            finally:
                self._release(role)

    def keep(self, role: Role, *, timeout_s: float) -> None:
        """Hold a role until the process ends.

        Raises: RoleTaken if another process does not give it up in time.
        """
        with self._threads[role]:
            self._acquire(role, timeout_s)

    def give_up(self, role: Role) -> None:
        """Undo `keep`."""
        with self._threads[role]:
            self._release(role)

    def is_free(self, role: Role) -> bool:
        """Return whether no other process holds the role now."""
        with self._threads[role]:
            try:
                self._acquire(role, 0)
            except RoleTaken:
                return False
            self._release(role)
            return True

    def _acquire(self, role: Role, timeout_s: float) -> None:
        if role in self._held:
            descriptor, depth = self._held[role]
            self._held[role] = (descriptor, depth + 1)
            return
        descriptor = os.open(
            self._folder / f"{role}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        deadline = time.monotonic() + timeout_s
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                os.close(descriptor)
                raise RoleTaken(
                    f"Another process has been the {role} of this home for {timeout_s:.0f} s."
                )
            time.sleep(_POLL_S)
        self._held[role] = (descriptor, 1)

    def _release(self, role: Role) -> None:
        descriptor, depth = self._held[role]
        if depth > 1:
            self._held[role] = (descriptor, depth - 1)
            return
        del self._held[role]
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
