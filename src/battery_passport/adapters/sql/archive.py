"""Stored records in the order of the log, each as it lies in its table; for the audit.

In: a read transaction. Out: rows joined to the facts that announced them, nothing interpreted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, exists, select

from battery_passport.adapters.sql.acts import ActStore, ErasureStore
from battery_passport.adapters.sql.evidence import BATCH_STORED
from battery_passport.adapters.sql.facts import Fact, FactStore
from battery_passport.adapters.sql.records import CredentialStore, EventStore
from battery_passport.adapters.sql.schema import batches, credentials, events, facts
from battery_passport.adapters.sql.schema_sharing import audit_records, tombstones

_AT_ONCE = 1_000

# Records that no fact announces, by the table they lie in.
_UNANNOUNCED: tuple[tuple[str, Select[Any]], ...] = (
    (
        "batch",
        select(batches.c.digest).where(
            ~exists().where(facts.c.digest == batches.c.digest, facts.c.kind == BATCH_STORED)
        ),
    ),
    (
        "event",
        select(events.c.event_id).where(~exists().where(facts.c.record_id == events.c.event_id)),
    ),
    (
        "credential",
        select(credentials.c.credential_id).where(
            ~exists().where(facts.c.record_id == credentials.c.credential_id)
        ),
    ),
    (
        "act",
        select(audit_records.c.record_id).where(
            ~exists().where(facts.c.record_id == audit_records.c.record_id)
        ),
    ),
    (
        "tombstone",
        select(tombstones.c.tombstone_id).where(
            ~exists().where(facts.c.record_id == tombstones.c.tombstone_id)
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch's row: the bytes, and what the row says of them."""

    digest: bytes
    device_id: UUID
    boot_id: bytes
    sequence: int
    battery_id: UUID
    collected_at_ms: int
    encoded: bytes


class Archive:
    """Facts and the rows they announced."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._facts = FactStore(connection)
        self.events = EventStore(connection)
        self.credentials = CredentialStore(connection)
        self.acts = ActStore(connection)
        self.erasures = ErasureStore(connection)

    def sequenced(self) -> Iterator[Fact]:
        """Yield every fact that has a log index, in its order."""
        following = 0
        while facts := self._facts.from_index(following, _AT_ONCE):
            yield from facts
            following = (facts[-1].log_index or 0) + 1

    def pending(self) -> Iterator[Fact]:
        """Yield every fact that has no log index yet."""
        yield from self._facts.pending(1_000_000)

    def batch(self, digest: bytes) -> StoredBatch | None:
        """Return the batch's row of that digest."""
        query = select(batches).where(batches.c.digest == digest)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _batch(row)

    def unannounced(self) -> Iterator[str]:
        """Yield the names of rows that no fact announced."""
        for kind, statement in _UNANNOUNCED:
            for (name,) in self._connection.execute(statement):
                yield f"The {kind} {name.hex() if isinstance(name, bytes) else name}"


def _batch(row: RowMapping) -> StoredBatch:
    return StoredBatch(
        digest=row["digest"],
        device_id=UUID(row["device_id"]),
        boot_id=row["boot_id"],
        sequence=row["sequence"],
        battery_id=UUID(row["battery_id"]),
        collected_at_ms=row["collected_at_ms"],
        encoded=row["encoded"],
    )
