"""What it costs to check a password, with the settings of production.

In: nothing. Out: milliseconds of one core for each sign-in.
"""

import time
from pathlib import Path

from battery_passport.adapters.passwords.argon2id import MEMORY_KIB, PASSES, Argon2idPasswords
from benchmarks.figures import Figure

SIGN_INS = 30
_PASSWORD = "made up for measuring"  # noqa: S105 - nobody's password


def measure(_folder: Path) -> list[Figure]:
    """Return the cost of a sign-in by password."""
    passwords = Argon2idPasswords()
    hashed = passwords.hash(_PASSWORD)
    before = time.process_time()
    for _ in range(SIGN_INS):
        assert passwords.matches(hashed, _PASSWORD)
    each_ms = 1_000 * (time.process_time() - before) / SIGN_INS
    name = f"sign-in: argon2id, {MEMORY_KIB // 1_024} MiB, {PASSES} passes"
    return [Figure(name=name, value=each_ms, unit="ms of a core")]
