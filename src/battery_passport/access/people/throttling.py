"""How long to wait after failures: longer each time, never for good.

In: counted failures. Out: the time before the next attempt.

Strangers cannot lock anybody out: a browser that has signed in before is counted by itself, and
passkeys and providers are not counted against the account at all.
Source: OWASP ASVS 5.0 V6.3.1; OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from battery_passport.access.errors import TooManyAttempts
from battery_passport.access.records.people import Attempts


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures are free, the wait after the next one, and the longest of all."""

    free: int
    longest_s: int
    first_s: int = 1


ACCOUNT = Patience(free=5, longest_s=900)
KNOWN_BROWSER = Patience(free=8, longest_s=60)
ADDRESS = Patience(free=30, longest_s=300)
LETTERS_TO_ONE = Patience(free=4, longest_s=3_600, first_s=60)
LETTERS_FROM_ONE = Patience(free=20, longest_s=900, first_s=10)

FORGOTTEN_AFTER = timedelta(hours=24)


def wait_s(failures: int, patience: Patience) -> int:
    """Return the seconds to wait: 0 at first, then twice as long each time, up to a limit."""
    over = failures - patience.free
    if over < 0:
        return 0
    return int(min(patience.first_s * 2 ** min(over, 20), patience.longest_s))


def check_patience(attempts: Attempts | None, patience: Patience, moment: datetime) -> None:
    """Return if an attempt may be made now.

    Raises: TooManyAttempts with the seconds that are left.
    """
    if attempts is None:
        return
    until = attempts.last_failed_at + timedelta(seconds=wait_s(attempts.failures, patience))
    left_s = (until - moment).total_seconds()
    if left_s > 0:
        raise TooManyAttempts("There were too many attempts.", retry_after_s=left_s)


def counted(attempts: Attempts | None, moment: datetime) -> Attempts:
    """Return the count with one more failure; what happened a day ago is forgotten."""
    if attempts is None or moment - attempts.last_failed_at > FORGOTTEN_AFTER:
        return Attempts(failures=1, last_failed_at=moment)
    return Attempts(failures=attempts.failures + 1, last_failed_at=moment)
