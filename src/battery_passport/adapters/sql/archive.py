"""Stored records in the order of the log, each as it lies in its table; for the audit.

In: a read transaction. Out: rows joined to the facts that announced them, nothing interpreted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from battery_passport.adapters.sql.acts import ActStore, ErasureStore, StoredAct
from battery_passport.adapters.sql.announced import unannounced_batches
from battery_passport.adapters.sql.facts import Fact, FactStore
from battery_passport.adapters.sql.records import (
    CredentialStore,
    EventStore,
    StoredCredential,
    StoredEvent,
)
from battery_passport.adapters.sql.schema import batches, credentials, events, facts
from battery_passport.adapters.sql.schema_sharing import audit_records, tombstones
from battery_passport.adapters.sql.schema_states import state_epochs
from battery_passport.adapters.sql.states import StateStore, StoredEpoch

_AT_ONCE = 1_000
_BATCH = tuple(
    batches.c[name]
    for name in (
        "digest",
        "device_id",
        "boot_id",
        "sequence",
        "battery_id",
        "collected_at_ms",
        "received_at_ms",
        "encoded",
    )
)


def _not_announced(key: ColumnElement[str]) -> Select[Any]:
    return select(key).where(~exists().where(facts.c.record_id == key))


# Records but batches that no fact announces, by the table they lie in.
_UNANNOUNCED: tuple[tuple[str, Select[Any]], ...] = (
    ("event", _not_announced(events.c.event_id)),
    ("credential", _not_announced(credentials.c.credential_id)),
    ("act", _not_announced(audit_records.c.record_id)),
    ("state epoch", _not_announced(state_epochs.c.epoch_id)),
    ("tombstone", _not_announced(tombstones.c.tombstone_id)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch's row: the bytes, and what the row says of them."""

    digest: bytes
    device_id: str
    boot_id: bytes
    sequence: int
    battery_id: str
    collected_at_ms: int
    received_at_ms: int
    encoded: bytes


class Archive:
    """Facts and the rows they announced, many at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._facts = FactStore(connection)
        self.erasures = ErasureStore(connection)

    def sequenced(self, following: int = 0) -> Iterator[Sequence[Fact]]:
        """Yield the facts that have a log index, in its order, a page at a time."""
        while facts := self._facts.from_index(following, _AT_ONCE):
            yield facts
            following = (facts[-1].log_index or 0) + 1

    def pending(self) -> Iterator[Sequence[Fact]]:
        """Yield the facts that have no log index yet, a page at a time."""
        position = 0
        while found := self._facts.pending(_AT_ONCE, behind=position):
            yield found
            position = found[-1].position

    def batches(self, digests: Sequence[bytes]) -> dict[bytes, StoredBatch]:
        """Return the rows of batches by their digests."""
        query = select(*_BATCH).where(batches.c.digest.in_(digests))
        rows = self._connection.execute(query).mappings()
        return {row["digest"]: StoredBatch(**row) for row in rows}

    def events(self, ids: Sequence[UUID]) -> dict[UUID, StoredEvent]:
        """Return events by their ids."""
        return {each.event_id: each for each in EventStore(self._connection).by_ids(ids)}

    def credentials(self, ids: Sequence[UUID]) -> dict[UUID, StoredCredential]:
        """Return credentials by their ids."""
        store = CredentialStore(self._connection)
        return {each.credential_id: each for each in store.by_ids(ids)}

    def acts(self, ids: Sequence[UUID]) -> dict[UUID, StoredAct]:
        """Return acts by their ids."""
        store = ActStore(self._connection)
        found = (store.by_id(each) for each in ids)
        return {each.record_id: each for each in found if each is not None}

    def epochs(self, ids: Sequence[UUID]) -> dict[UUID, StoredEpoch]:
        """Return state epochs by their ids."""
        store = StateStore(self._connection)
        found = (store.by_id(each) for each in ids)
        return {each.epoch_id: each for each in found if each is not None}

    def unannounced(self) -> Iterator[str]:
        """Yield the names of rows that no fact announced."""
        for digest in unannounced_batches(self._connection):
            yield f"The batch {digest.hex()}"
        for kind, statement in _UNANNOUNCED:
            for (name,) in self._connection.execute(statement):
                yield f"The {kind} {name}"
