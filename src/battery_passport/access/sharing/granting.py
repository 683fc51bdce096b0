"""Granting looks by a link, opening links, revoking.

In: what an owner chose, or a link's secret. Out: grants, browsers that hold one, refusals.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from battery_passport.access.acts import Act
from battery_passport.access.model import Purpose
from battery_passport.access.ports import ActLog
from battery_passport.access.sharing.errors import GrantNotUsable, NotOwnedByYou, NotYours
from battery_passport.access.sharing.model import Grant, Part, Standing
from battery_passport.access.sharing.ports import Grants, Ownerships
from battery_passport.access.sharing.rules import USUAL_GRANT, check_grant, session_ends
from battery_passport.access.sharing.tokens import new_token, token_hash
from battery_passport.foundation.uuid7 import new_uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWish:
    """What an owner chose to show, why and for how long."""

    battery_id: UUID
    parts: frozenset[Part]
    purpose: Purpose = Purpose.PURCHASE
    lasts: timedelta = USUAL_GRANT


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A grant just made with its link's secret, which is shown once."""

    grant: Grant
    token: str


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A browser that opened a link: the secret of its cookie, and until when that counts."""

    session_token: str
    expires_at: datetime


class Granting:
    """Grants within one transaction."""

    def __init__(self, ownerships: Ownerships, grants: Grants, acts: ActLog) -> None:
        self._ownerships = ownerships
        self._grants = grants
        self._acts = acts

    def make(self, person_id: UUID, wish: GrantWish, now: datetime) -> NewGrant:
        """Return a new grant of the battery's owner.

        Raises: UnusableGrant; NotOwnedByYou.
        """
        check_grant(parts=wish.parts, lasts=wish.lasts, purpose=wish.purpose)
        current = self._ownerships.current(wish.battery_id)
        if current is None or current.person_id != person_id:
            raise NotOwnedByYou("The battery is not yours to share.")
        grant = Grant(
            grant_id=new_uuid7(now),
            battery_id=wish.battery_id,
            person_id=person_id,
            number=self._grants.next_number(person_id, wish.battery_id),
            purpose=wish.purpose,
            parts=wish.parts,
            created_at=now,
            expires_at=now + wish.lasts,
        )
        token = new_token()
        self._grants.add(grant, _hash(token))
        self._record("grant-created", grant, now)
        return NewGrant(grant, token)

    def revoke(self, person_id: UUID, grant_id: UUID, now: datetime) -> Grant:
        """End a grant at once, in browsers that have it open too. Raises: NotYours."""
        grant = self._grants.by_id(grant_id)
        if grant is None or grant.person_id != person_id:
            raise NotYours("You gave no such permission.")
        if grant.standing(now) is Standing.ACTIVE:
            self._grants.revoke(grant_id, now)
            self._record("grant-revoked", grant, now)
        return grant

    def open(self, token: str, now: datetime) -> OpenedLink:
        """Return a cookie's secret for a link's secret. Raises: GrantNotUsable."""
        hashed = token_hash(token)
        grant = None if hashed is None else self._grants.by_token(hashed)
        if grant is None or not self._holds(grant, now):
            raise GrantNotUsable("This link shows nothing, or nothing any more.")
        session = new_token()
        expires_at = session_ends(grant.expires_at, now)
        self._grants.begin_session(
            _hash(session), grant.grant_id, begun_at=now, expires_at=expires_at
        )
        return OpenedLink(session, expires_at)

    def held(self, session_token: str, now: datetime) -> Grant | None:
        """Return the grant that a browser holds now, None once it ended in whatever way."""
        hashed = token_hash(session_token)
        grant = None if hashed is None else self._grants.of_session(hashed, now)
        return grant if grant is not None and self._holds(grant, now) else None

    def mark_seen(self, session_token: str, now: datetime) -> bool:
        """Count a browser in which the page was shown; False if it was counted before."""
        hashed = token_hash(session_token)
        return hashed is not None and self._grants.mark_seen(hashed, now)

    def _holds(self, grant: Grant, now: datetime) -> bool:
        if grant.standing(now) is not Standing.ACTIVE:
            return False
        current = self._ownerships.current(grant.battery_id)
        return current is not None and current.person_id == grant.person_id

    def _record(self, name: str, grant: Grant, now: datetime) -> None:
        act = Act(
            name=name,
            subject_id=grant.person_id,
            battery_id=grant.battery_id,
            details={
                "grant": str(grant.grant_id),
                "purpose": grant.purpose.value,
                "parts": sorted(part.value for part in grant.parts),
                "hours": round((grant.expires_at - grant.created_at) / timedelta(hours=1)),
            },
        )
        self._acts.record(act, now)


def _hash(token: str) -> bytes:
    hashed = token_hash(token)
    if hashed is None:
        raise ValueError("A secret made here is not of its own form.")
    return hashed
