"""Random values that must come back once, soon, and in the browser they were given to.

In: a use and a browser's secret. Out: challenges; each is accepted once at most.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from battery_passport.access.desk import Desk
from battery_passport.access.records.people import Challenge, ChallengeUse
from battery_passport.foundation.digests import sha256

CHALLENGE_BYTES = 32
ANSWER_WITHIN = timedelta(minutes=5)
PROVIDER_WITHIN = timedelta(minutes=10)
CLOCK_SKEW = timedelta(seconds=60)
"""Two of our own machines may disagree by so much about the time."""


def challenge_digest(challenge: bytes) -> bytes:
    """Return what is kept of a challenge."""
    return sha256(b"bp-challenge/v1\x00" + challenge)


def browser_binding(secret: str) -> bytes:
    """Return what is kept of the secret that a browser's cookie holds."""
    return sha256(b"bp-binding/v1\x00" + secret.encode("utf-8"))


def give_challenge(
    desk: Desk,
    use: ChallengeUse,
    *,
    browser: str,
    person_id: UUID | None = None,
    details: dict[str, str] | None = None,
) -> bytes:
    """Return a fresh challenge for one browser."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    within = PROVIDER_WITHIN if use is ChallengeUse.PROVIDER else ANSWER_WITHIN
    desk.links.tidy(desk.moment)
    desk.links.add_challenge(
        Challenge(
            digest=challenge_digest(challenge),
            use=use,
            binding=browser_binding(browser),
            person_id=person_id,
            details=details or {},
            expires_at=desk.moment + within + CLOCK_SKEW,
        )
    )
    return challenge


def take_challenge(
    desk: Desk, use: ChallengeUse, challenge: bytes, *, browser: str
) -> Challenge | None:
    """Return the challenge if it was given to this browser for this use, and use it up."""
    found = desk.links.take_challenge(challenge_digest(challenge), use, desk.moment)
    if found is None or found.binding != browser_binding(browser):
        return None
    return found
