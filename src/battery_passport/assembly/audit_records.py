"""The record store as the audit asks for it: every record with what its row says of it.

In: a read transaction. Out: the ports of `proof.audit`; a row that contradicts its own bytes is
told at once, by name. Rows are read a thousand at a time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import parse_act_record
from battery_passport.adapters.segments.errors import EvidenceDamaged
from battery_passport.adapters.sql.acts import (
    ACT_RECORDED,
    ERASED,
    NO_BATTERY,
    RECORDS_ERASED,
    StoredAct,
)
from battery_passport.adapters.sql.archive import Archive, StoredBatch
from battery_passport.adapters.sql.devices import DeviceStore
from battery_passport.adapters.sql.evidence import BATCH_STORED
from battery_passport.adapters.sql.facts import Fact
from battery_passport.adapters.sql.records import StoredCredential, StoredEvent
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.states import STATE_RECORDED, StoredEpoch
from battery_passport.assembly.evidence.reader import EvidenceReader
from battery_passport.assembly.recording import EVENT_RECORDED
from battery_passport.foundation.clock import unix_ms
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.errors import BatteryPassportError
from battery_passport.foundation.uuid7 import unix_ms_of_uuid7
from battery_passport.ledger.state_tree import parse_state_record
from battery_passport.ledger.tlog_proof import LogTrust
from battery_passport.ledger.tombstone import open_tombstone
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.proof.errors import StoredRecordAltered
from battery_passport.proof.ports import StoredRecord
from battery_passport.telemetry.envelope import open_envelope, verify_with_one_of

_KEPT_AT_HAND = 20_000
"""Batteries and devices remembered at a time, so that memory stays bounded."""

_Kind = tuple[Callable[[list[Any]], Mapping[Any, Any]], Callable[[Fact, Any], StoredRecord]]


class SqlStoredRecords:
    """Fulfils `proof.ports.StoredRecords`."""

    def __init__(self, connection: Connection, trust: LogTrust, evidence: EvidenceReader) -> None:
        self._archive = Archive(connection)
        self._evidence = evidence
        self._trust = trust
        registry = RegistryStore(connection)
        keep = lru_cache(_KEPT_AT_HAND)
        self._battery = keep(registry.battery)
        self._battery_by_ref = keep(registry.battery_by_ref)
        self._device_keys = keep(DeviceStore(connection).keys)
        archive = self._archive
        self._kinds: dict[str, _Kind] = {
            BATCH_STORED: (self._batches, self._batch),
            EVENT_RECORDED: (archive.events, self._event),
            ACT_RECORDED: (archive.acts, self._act),
            STATE_RECORDED: (archive.epochs, self._epoch),
            RECORDS_ERASED: (lambda _ids: self._notes, self._tombstone),
        }

    def in_log_order(self, following: int = 0) -> Iterator[StoredRecord]:
        """Yield the records that have a log index, in its order, from one on."""
        for page in self._archive.sequenced(following):
            yield from self._records(page)

    def pending(self) -> Iterator[StoredRecord]:
        """Yield the records that wait for a log index."""
        for page in self._archive.pending():
            yield from self._records(page)

    def unannounced(self) -> Iterator[str]:
        """Yield the names of stored records that no outbox row stands for."""
        return self._archive.unannounced()

    def _records(self, page: Sequence[Fact]) -> Iterator[StoredRecord]:
        others: _Kind = (self._archive.credentials, self._credential)
        keys: dict[str, list[object]] = {}
        for fact in page:
            keys.setdefault(fact.kind, []).append(_key(fact))
        rows = {
            kind: self._kinds.get(kind, others)[0]([each for each in wanted if each is not None])
            for kind, wanted in keys.items()
        }
        for fact in page:
            _check_fact(fact)
            read = self._kinds.get(fact.kind, others)[1]
            yield read(fact, rows[fact.kind].get(_key(fact)))

    def _batches(self, digests: Sequence[bytes]) -> Mapping[bytes, StoredBatch]:
        """Return the rows of batches with their bytes, wherever those lie."""
        rows = self._archive.batches(digests)
        sealed = [digest for digest, row in rows.items() if not row.encoded]
        try:
            found = self._evidence.by_digests(sealed) if sealed else {}
        except EvidenceDamaged as error:
            raise StoredRecordAltered(error.message) from error
        return rows | {digest: replace(rows[digest], encoded=found[digest]) for digest in found}

    def _batch(self, fact: Fact, row: StoredBatch | None) -> StoredRecord:
        if row is not None and not row.encoded:
            # Neither here nor in a segment: erased, if a tombstone of this very entry says so.
            leaf = None if fact.log_index is None else self._buried.get(fact.log_index)
            name = fact.digest.hex()
            return _stored(fact, "batch", name, record=None, buried_leaf=leaf)
        if row is not None and sha256(row.encoded) == fact.digest:
            self._check_batch_row(row, fact)
        record = None if row is None else row.encoded
        return _stored(fact, "batch", fact.digest.hex(), record=record)

    def _check_batch_row(self, row: StoredBatch, fact: Fact) -> None:
        envelope = open_envelope(row.encoded)
        claims, name = envelope.claims, f"The batch {fact.digest.hex()}"
        battery = self._battery_by_ref(claims.battery_ref)
        said = (claims.device_id, claims.boot_id, claims.sequence, unix_ms(claims.collected_at))
        noted = (UUID(row.device_id), row.boot_id, row.sequence, row.collected_at_ms)
        owners = {row.battery_id, str(fact.battery_id), str(battery and battery.battery_id)}
        timely = row.received_at_ms == unix_ms(fact.recorded_at) and fact.record_id is None
        _require(said == noted and len(owners) == 1 and timely, name)
        keys = self._device_keys(claims.device_id)
        _require(bool(keys), name)
        try:
            verify_with_one_of(envelope, keys)
        except BatteryPassportError as error:
            raise StoredRecordAltered(f"{name} does not hold: {error.message}") from error

    def _event(self, fact: Fact, row: StoredEvent | None) -> StoredRecord:
        if row is not None and sha256(row.record) == fact.digest:
            self._check_event_row(row, fact)
        record = None if row is None else row.record
        return _stored(fact, "event", str(fact.record_id), record=record)

    def _check_event_row(self, row: StoredEvent, fact: Fact) -> None:
        event = parse_event_record(row.record)
        battery = self._battery(row.battery_id)
        said = (event.event_id, event.sequence, event.event_type, event.occurred_at)
        noted = (row.event_id, row.sequence, row.type, row.occurred_at)
        same_key = battery is not None and battery.log_key == event.log_key
        same_battery = fact.battery_id == row.battery_id
        _require(said == noted and same_key and same_battery, f"The event {row.event_id}")

    def _act(self, fact: Fact, row: StoredAct | None) -> StoredRecord:
        name = str(fact.record_id)
        if row is not None and row.record is None and fact.digest == fact.salt == ERASED:
            leaf = None if fact.log_index is None else self._buried.get(fact.log_index)
            return _stored(fact, "act", name, record=None, buried_leaf=leaf)
        if row is not None and row.record is not None and sha256(row.record) == fact.digest:
            _check_act_row(row, row.record, fact)
        return _stored(fact, "act", name, record=None if row is None else row.record)

    def _epoch(self, fact: Fact, row: StoredEpoch | None) -> StoredRecord:
        name = str(fact.record_id)
        if row is not None and sha256(row.record) == fact.digest:
            _require(parse_state_record(row.record) == row.epoch, f"The state epoch {name}")
            _require(fact.battery_id == NO_BATTERY, f"The state epoch {name}")
        return _stored(fact, "state epoch", name, record=None if row is None else row.record)

    def _tombstone(self, fact: Fact, row: bytes | None) -> StoredRecord:
        return _stored(fact, "tombstone", str(fact.record_id), record=row)

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
                    note, origin=self._trust.origin, log_keys=self._trust.log_keys
                )
            except BatteryPassportError as error:
                raise StoredRecordAltered(
                    f"The tombstone {tombstone_id} does not hold: {error.message}"
                ) from error
            found.update(opened.leaves)
        return found

    def _credential(self, fact: Fact, found: StoredCredential | None) -> StoredRecord:
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
        battery = self._battery(row.battery_id)
        expected = f'"seq":{row.sequence},"type":"{row.kind}"'.encode()
        key = b"" if battery is None else f'"key":"{battery.log_key.hex()}"'.encode()
        same = expected in row.record and key in row.record and battery is not None
        name = f"The {row.kind} {row.credential_id}"
        _require(same and fact.battery_id == row.battery_id, name)


def _key(fact: Fact) -> object:
    return fact.digest if fact.kind == BATCH_STORED else fact.record_id


def _check_fact(fact: Fact) -> None:
    """Return if an outbox row was made when its own id says."""
    made_at_ms = unix_ms_of_uuid7(fact.fact_id)
    _require(made_at_ms == unix_ms(fact.recorded_at), f"The outbox row {fact.fact_id}")


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


def _check_act_row(row: StoredAct, record: bytes, fact: Fact) -> None:
    act = parse_act_record(record)
    said, noted = (act.record_id, act.name, act.subject), (row.record_id, row.act, row.subject)
    same_battery = fact.battery_id == (act.battery_id or NO_BATTERY)
    _require(said == noted and same_battery, f"The act {row.record_id}")


def _require(agrees: bool, name: str) -> None:  # noqa: FBT001 - the one thing to be judged
    if not agrees:
        raise StoredRecordAltered(f"{name} is filed under values that its own bytes contradict.")
