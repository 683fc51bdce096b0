"""The record store as the audit asks for it: every record with what its row says of it.

In: a read transaction. Out: the ports of `proof.audit`; a row that contradicts its own bytes is
told at once, by name.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import parse_act_record
from battery_passport.adapters.sql.acts import ACT_RECORDED, ERASED, RECORDS_ERASED, StoredAct
from battery_passport.adapters.sql.archive import Archive, StoredBatch
from battery_passport.adapters.sql.evidence import BATCH_STORED
from battery_passport.adapters.sql.facts import Fact
from battery_passport.adapters.sql.log import SqlCheckpointStore, SqlTileStore
from battery_passport.adapters.sql.records import StoredCredential, StoredEvent
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.states import STATE_RECORDED, StateStore
from battery_passport.assembly.recording import EVENT_RECORDED
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.ledger.model import SignedCheckpoint, TreeHead
from battery_passport.ledger.tiles import TILE_WIDTH, read_hashes, split_hashes, tile_width
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.ledger.tombstone import open_tombstone
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.ports import StoredRecord
from battery_passport.telemetry.envelope import open_envelope

_CHECKPOINTS_AT_ONCE = 500


class SqlStoredRecords:
    """Fulfils `proof.ports.StoredRecords`."""

    def __init__(self, connection: Connection, trust: LogTrust) -> None:
        self._archive = Archive(connection)
        self._registry = RegistryStore(connection)
        self._states = StateStore(connection)
        self._trust = trust
        self._readers: dict[str, Callable[[Fact], StoredRecord]] = {
            BATCH_STORED: self._batch,
            EVENT_RECORDED: self._event,
            ACT_RECORDED: self._act,
            RECORDS_ERASED: self._tombstone,
            STATE_RECORDED: self._state,
        }

    def in_log_order(self) -> Iterator[StoredRecord]:
        """Yield the records that have a log index, in its order."""
        return map(self._record, self._archive.sequenced())

    def pending(self) -> Iterator[StoredRecord]:
        """Yield the records that wait for a log index."""
        return map(self._record, self._archive.pending())

    def unannounced(self) -> Iterator[str]:
        """Yield the names of stored records that no outbox row stands for."""
        return self._archive.unannounced()

    def _record(self, fact: Fact) -> StoredRecord:
        return self._readers.get(fact.kind, self._credential)(fact)

    def _batch(self, fact: Fact) -> StoredRecord:
        row = self._archive.batch(fact.digest)
        stored = _stored(
            fact, "batch", fact.digest.hex(), record=None if row is None else row.encoded
        )
        if row is not None and sha256(row.encoded) == fact.digest:
            self._check_batch_row(row, fact)
        return stored

    def _check_batch_row(self, row: StoredBatch, fact: Fact) -> None:
        claims = open_envelope(row.encoded).claims
        battery = self._registry.battery_by_ref(claims.battery_ref)
        said = (claims.device_id, claims.boot_id, claims.sequence, unix_ms(claims.collected_at))
        noted = (row.device_id, row.boot_id, row.sequence, row.collected_at_ms)
        owners = {row.battery_id, fact.battery_id, None if battery is None else battery.battery_id}
        _require(said == noted and len(owners) == 1, f"The batch {fact.digest.hex()}")

    def _event(self, fact: Fact) -> StoredRecord:
        name = str(fact.record_id)
        row = None if fact.record_id is None else self._archive.events.by_id(fact.record_id)
        stored = _stored(fact, "event", name, record=None if row is None else row.record)
        if row is not None and sha256(row.record) == fact.digest:
            self._check_event_row(row, fact)
        return stored

    def _check_event_row(self, row: StoredEvent, fact: Fact) -> None:
        event = parse_event_record(row.record)
        battery = self._registry.battery(row.battery_id)
        said = (event.event_id, event.sequence, event.event_type, event.occurred_at)
        noted = (row.event_id, row.sequence, row.type, row.occurred_at)
        same_key = battery is not None and battery.log_key == event.log_key
        same_battery = fact.battery_id == row.battery_id
        _require(said == noted and same_key and same_battery, f"The event {row.event_id}")

    def _act(self, fact: Fact) -> StoredRecord:
        row = None if fact.record_id is None else self._archive.acts.by_id(fact.record_id)
        if row is not None and row.record is None and fact.digest == fact.salt == ERASED:
            leaf = None if fact.log_index is None else self._buried.get(fact.log_index)
            return _stored(fact, "act", str(fact.record_id), record=None, buried_leaf=leaf)
        stored = _stored(
            fact, "act", str(fact.record_id), record=None if row is None else row.record
        )
        if row is not None and row.record is not None and sha256(row.record) == fact.digest:
            _check_act_row(row, row.record)
        return stored

    def _tombstone(self, fact: Fact) -> StoredRecord:
        note = None if fact.record_id is None else self._notes.get(fact.record_id)
        return _stored(fact, "tombstone", str(fact.record_id), record=note)

    def _state(self, fact: Fact) -> StoredRecord:
        row = None if fact.record_id is None else self._states.by_id(fact.record_id)
        name = str(fact.record_id) if row is None else f"of epoch {row.epoch.number}"
        record = None if row is None else row.record
        if row is not None and sha256(row.record) == fact.digest:
            _require(row.epoch.encode() == row.record, f"The state record {name}")
        return _stored(fact, "state record", name, record=record)

    @cached_property
    def _notes(self) -> Mapping[UUID, bytes]:
        return self._archive.erasures.tombstones()

    @cached_property
    def _buried(self) -> Mapping[int, bytes]:
        """Leaf hashes by log index of all entries whose records were erased on purpose."""
        found: dict[int, bytes] = {}
        for tombstone_id, note in self._notes.items():
            try:
                opened = open_tombstone(
                    note, origin=self._trust.origin, log_key=self._trust.log_key
                )
            except BatteryPassportError as error:
                raise StoredRecordAltered(
                    f"The tombstone {tombstone_id} does not hold: {error.message}"
                ) from error
            found.update(opened.leaves)
        return found

    def _credential(self, fact: Fact) -> StoredRecord:
        found = None if fact.record_id is None else self._archive.credentials.by_id(fact.record_id)
        if found is None:
            return _stored(fact, fact.kind, str(fact.record_id), record=None)
        self._check_credential_row(found, fact)
        return _stored(
            fact,
            found.kind,
            f"{found.credential_id}, version {found.sequence}",
            record=found.record,
            credential=found,
        )

    def _check_credential_row(self, row: StoredCredential, fact: Fact) -> None:
        if sha256(row.record) != fact.digest:
            return  # the audit itself tells of it, in better words
        battery = self._registry.battery(row.battery_id)
        expected = f'"seq":{row.sequence},"type":"{row.kind}"'.encode()
        key = b"" if battery is None else f'"key":"{battery.log_key.hex()}"'.encode()
        same = expected in row.record and key in row.record and battery is not None
        name = f"The {row.kind} {row.credential_id}"
        _require(same and fact.battery_id == row.battery_id, name)


class SqlStoredLog:
    """Fulfils `proof.ports.StoredLog`."""

    def __init__(self, connection: Connection) -> None:
        self._tiles = SqlTileStore(connection)
        self._checkpoints = SqlCheckpointStore(connection)

    def head(self) -> TreeHead:
        """Return the recorded size and root."""
        return self._checkpoints.tree_head()

    def leaf_hashes(self) -> Iterator[bytes]:
        """Yield the hash of every logged entry, in order."""
        size = self.head().size
        for index in range((size + TILE_WIDTH - 1) // TILE_WIDTH):
            width = tile_width(0, index, size=size)
            try:
                content = read_hashes(self._tiles, 0, index, width=width)
            except BatteryPassportError as error:
                raise StoredRecordAltered(error.message) from error
            yield from split_hashes(content)

    def checkpoints(self) -> Iterator[SignedCheckpoint]:
        """Yield every checkpoint ever signed, the smallest first."""
        size = 0
        while found := self._checkpoints.larger_than(size, limit=_CHECKPOINTS_AT_ONCE):
            yield from found
            size = found[-1].head.size

    def anchored_heads(self) -> Iterator[TreeHead]:
        """Yield the heads that this home remembers as anchored."""
        return (each.head for each in self._checkpoints.remembered_as_anchored())


def _stored(
    fact: Fact,
    kind: str,
    name: str,
    *,
    record: bytes | None,
    credential: StoredCredential | None = None,
    buried_leaf: bytes | None = None,
) -> StoredRecord:
    return StoredRecord(
        kind=kind,
        name=name,
        digest=fact.digest,
        salt=fact.salt,
        log_index=fact.log_index,
        record=record,
        issuer_jwt=None if credential is None else credential.issuer_jwt,
        disclosures=None if credential is None else credential.disclosures,
        erased=buried_leaf is not None,
        buried_leaf=buried_leaf,
    )


def _check_act_row(row: StoredAct, record: bytes) -> None:
    act = parse_act_record(record)
    said, noted = (act.record_id, act.name, act.subject), (row.record_id, row.act, row.subject)
    _require(said == noted, f"The act {row.record_id}")


def _require(agrees: bool, name: str) -> None:  # noqa: FBT001 - the one thing to be judged
    if not agrees:
        raise StoredRecordAltered(f"{name} is filed under values that its own bytes contradict.")
