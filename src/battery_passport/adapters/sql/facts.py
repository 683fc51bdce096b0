"""The outbox: every fact is saved with its salt, is the pending log entry, and wakes its handlers.

In: digests of records. Out: pending facts in order, and facts by their log index.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, func, insert, select

from battery_passport.adapters.sql.schema import (
    IS_NO_BATCH,
    batches,
    facts,
    handler_cursors,
    poisoned_facts,
)
from battery_passport.adapters.sql.upserts import batched, insert_or_ignore, insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.digests import random_salt
from battery_passport.foundation.uuid7 import earliest_uuid7_text, new_uuid7

_NUMBER = {
    "sqlite": "UPDATE facts SET log_index = ? WHERE position = ?",
    "postgresql": (
        "UPDATE facts SET log_index = given.log_index"
        " FROM unnest(%b::bigint[], %b::bigint[]) AS given (log_index, position)"
        " WHERE facts.position = given.position"
    ),
}
"""The shortest way to number facts: it is taken by every batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened, once, and the salted log entry that stands for it."""

    position: int
    fact_id: UUID
    kind: str
    battery_id: UUID
    digest: bytes
    salt: bytes
    recorded_at: datetime
    record_id: UUID | None
    log_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a fact says: which record of which battery was saved, and its digest."""

    kind: str
    battery_id: UUID
    digest: bytes
    record_id: UUID | None = None


def fact_row(announcement: Announcement, moment: datetime) -> dict[str, object]:
    """Return the row of a new fact with a fresh id and a fresh random salt."""
    record_id = announcement.record_id
    return {
        "fact_id": str(new_uuid7(moment)),
        "kind": announcement.kind,
        "battery_id": str(announcement.battery_id),
        "digest": announcement.digest,
        "record_id": None if record_id is None else str(record_id),
        "salt": random_salt(),
        "recorded_at_ms": unix_ms(moment),
    }


