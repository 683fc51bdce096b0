"""Requests to make passkeys anew, as rows.

In: a connection within a transaction. Out: fulfils `access.stores.people.RecoveryStore`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select, update

from battery_passport.access.records.people import PasskeyRecovery
from battery_passport.adapters.sql.schema_privileged import passkey_recoveries
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class SqlRecoveries:
    """Requests within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, recovery: PasskeyRecovery) -> None:
        """Save a new request."""
        row = {
            "recovery_id": str(recovery.recovery_id),
            "person_id": str(recovery.person_id),
            "organisation_id": str(recovery.organisation_id),
            "region": recovery.region,
            "asked_at_ms": unix_ms(recovery.asked_at),
            "expires_at_ms": unix_ms(recovery.expires_at),
        }
        self._connection.execute(insert(passkey_recoveries), [row])

    def by_id(self, recovery_id: UUID) -> PasskeyRecovery | None:
        """Return the request of that id."""
        query = select(passkey_recoveries)
        return self._one(query.where(passkey_recoveries.c.recovery_id == str(recovery_id)))

    def save(self, recovery: PasskeyRecovery) -> None:
        """Save who has said yes, and that it has ended."""
        values = {
            "first_by": _text(recovery.first_by),
            "first_at_ms": _ms(recovery.first_at),
            "second_by": _text(recovery.second_by),
            "ended_at_ms": _ms(recovery.ended_at),
        }
        where = passkey_recoveries.c.recovery_id == str(recovery.recovery_id)
        self._connection.execute(update(passkey_recoveries).where(where).values(**values))

    def open_of_person(self, person_id: UUID, moment: datetime) -> PasskeyRecovery | None:
        """Return a person's request that waits."""
        return self._one(_open(moment).where(passkey_recoveries.c.person_id == str(person_id)))

    def open_in(self, region: str, moment: datetime) -> list[PasskeyRecovery]:
        """Return a city's requests that wait, the oldest first."""
        query = _open(moment).where(passkey_recoveries.c.region == region)
        query = query.order_by(passkey_recoveries.c.asked_at_ms)
        return [_recovery(row) for row in self._connection.execute(query).mappings()]

    def forget(self, person_id: UUID) -> None:
        """Remove a person's requests, and his name from those of others."""
        table, name = passkey_recoveries, str(person_id)
        self._connection.execute(delete(table).where(table.c.person_id == name))
        for column in (table.c.first_by, table.c.second_by):
            statement = update(table).where(column == name).values({column.name: None})
            self._connection.execute(statement)

    def _one(self, query: "Select[tuple[object, ...]]") -> PasskeyRecovery | None:
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _recovery(row)


def _open(moment: datetime) -> "Select[tuple[object, ...]]":
    table = passkey_recoveries
    return select(table).where(
        table.c.ended_at_ms.is_(None), table.c.expires_at_ms > unix_ms(moment)
    )


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else unix_ms(moment)


def _recovery(row: RowMapping) -> PasskeyRecovery:
    first_by, second_by = row["first_by"], row["second_by"]
    first_at_ms, ended_at_ms = row["first_at_ms"], row["ended_at_ms"]
    return PasskeyRecovery(
        recovery_id=UUID(row["recovery_id"]),
        person_id=UUID(row["person_id"]),
        organisation_id=UUID(row["organisation_id"]),
        region=row["region"],
        asked_at=from_unix_ms(row["asked_at_ms"]),
        expires_at=from_unix_ms(row["expires_at_ms"]),
        first_by=None if first_by is None else UUID(first_by),
        first_at=None if first_at_ms is None else from_unix_ms(first_at_ms),
        second_by=None if second_by is None else UUID(second_by),
        ended_at=None if ended_at_ms is None else from_unix_ms(ended_at_ms),
    )
