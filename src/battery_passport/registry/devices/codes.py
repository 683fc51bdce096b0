"""One-time enrolment codes: twelve characters that a person can read out and type.

In: randomness, or what somebody typed. Out: codes, and what is kept of them.
Letters and digits that look alike are read as one. Source: Crockford Base32
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from battery_passport.registry.devices.errors import WrongEnrolmentCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HANDLE_LENGTH = 4
SECRET_LENGTH = 8
"""40 random bits, of which five may be tried."""

MOST_ATTEMPTS = 5
USUAL_LIFE = timedelta(hours=24)
LONGEST_LIFE = timedelta(days=30)

_GROUP = 4
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_SALT_BYTES = 16
_SCRYPT_COST = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 32}


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A code as its two parts: the handle finds it, the secret opens it."""

    handle: str
    secret: str

    def __str__(self) -> str:
        text = self.handle + self.secret
        return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))

    def __repr__(self) -> str:
        return f"EnrolmentCode(handle={self.handle!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCode:
    """What is kept of a code; `replaces` is the device that the new one takes the place of."""

    handle: str
    secret_hash: bytes
    battery_id: UUID
    replaces: UUID | None
    made_at: datetime
    expires_at: datetime
    attempts: int
    used_by: UUID | None


def new_code() -> EnrolmentCode:
    """Return a fresh code."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(HANDLE_LENGTH + SECRET_LENGTH))
    return EnrolmentCode(drawn[:HANDLE_LENGTH], drawn[HANDLE_LENGTH:])


def read_code(text: str) -> EnrolmentCode:
    """Return the code that somebody typed, in either case, with or without dashes.

    Raises: WrongEnrolmentCode.
    """
    plain = text[:64].upper().translate(_LOOKS_LIKE)
    if len(plain) != HANDLE_LENGTH + SECRET_LENGTH or set(plain) - set(ALPHABET):
        raise WrongEnrolmentCode("The text is no enrolment code.")
    return EnrolmentCode(plain[:HANDLE_LENGTH], plain[HANDLE_LENGTH:])


def hashed_secret(code: EnrolmentCode, salt: bytes | None = None) -> bytes:
    """Return what is kept of a code's secret: a salt, and a hash that is slow to try out."""
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    return salt + hashlib.scrypt(code.secret.encode(), salt=salt, **_SCRYPT_COST)


def check_code(code: EnrolmentCode, kept: KeptCode, *, now: datetime) -> None:
    """Return if the code opens what was kept; whether it was used is asked afterwards.

    Raises: WrongEnrolmentCode, in the same words whatever is wrong.
    """
    salt = kept.secret_hash[:_SALT_BYTES]
    fits = hmac.compare_digest(hashed_secret(code, salt), kept.secret_hash)
    if not fits or now >= kept.expires_at or kept.attempts > MOST_ATTEMPTS:
        raise WrongEnrolmentCode("The code opens nothing, or does so no more.")
