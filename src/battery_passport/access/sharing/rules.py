"""Limits and decisions of sharing: how long codes and grants last, how many guesses are allowed.

In: times, roles, counts. Out: decisions; nothing is read or written.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from battery_passport.access.model import Purpose, Role
from battery_passport.access.sharing.errors import UnusableGrant
from battery_passport.access.sharing.model import CodeKind, Part

CODE_LASTS = timedelta(days=30)
"""A code on paper lies about for a while before somebody has the time."""

TRANSFER_LASTS = timedelta(days=7)
SHORTEST_GRANT = timedelta(hours=1)
USUAL_GRANT = timedelta(days=3)
LONGEST_GRANT = timedelta(days=90)

GRANT_SESSION_LASTS = timedelta(hours=2)
"""How long a browser is remembered after it opened a link; the link itself opens it again."""

GUESS_WINDOW = timedelta(minutes=15)
GUESSES_OF_ONE = 5
GUESSES_OF_ALL = 200
"""A code has 75 random bits: at this pace nobody meets one by chance in the life of the sun."""

GRANT_PURPOSES = (Purpose.PURCHASE,)
"""What a grant can be for; other readers come by their role, not by a link."""

CODE_MAKERS: Mapping[Role, CodeKind] = MappingProxyType(
    {
        Role.ADMINISTRATOR: CodeKind.CORRECTION,
        Role.MANUFACTURER: CodeKind.FIRST,
        Role.INSPECTOR: CodeKind.FIRST,
        Role.TRADER: CodeKind.FIRST,
    }
)
"""Who makes codes, and which: only the city's replace an owner who gave none himself."""


def code_kind_for(roles: frozenset[Role]) -> CodeKind | None:
    """Return the kind of code that somebody of these roles makes; None if he makes none."""
    return next((kind for role, kind in CODE_MAKERS.items() if role in roles), None)


def may_guess(*, by_person: int, by_all: int) -> bool:
    """Return whether one more guess is allowed after so many wrong ones in the window."""
    return by_person < GUESSES_OF_ONE and by_all < GUESSES_OF_ALL


def check_grant(*, parts: frozenset[Part], lasts: timedelta, purpose: Purpose) -> None:
    """Return if such a grant may be made. Raises: UnusableGrant."""
    if not parts:
        raise UnusableGrant("The grant shows nothing.")
    if not SHORTEST_GRANT <= lasts <= LONGEST_GRANT:
        raise UnusableGrant(f"A grant cannot last {lasts}.")
    if purpose not in GRANT_PURPOSES:
        raise UnusableGrant(f"A grant cannot be for {purpose.value}.")


def session_ends(grant_ends: datetime, now: datetime) -> datetime:
    """Return when a browser that opens a link now is forgotten; never after the grant's end."""
    return min(grant_ends, now + GRANT_SESSION_LASTS)
