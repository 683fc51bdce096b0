"""Who must show a passkey besides his password, and whether his session has.

In: a session, the membership it acts with, what the installation asks for. Out: a `Factor`.
Source: OWASP ASVS 5.0 V6.3.3, V7.5.3, V8.4.2.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from battery_passport.access.model import Role
from battery_passport.access.records.organisations import Membership
from battery_passport.access.records.people import Session

PROVED_FOR = timedelta(minutes=15)
"""How long after a passkey was shown acts may be done that change others' rights."""

PRIVILEGED_ROLES = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.CITY_OFFICER,
        Role.AUTHORITY,
        Role.CUSTOMS,
        Role.NOTIFIED_BODY,
        Role.COMMISSION,
    }
)
"""Those who see of many batteries what is not public, or a city's figures and acts."""


class Factor(StrEnum):
    """How a session stands towards passkeys."""

    NOT_ASKED = "not-asked"
    WAIVED = "waived"
    ENROL = "enrol"
    PROVE = "prove"
    PROVED = "proved"
    STALE = "stale"


WANTING = frozenset({Factor.ENROL, Factor.PROVE})
"""The session acts for nobody but its person until a passkey was shown."""


def is_privileged(membership: Membership) -> bool:
    """Return whether a membership lets change others' rights, or see much that is not public."""
    return membership.steward or bool(membership.roles & PRIVILEGED_ROLES)


def any_privileged(memberships: Iterable[Membership]) -> bool:
    """Return whether one of the memberships is privileged."""
    return any(is_privileged(each) for each in memberships)


def proved_lately(session: Session, moment: datetime) -> bool:
    """Return whether a passkey was shown in this session a short while ago."""
    return session.proved_at is not None and moment - session.proved_at <= PROVED_FOR


def factor_of(
    session: Session,
    membership: Membership | None,
    *,
    required: bool,
    has_passkeys: bool,
    moment: datetime,
) -> Factor:
    """Return how a session that acts with a membership stands towards passkeys."""
    if membership is None or not is_privileged(membership):
        return Factor.NOT_ASKED
    if not required:
        return Factor.WAIVED
    if session.proved_at is None:
        return Factor.PROVE if has_passkeys else Factor.ENROL
    return Factor.PROVED if proved_lately(session, moment) else Factor.STALE
