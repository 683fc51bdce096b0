"""Leases: the roles that only one process may hold at a time.

In: a role, and the locks of the home or of its database server. Out: a held role; the kernel or the
server frees it however its holder ends.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from battery_passport.foundation.errors import TemporarilyUnavailable

_POLL_S = 0.02


class Role(StrEnum):
    """What at most one process does; docs/explanation/processes.md tells each."""

    SERVER = "server"
    SETUP = "setup"
    SEQUENCER = "sequencer"
    ANCHORER = "anchorer"
    MONITOR = "monitor"


# A server and its address belong to one folder; the other roles to whatever keeps the records.
_NUMBERS = {Role.SETUP: 1, Role.SEQUENCER: 2, Role.ANCHORER: 3, Role.MONITOR: 4}


class RoleTaken(TemporarilyUnavailable):
    """Another process has held a role for too long."""

    code = "role-taken"


class HeldLock(Protocol):
    """A lock that this process holds."""

    def still_held(self) -> bool: ...

    def release(self) -> None: ...


class NumberedLocks(Protocol):
    """Locks that a database server keeps for several machines."""

    def try_take(self, number: int) -> HeldLock | None: ...


@dataclass(slots=True)
class _Holding:
    lock: HeldLock
    depth: int = field(default=1)


class Leases:
    """The leases of one process; a role that it holds already is shared by its threads.

    `shared` keeps the roles of the records where they lie in a database server.
    """

    def __init__(self, folder: Path, *, shared: NumberedLocks | None = None) -> None:
        self._folder = folder
        self._shared = shared
        self._threads = {role: threading.RLock() for role in Role}
        self._held: dict[Role, _Holding] = {}

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
        holding = self._held.get(role)
        if holding is None:
            self._held[role] = _Holding(self._take(role, timeout_s))
            return
        if not holding.lock.still_held():
            # The server lost our connection and freed the lock: it is to be had anew or not at all.
            holding.lock = self._take(role, timeout_s)
        holding.depth += 1

    def _take(self, role: Role, timeout_s: float) -> HeldLock:
        deadline = time.monotonic() + timeout_s
        while (lock := self._try_take(role)) is None:
            if time.monotonic() >= deadline:
                raise RoleTaken(
                    f"Another process has been the {role} of this home for {timeout_s:.0f} s."
                )
            time.sleep(_POLL_S)
        return lock

    def _try_take(self, role: Role) -> HeldLock | None:
        if self._shared is not None and role in _NUMBERS:
            return self._shared.try_take(_NUMBERS[role])
        return FileLock.try_take(self._folder / f"{role}.lock")

    def _release(self, role: Role) -> None:
        holding = self._held[role]
        holding.depth -= 1
        if holding.depth == 0:
            del self._held[role]
            holding.lock.release()


@dataclass(frozen=True, slots=True)
class FileLock:
    """A lock on an open file, which the kernel frees with the process."""

    descriptor: int

    @classmethod
    def try_take(cls, path: Path) -> "FileLock | None":
        """Return the lock of that file, or None while another holds it."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor)

    def still_held(self) -> bool:
        """Return True: only the end of the process frees it."""
        return True

    def release(self) -> None:
        """Free the lock."""
        os.close(self.descriptor)
