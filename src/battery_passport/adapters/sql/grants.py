"""Grants at rest, and the browsers that opened their links.

In: frozen grants with the hash of their link's secret. Out: the same with how often they were seen.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from battery_passport.access.model import Purpose
from battery_passport.access.sharing.model import Grant, Part
from battery_passport.adapters.sql.schema_sharing import grant_sessions, grants
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class GrantStore:
    """Fulfils `access.sharing.ports.Grants` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, grant: Grant, token_hash: bytes) -> None:
        """Save a grant with the hash of its link's secret."""
        row = {
            "grant_id": str(grant.grant_id),
            "battery_id": str(grant.battery_id),
            "person_id": str(grant.person_id),
            "number": grant.number,
            "purpose": grant.purpose.value,
            "parts": sorted(part.value for part in grant.parts),
            "token_hash": token_hash,
            "created_at_ms": unix_ms(grant.created_at),
            "expires_at_ms": unix_ms(grant.expires_at),
        }
        self._connection.execute(insert(grants), [row])

    def by_id(self, grant_id: UUID) -> Grant | None:
        """Return the grant of that id."""
        return self._first(_with_opens().where(grants.c.grant_id == str(grant_id)))

    def by_token(self, token_hash: bytes) -> Grant | None:
        """Return the grant whose link's secret has that hash."""
        return self._first(_with_opens().where(grants.c.token_hash == token_hash))

    def of_person(self, person_id: UUID) -> list[Grant]:
        """Return a person's grants, the latest first."""
        query = _with_opens().where(grants.c.person_id == str(person_id))
        query = query.order_by(grants.c.created_at_ms.desc(), grants.c.number.desc())
        return [_grant(row) for row in self._connection.execute(query).mappings()]

    def next_number(self, person_id: UUID, battery_id: UUID) -> int:
        """Return the number of the next grant, from 1."""
        query = select(func.max(grants.c.number)).where(
            grants.c.person_id == str(person_id), grants.c.battery_id == str(battery_id)
        )
        return int(self._connection.execute(query).scalar() or 0) + 1

    def revoke(self, grant_id: UUID, moment: datetime) -> None:
        """Revoke a grant."""
        self._connection.execute(
            update(grants)
            .where(grants.c.grant_id == str(grant_id), grants.c.revoked_at_ms.is_(None))
            .values(revoked_at_ms=unix_ms(moment))
        )

    def revoke_all(self, battery_id: UUID, moment: datetime) -> None:
        """Revoke every grant of a battery that still holds."""
        self._connection.execute(
            update(grants)
            .where(
                grants.c.battery_id == str(battery_id),
                grants.c.revoked_at_ms.is_(None),
                grants.c.expires_at_ms > unix_ms(moment),
            )
            .values(revoked_at_ms=unix_ms(moment))
        )

    def begin_session(
        self, session_hash: bytes, grant_id: UUID, *, begun_at: datetime, expires_at: datetime
    ) -> None:
        """Remember a browser that opened the link."""
        row = {
            "session_hash": session_hash,
            "grant_id": str(grant_id),
            "begun_at_ms": unix_ms(begun_at),
            "expires_at_ms": unix_ms(expires_at),
        }
        self._connection.execute(insert(grant_sessions), [row])

    def of_session(self, session_hash: bytes, now: datetime) -> Grant | None:
        """Return the grant that a browser opened, as long as its session lasts."""
        opened = select(grant_sessions.c.grant_id).where(
            grant_sessions.c.session_hash == session_hash,
            grant_sessions.c.expires_at_ms > unix_ms(now),
        )
        return self._first(_with_opens().where(grants.c.grant_id.in_(opened)))

    def mark_seen(self, session_hash: bytes, moment: datetime) -> bool:
        """Remember that the page was shown in that browser; False if it was before."""
        done = self._connection.execute(
            update(grant_sessions)
            .where(
                grant_sessions.c.session_hash == session_hash,
                grant_sessions.c.seen_at_ms.is_(None),
            )
            .values(seen_at_ms=unix_ms(moment))
        )
        return done.rowcount == 1

    def forget(self, person_id: UUID) -> None:
        """Remove a person's grants with their sessions."""
        his = select(grants.c.grant_id).where(grants.c.person_id == str(person_id))
        self._connection.execute(delete(grant_sessions).where(grant_sessions.c.grant_id.in_(his)))
        self._connection.execute(delete(grants).where(grants.c.person_id == str(person_id)))

    def _first(self, query: Select[Any]) -> Grant | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _grant(row)


def _with_opens() -> Select[Any]:
    seen = (
        select(
            grant_sessions.c.grant_id,
            func.count().label("opens"),
            func.max(grant_sessions.c.seen_at_ms).label("last_ms"),
        )
        .where(grant_sessions.c.seen_at_ms.is_not(None))
        .group_by(grant_sessions.c.grant_id)
        .subquery()
    )
    return select(grants, seen.c.opens, seen.c.last_ms).outerjoin(
        seen, seen.c.grant_id == grants.c.grant_id
    )


def _grant(row: RowMapping) -> Grant:
    revoked_ms, last_ms = row["revoked_at_ms"], row["last_ms"]
    return Grant(
        grant_id=UUID(row["grant_id"]),
        battery_id=UUID(row["battery_id"]),
        person_id=UUID(row["person_id"]),
        number=row["number"],
        purpose=Purpose(row["purpose"]),
        parts=frozenset(Part(part) for part in row["parts"]),
        created_at=from_unix_ms(row["created_at_ms"]),
        expires_at=from_unix_ms(row["expires_at_ms"]),
        revoked_at=None if revoked_ms is None else from_unix_ms(revoked_ms),
        opens=row["opens"] or 0,
        last_opened_at=None if last_ms is None else from_unix_ms(last_ms),
    )
