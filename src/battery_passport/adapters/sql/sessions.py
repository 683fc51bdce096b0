"""Sessions as rows, under the hash of their token.

In: a connection within a transaction. Out: fulfils `access.stores.people.SessionStore`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from battery_passport.access.records.people import Session, SignInMethod
from battery_passport.adapters.sql.schema_access import sessions
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class SqlSessions:
    """Sessions within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """Save a new session."""
        row = {
            "session_id": str(session.session_id),
            "token_digest": session.token_digest,
            "person_id": str(session.person_id),
            "organisation_id": _text(session.organisation_id),
            "bound": session.bound,
            "method": session.method.value,
            "label": session.label[:64],
            "started_at_ms": unix_ms(session.started_at),
            "last_used_at_ms": unix_ms(session.last_used_at),
            "proved_at_ms": None if session.proved_at is None else unix_ms(session.proved_at),
        }
        self._connection.execute(insert(sessions), [row])

    def by_digest(self, token_digest: bytes) -> Session | None:
        """Return the session whose token has that hash."""
        query = select(sessions).where(sessions.c.token_digest == token_digest)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _session(row)

    def of_person(self, person_id: UUID) -> list[Session]:
        """Return every session of a person, over or not."""
        query = select(sessions).where(sessions.c.person_id == str(person_id))
        query = query.order_by(sessions.c.started_at_ms, sessions.c.session_id)
        return [_session(row) for row in self._connection.execute(query).mappings()]

    def note_use(self, session_id: UUID, moment: datetime) -> None:
        """Save when a session was last used."""
        self._change(session_id, last_used_at_ms=unix_ms(moment))

    def act_for(self, session_id: UUID, organisation_id: UUID | None) -> None:
        """Save for which organisation a session acts."""
        self._change(session_id, organisation_id=_text(organisation_id))

    def prove(self, session_id: UUID, *, token_digest: bytes, moment: datetime) -> None:
        """Save that a passkey was shown, and the token that the session has from now on."""
        self._change(session_id, token_digest=token_digest, proved_at_ms=unix_ms(moment))

    def end(self, person_id: UUID, session_id: UUID) -> bool:
        """End one session of a person; False if it is not his."""
        statement = delete(sessions).where(
            sessions.c.session_id == str(session_id), sessions.c.person_id == str(person_id)
        )
        return self._connection.execute(statement).rowcount == 1

    def end_all(self, person_id: UUID, *, but: UUID | None = None) -> int:
        """End every session of a person but one, and return how many."""
        statement = delete(sessions).where(sessions.c.person_id == str(person_id))
        if but is not None:
            statement = statement.where(sessions.c.session_id != str(but))
        return self._connection.execute(statement).rowcount

    def end_everybodys(self) -> int:
        """End every session there is, and return how many."""
        return self._connection.execute(delete(sessions)).rowcount

    def end_all_for(self, person_id: UUID, organisation_id: UUID) -> None:
        """End a person's sessions that act for one organisation."""
        self._connection.execute(
            delete(sessions).where(
                sessions.c.person_id == str(person_id),
                sessions.c.organisation_id == str(organisation_id),
            )
        )

    def forget_older_than(self, moment: datetime) -> None:
        """Remove sessions that were last used before."""
        self._connection.execute(
            delete(sessions).where(sessions.c.last_used_at_ms < unix_ms(moment))
        )

    def _change(self, session_id: UUID, **values: object) -> None:
        statement = update(sessions).where(sessions.c.session_id == str(session_id))
        self._connection.execute(statement.values(values))


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)


def _session(row: RowMapping) -> Session:
    organisation, proved_at_ms = row["organisation_id"], row["proved_at_ms"]
    return Session(
        session_id=UUID(row["session_id"]),
        token_digest=row["token_digest"],
        person_id=UUID(row["person_id"]),
        organisation_id=None if organisation is None else UUID(organisation),
        bound=row["bound"],
        method=SignInMethod(row["method"]),
        label=row["label"],
        started_at=from_unix_ms(row["started_at_ms"]),
        last_used_at=from_unix_ms(row["last_used_at_ms"]),
        proved_at=None if proved_at_ms is None else from_unix_ms(proved_at_ms),
    )