class FactStore:
    """Facts within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def announce(self, announcement: Announcement, moment: datetime) -> None:
        """Save a fact in this transaction."""
        self.announce_all([announcement], moment)

    def announce_all(self, announcements: Sequence[Announcement], moment: datetime) -> None:
        """Save facts in this transaction, in the order given."""
        rows = [fact_row(each, moment) for each in announcements]
        if rows:
            self._connection.execute(insert(facts), rows)

    def last_position(self) -> int:
        """Return the position of the newest fact; 0 before the first."""
        return int(self._connection.execute(select(func.max(facts.c.position))).scalar() or 0)

    def pending(self, limit: int, *, behind: int = 0) -> list[Fact]:
        """Return the oldest facts that have no log index yet, of those behind a position."""
        query = select(facts).where(facts.c.log_index.is_(None), facts.c.position > behind)
        return self._fetch(query.order_by(facts.c.position).limit(limit))

    def number(self, first_index: int, positions: Sequence[int]) -> None:
        """Give facts their dense log indices, in the order given."""
        if not positions:
            return
        indices = range(first_index, first_index + len(positions))
        if self._connection.dialect.name == "sqlite":
            rows = list(zip(indices, positions, strict=True))
            self._connection.exec_driver_sql(_NUMBER["sqlite"], rows)
        else:
            self._connection.exec_driver_sql(
                _NUMBER["postgresql"], (list(indices), list(positions))
            )

    def pending_entries(self, limit: int) -> list[tuple[int, bytes, bytes]]:
        """Return (position, salt, digest) of the oldest facts that have no log index yet."""
        query = select(facts.c.position, facts.c.salt, facts.c.digest)
        query = query.where(facts.c.log_index.is_(None)).order_by(facts.c.position).limit(limit)
        return [(row[0], row[1], row[2]) for row in self._connection.execute(query)]

    def from_index(self, first_index: int, limit: int) -> list[Fact]:
        """Return sequenced facts from a log index on."""
        query = select(facts).where(facts.c.log_index >= first_index).order_by(facts.c.log_index)
        return self._fetch(query.limit(limit))

    def of_kinds(
        self, kinds: Collection[str], *, first_index: int, end: int, limit: int
    ) -> list[Fact]:
        """Return sequenced facts of some kinds, from a log index on and before another."""
        query = select(facts).where(
            facts.c.log_index >= first_index,
            facts.c.log_index < end,
            facts.c.kind.in_(sorted(kinds)),
        )
        return self._fetch(query.order_by(facts.c.log_index).limit(limit))

    def by_digest(self, digest: bytes) -> Fact | None:
        """Return the fact of a record that is no batch, if there is one."""
        found = self._fetch(select(facts).where(IS_NO_BATCH, facts.c.digest == digest))
        return found[0] if found else None

    def of_batches(self, digests: Sequence[bytes]) -> dict[bytes, Fact]:
        """Return the facts of stored batches by their digests."""
        made_at: dict[int, list[bytes]] = {}
        for page in batched(digests):
            query = select(batches.c.received_at_ms, batches.c.digest)
            for row in self._connection.execute(query.where(batches.c.digest.in_(page))):
                made_at.setdefault(row.received_at_ms, []).append(row.digest)
        return {
            fact.digest: fact
            for moment_ms, made in made_at.items()
            for page in batched(made)
            for fact in self._fetch(_made_at(moment_ms).where(facts.c.digest.in_(page)))
        }

    def count_from(self, first_index: int, *, before: datetime, kind: str) -> int:
        """Return how many sequenced facts of a kind from an index on are older than a moment."""
        query = (
            select(func.count())
            .select_from(facts)
            .where(
                facts.c.log_index >= first_index,
                facts.c.kind == kind,
                facts.c.recorded_at_ms < unix_ms(before),
            )
        )
        return int(self._connection.execute(query).scalar_one())

    def by_record(self, record_id: UUID) -> Fact:
        """Return the fact that announced a record. Raises: LookupError."""
        found = self._fetch(select(facts).where(facts.c.record_id == str(record_id)))
        if not found:
            raise LookupError(f"No fact announced the record {record_id}.")
        return found[0]

    def count_pending(self) -> int:
        """Return how many facts wait for the sequencer."""
        query = select(func.count()).select_from(facts).where(facts.c.log_index.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def cursor(self, handler: str) -> int:
        """Return the log index that a handler reads next."""
        query = select(handler_cursors.c.next_log_index).where(handler_cursors.c.handler == handler)
        return int(self._connection.execute(query).scalar() or 0)

    def move_cursor(self, handler: str, next_log_index: int) -> None:
        """Remember, in this transaction, how far a handler has come."""
        row = {"handler": handler, "next_log_index": next_log_index}
        insert_or_update(self._connection, handler_cursors, [row], keys=["handler"])

    def poison(self, fact: Fact, *, handler: str, error: str, moment: datetime) -> None:
        """Put a fact that a handler cannot digest where a person sees it."""
        row = {
            "fact_id": str(fact.fact_id),
            "handler": handler,
            "error": error,
            "failed_at_ms": unix_ms(moment),
        }
        insert_or_ignore(self._connection, poisoned_facts, [row])

    def poisoned(self) -> list[tuple[str, str, str]]:
        """Return (fact id, handler, error) of every fact that failed."""
        columns = (poisoned_facts.c.fact_id, poisoned_facts.c.handler, poisoned_facts.c.error)
        return [tuple(row) for row in self._connection.execute(select(*columns))]

    def _fetch(self, query: Select[tuple[Any, ...]]) -> list[Fact]:
        return [_fact(row) for row in self._connection.execute(query).mappings()]


def _made_at(moment_ms: int) -> Select[tuple[Any, ...]]:
    """Return what selects the facts of one millisecond."""
    earliest, behind = earliest_uuid7_text(moment_ms), earliest_uuid7_text(moment_ms + 1)
    return select(facts).where(facts.c.fact_id >= earliest, facts.c.fact_id < behind)


def _fact(row: RowMapping) -> Fact:
    return Fact(
        position=row["position"],
        fact_id=UUID(row["fact_id"]),
        kind=row["kind"],
        battery_id=UUID(row["battery_id"]),
        digest=row["digest"],
        salt=row["salt"],
        recorded_at=from_unix_ms(row["recorded_at_ms"]),
        record_id=UUID(row["record_id"]) if row["record_id"] else None,
        log_index=row["log_index"],
    )
