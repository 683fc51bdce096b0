"""Counting attempts before they are made, so that none goes uncounted, however many at once.

In: a desk and what is counted. Out: nothing, or TooManyAttempts.
"""

from dataclasses import dataclass

from battery_passport.access.desk import Desk
from battery_passport.access.people.throttling import Patience, check_patience, counted


@dataclass(frozen=True, slots=True)
class Counted:
    """Something that is counted, such as attempts on one account."""

    bucket: bytes
    patience: Patience


def bucket_of(desk: Desk, kind: str, text: str) -> bytes:
    """Return the name of a counter, from which what is counted cannot be read."""
    return desk.sealing.lookup(f"attempts-{kind}", text)


def count_attempt(desk: Desk, *each: Counted) -> None:
    """Count an attempt everywhere if it may be made now.

    Raises: TooManyAttempts; then nothing is counted.
    """
    found = [(one, desk.links.attempts(one.bucket)) for one in each]
    for one, attempts in found:
        check_patience(attempts, one.patience, desk.moment)
    for one, attempts in found:
        desk.links.save_attempts(one.bucket, counted(attempts, desk.moment))


def forget_attempts(desk: Desk, *each: Counted) -> None:
    """Forget what was counted, after a success."""
    for one in each:
        desk.links.forget_attempts(one.bucket)
