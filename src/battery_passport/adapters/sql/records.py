"""Lifecycle events and signed credentials at rest: the bytes of each record, never rewritten.

In: record bytes with their place in a battery's own sequence. Out: the same, in order.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, select

from battery_passport.adapters.sql.schema import credentials, disclosures, events
from battery_passport.adapters.sql.upserts import batched
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A lifecycle event as the bytes that its log entry stands for."""

    event_id: UUID
    battery_id: UUID
    sequence: int
    type: str
    occurred_at: datetime
    record: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCredential:
    """A passport version or health statement: issuer-signed token, disclosures and log record."""

    credential_id: UUID
    kind: str
    battery_id: UUID
    sequence: int
    issued_at: datetime
    record: bytes
    issuer_jwt: str
    disclosures: Mapping[str, str]


class EventStore:
    """Lifecycle events within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: StoredEvent) -> None:
        """Save an event."""
        self.add_all([event])

    def add_all(self, recorded: Sequence[StoredEvent]) -> None:
        """Save events."""
        rows = [
            {
                "event_id": str(each.event_id),
                "battery_id": str(each.battery_id),
                "sequence": each.sequence,
                "type": each.type,
                "occurred_at_ms": unix_ms(each.occurred_at),
                "record": each.record,
            }
            for each in recorded
        ]
        if rows:
            self._connection.execute(insert(events), rows)

    def of_battery(self, battery_id: UUID) -> list[StoredEvent]:
        """Return a battery's events by their sequence."""
        return list(self.of_batteries([battery_id])[battery_id])

    def of_batteries(self, battery_ids: Collection[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        """Return the events of each battery by their sequence."""
        found: dict[UUID, list[StoredEvent]] = {each: [] for each in battery_ids}
        for names in batched([str(each) for each in found]):
            some = events.c.battery_id.in_(names)
            query = select(events).where(some).order_by(events.c.sequence)
            for row in self._connection.execute(query).mappings():
                event = _event(row)
                found[event.battery_id].append(event)
        return found

    def by_id(self, event_id: UUID) -> StoredEvent | None:
        """Return the event of that id."""
        query = select(events).where(events.c.event_id == str(event_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _event(row)

    def by_ids(self, event_ids: Sequence[UUID]) -> list[StoredEvent]:
        """Return the events of those ids, in any order."""
        query = select(events).where(events.c.event_id.in_(map(str, event_ids)))
        return [_event(row) for row in self._connection.execute(query).mappings()]

    def count(self) -> int:
        """Return how many events are stored."""
        return int(self._connection.execute(select(func.count()).select_from(events)).scalar_one())


class CredentialStore:
    """Passport versions and statements within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_sequence(self, kind: str, battery_id: UUID) -> int:
        """Return the number of a battery's next credential of that kind, from 1."""
        query = select(func.max(credentials.c.sequence)).where(
            credentials.c.kind == kind, credentials.c.battery_id == str(battery_id)
        )
        return int(self._connection.execute(query).scalar() or 0) + 1

    def add(self, credential: StoredCredential) -> None:
        """Save a credential and its disclosures."""
        self.add_all([credential])

    def add_all(self, issued: Sequence[StoredCredential]) -> None:
        """Save credentials and their disclosures."""
        parts = [
            {"credential_id": str(each.credential_id), "section": section, "disclosure": text}
            for each in issued
            for section, text in each.disclosures.items()
        ]
        if issued:
            self._connection.execute(
                insert(credentials), [_credential_row(each) for each in issued]
            )
        if parts:
            self._connection.execute(insert(disclosures), parts)

    def latest(self, kind: str, battery_id: UUID) -> StoredCredential | None:
        """Return a battery's newest credential of that kind."""
        query = (
            select(credentials)
            .where(credentials.c.kind == kind, credentials.c.battery_id == str(battery_id))
            .order_by(credentials.c.sequence.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else self._credential(row)

    def last_numbers(self, kind: str, battery_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the number of the newest credential of each battery that has one."""
        query = (
            select(credentials.c.battery_id, func.max(credentials.c.sequence).label("last"))
            .where(
                credentials.c.kind == kind,
                credentials.c.battery_id.in_([str(each) for each in battery_ids]),
            )
            .group_by(credentials.c.battery_id)
        )
        return {UUID(row.battery_id): row.last for row in self._connection.execute(query)}

    def of_battery(self, kind: str, battery_id: UUID) -> Iterator[StoredCredential]:
        """Yield a battery's credentials of that kind, oldest first."""
        query = select(credentials).where(
            credentials.c.kind == kind, credentials.c.battery_id == str(battery_id)
        )
        rows = self._connection.execute(query.order_by(credentials.c.sequence)).mappings()
        for row in rows.fetchall():
            yield self._credential(row)

    def by_id(self, credential_id: UUID) -> StoredCredential | None:
        """Return the credential of that id."""
        query = select(credentials).where(credentials.c.credential_id == str(credential_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else self._credential(row)

    def by_ids(self, credential_ids: Sequence[UUID]) -> list[StoredCredential]:
        """Return the credentials of those ids, in any order."""
        query = select(credentials).where(credentials.c.credential_id.in_(map(str, credential_ids)))
        rows = self._connection.execute(query).mappings().fetchall()
        return [self._credential(row) for row in rows]

    def count(self, kind: str) -> int:
        """Return how many credentials of that kind are stored."""
        query = select(func.count()).select_from(credentials).where(credentials.c.kind == kind)
        return int(self._connection.execute(query).scalar_one())

    def count_batteries(self, kind: str) -> int:
        """Return how many batteries have a credential of that kind."""
        batteries = func.count(func.distinct(credentials.c.battery_id))
        query = select(batteries).where(credentials.c.kind == kind)
        return int(self._connection.execute(query).scalar_one())

    def batteries_with(self, kind: str, limit: int) -> list[UUID]:
        """Return batteries that have a credential of that kind, the newest first."""
        newest = func.max(credentials.c.issued_at_ms)
        query = (
            select(credentials.c.battery_id)
            .where(credentials.c.kind == kind)
            .group_by(credentials.c.battery_id)
            .order_by(newest.desc())
            .limit(limit)
        )
        return [UUID(row.battery_id) for row in self._connection.execute(query)]

    def _credential(self, row: RowMapping) -> StoredCredential:
        query = select(disclosures.c.section, disclosures.c.disclosure).where(
            disclosures.c.credential_id == row["credential_id"]
        )
        parts = {part.section: part.disclosure for part in self._connection.execute(query)}
        return StoredCredential(
            credential_id=UUID(row["credential_id"]),
            kind=row["kind"],
            battery_id=UUID(row["battery_id"]),
            sequence=row["sequence"],
            issued_at=from_unix_ms(row["issued_at_ms"]),
            record=row["record"],
            issuer_jwt=row["issuer_jwt"],
            disclosures=parts,
        )


def _credential_row(credential: StoredCredential) -> dict[str, object]:
    return {
        "credential_id": str(credential.credential_id),
        "kind": credential.kind,
        "battery_id": str(credential.battery_id),
        "sequence": credential.sequence,
        "issued_at_ms": unix_ms(credential.issued_at),
        "record": credential.record,
        "issuer_jwt": credential.issuer_jwt,
    }


def _event(row: RowMapping) -> StoredEvent:
    return StoredEvent(
        event_id=UUID(row["event_id"]),
        battery_id=UUID(row["battery_id"]),
        sequence=row["sequence"],
        type=row["type"],
        occurred_at=from_unix_ms(row["occurred_at_ms"]),
        record=row["record"],
    )
