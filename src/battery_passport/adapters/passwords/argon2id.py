"""argon2id through `argon2-cffi`, a bounded number at once.

In: passwords in one writing. Out: fulfils `access.stores.people.Passwords`.
"""

import os
import threading

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 47_104
PASSES = 2
LANES = 1


class Argon2idPasswords:
    """Hashes and checks passwords."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=LANES, type=Type.ID
        )
        self._at_once = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))
        self.decoy = self._hasher.hash(os.urandom(32).hex())

    def hash(self, password: str) -> str:
        """Return a fresh salted hash."""
        with self._at_once:
            return self._hasher.hash(password)

    def matches(self, hashed: str, password: str) -> bool:
        """Return whether the hash is that of the password."""
        with self._at_once:
            try:
                return self._hasher.verify(hashed, password)
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, hashed: str) -> bool:
        """Return whether the hash was made with other settings than today's."""
        return self._hasher.check_needs_rehash(hashed)
