"""One-time links, challenges and counted attempts as rows; each is used by deleting its row.

In: a connection within a transaction. Out: fulfils `access.stores.people.LinkStore`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, exists, insert, select

from battery_passport.access.records.people import (
    Attempts,
    Challenge,
    ChallengeUse,
    LinkUse,
    OneTimeLink,
)
from battery_passport.adapters.sql.schema_access import (
    challenges,
    counted_attempts,
    one_time_links,
    persons,
    subject_keys,
    used_assertions,
)
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms

_ATTEMPTS_KEPT = timedelta(days=2)


class SqlLinks:
    """Links, challenges and attempts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_link(self, link: OneTimeLink) -> None:
        """Save a link."""
        row = {
            "token_digest": link.token_digest,
            "use": link.use.value,
            "subject_id": str(link.subject_id),
            "sealed": link.sealed,
            "expires_at_ms": unix_ms(link.expires_at),
        }
        self._connection.execute(insert(one_time_links), [row])

    def link(self, token_digest: bytes, use: LinkUse, moment: datetime) -> OneTimeLink | None:
        """Return a link that is in time."""
        query = select(one_time_links).where(
            one_time_links.c.token_digest == token_digest,
            one_time_links.c.use == use.value,
            one_time_links.c.expires_at_ms > unix_ms(moment),
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _link(row)

    def take_link(self, token_digest: bytes, use: LinkUse, moment: datetime) -> OneTimeLink | None:
        """Return a link that is in time, and use it up."""
        found = self.link(token_digest, use, moment)
        statement = delete(one_time_links).where(one_time_links.c.token_digest == token_digest)
        if found is None or self._connection.execute(statement).rowcount != 1:
            return None
        return found

    def drop_links(self, subject_id: UUID) -> None:
        """Make every link about a subject useless."""
        self._connection.execute(
            delete(one_time_links).where(one_time_links.c.subject_id == str(subject_id))
        )

    def add_challenge(self, challenge: Challenge) -> None:
        """Save a challenge."""
        row = {
            "digest": challenge.digest,
            "use": challenge.use.value,
            "binding": challenge.binding,
            "person_id": None if challenge.person_id is None else str(challenge.person_id),
            "details": challenge.details,
            "expires_at_ms": unix_ms(challenge.expires_at),
        }
        self._connection.execute(insert(challenges), [row])

    def take_challenge(
        self, digest: bytes, use: ChallengeUse, moment: datetime
    ) -> Challenge | None:
        """Return a challenge that is in time, and use it up."""
        query = select(challenges).where(
            challenges.c.digest == digest,
            challenges.c.use == use.value,
            challenges.c.expires_at_ms > unix_ms(moment),
        )
        row = self._connection.execute(query).mappings().first()
        statement = delete(challenges).where(challenges.c.digest == digest)
        if row is None or self._connection.execute(statement).rowcount != 1:
            return None
        return _challenge(row)

    def attempts(self, bucket: bytes) -> Attempts | None:
        """Return what was counted."""
        query = select(counted_attempts).where(counted_attempts.c.bucket == bucket)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return Attempts(
            failures=row["failures"], last_failed_at=from_unix_ms(row["last_failed_at_ms"])
        )

    def save_attempts(self, bucket: bytes, attempts: Attempts) -> None:
        """Save what was counted."""
        row = {
            "bucket": bucket,
            "failures": attempts.failures,
            "last_failed_at_ms": unix_ms(attempts.last_failed_at),
        }
        insert_or_update(self._connection, counted_attempts, [row], ["bucket"])

    def forget_attempts(self, bucket: bytes) -> None:
        """Begin counting anew."""
        self._connection.execute(
            delete(counted_attempts).where(counted_attempts.c.bucket == bucket)
        )

    def tidy(self, moment: datetime) -> None:
        """Remove what has expired, and the keys of people who never confirmed their address."""
        now_ms = unix_ms(moment)
        expired = select(one_time_links.c.subject_id).where(one_time_links.c.expires_at_ms < now_ms)
        never_confirmed = ~exists().where(persons.c.person_id == subject_keys.c.subject_id)
        self._connection.execute(
            delete(subject_keys).where(subject_keys.c.subject_id.in_(expired), never_confirmed)
        )
        for table in (one_time_links, challenges, used_assertions):
            self._connection.execute(delete(table).where(table.c.expires_at_ms < now_ms))
        oldest_ms = unix_ms(moment - _ATTEMPTS_KEPT)
        self._connection.execute(
            delete(counted_attempts).where(counted_attempts.c.last_failed_at_ms < oldest_ms)
        )


def _link(row: RowMapping) -> OneTimeLink:
    return OneTimeLink(
        token_digest=row["token_digest"],
        use=LinkUse(row["use"]),
        subject_id=UUID(row["subject_id"]),
        sealed=row["sealed"],
        expires_at=from_unix_ms(row["expires_at_ms"]),
    )


def _challenge(row: RowMapping) -> Challenge:
    person = row["person_id"]
    return Challenge(
        digest=row["digest"],
        use=ChallengeUse(row["use"]),
        binding=row["binding"],
        person_id=None if person is None else UUID(person),
        details=row["details"],
        expires_at=from_unix_ms(row["expires_at_ms"]),
    )
