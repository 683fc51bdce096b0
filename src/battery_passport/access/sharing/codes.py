"""Claim codes: 75 random bits that a person can read out, with a check character.

In: randomness, or what somebody typed. Out: codes in groups of four, and their hashes.
"""

import secrets

from battery_passport.foundation.digests import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without I, L, O and U, which are misread or make words."""

RANDOM_CHARACTERS = 15
CODE_CHARACTERS = RANDOM_CHARACTERS + 1
GROUP = 4
MAX_TYPED = 64

_BASE = len(ALPHABET)
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SEPARATORS = str.maketrans("", "", " -_.\u2010\u2011\u2012\u2013\u2014\u00a0\u2009")
_CONTEXT = b"bp-claim-code/v1\x00"


def new_code() -> str:
    """Return a fresh code of 16 characters, without separators."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the character that shows every single wrong one and most swapped neighbours."""
    # The hybrid scheme of ISO 7064 with 32 characters: product and sum, modulo 33 and 32.
    product = _BASE
    for character in body:
        total = (product + ALPHABET.index(character)) % _BASE or _BASE
        product = total * 2 % (_BASE + 1)
    return ALPHABET[(1 - product) % _BASE]


def read_code(typed: str) -> str | None:
    """Return the code somebody typed, in whatever case and grouping; None if it is none."""
    if len(typed) > MAX_TYPED:
        return None
    code = typed.strip().upper().translate(_SEPARATORS).translate(_MISREAD)
    if len(code) != CODE_CHARACTERS or any(each not in ALPHABET for each in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def show_code(code: str) -> str:
    """Return the code in groups, as it is printed and read out."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def code_hash(code: str) -> bytes:
    """Return what is kept of a code."""
    return sha256(_CONTEXT + code.encode("ascii"))
