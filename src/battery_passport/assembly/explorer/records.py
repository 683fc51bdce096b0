"""One record's way into the ledger, for readers whom a policy lets see the record.

In: a battery, a sight, which record. Out: `web.explorer.ports.Records`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.evidence import EvidenceStore
from battery_passport.adapters.sql.facts import Fact, FactStore
from battery_passport.adapters.sql.ledger_pages import BatchRow, LedgerPages
from battery_passport.adapters.sql.log import SqlCheckpointStore
from battery_passport.adapters.sql.records import CredentialStore, EventStore, StoredCredential
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.states import StateStore
from battery_passport.assembly.explorer.beginnings import BEGINNINGS
from battery_passport.assembly.explorer.lines import checkpoint_line
from battery_passport.assembly.explorer.onchain import RegistryView
from battery_passport.assembly.explorer.window import ChainWindow
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.issuing import passport_subject
from battery_passport.assembly.recorded import opened_payload
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.ledger.cosigning import witness_id
from battery_passport.ledger.entry import entry_bytes
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.proof.model import (
    FIGURES_STATEMENT,
    HEALTH_STATEMENT,
    MEASUREMENT_STATEMENT,
    PASSPORT,
)
from battery_passport.registry.model import Battery
from battery_passport.web.explorer.record_views import (
    Beginning,
    RecordKind,
    RecordLine,
    RecordName,
    RecordShelf,
    RecordWay,
)
from battery_passport.web.explorer.views import CheckpointLine, EpochLine
from battery_passport.web.reading.history import shows_event
from battery_passport.web.reading.views import Sight

SHOWN_BATCHES = 10


@dataclass(frozen=True, slots=True)
class _Found:
    """A record as it was found."""

    line: RecordLine
    fact: Fact
    beginning: Beginning
    credential_id: UUID | None = None


class SiteRecords:
    """Fulfils `web.explorer.ports.Records`."""

    def __init__(self, installation: Installation, window: ChainWindow) -> None:
        self._installation = installation
        self._window = window
        self._registry = RegistryView(installation, window)

    def shelf(
        self, identifier: BatteryIdentifier, sight: Sight, *, batch_page: int | None
    ) -> RecordShelf | None:
        """Return the records that a sight shows."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            if battery is None:
                return None
            versions = tuple(_credentials(connection, battery, RecordKind.VERSION))
            if not versions:
                return None
            pages, evidence = LedgerPages(connection), EvidenceStore(connection)
            return RecordShelf(
                versions=versions,
                events=tuple(_events(connection, battery, sight)),
                statements=_stated(connection, battery, RecordKind.STATEMENT, sight),
                figures=_stated(connection, battery, RecordKind.FIGURES, sight),
                measurements=_stated(connection, battery, RecordKind.MEASUREMENT, sight),
                batches=()
                if batch_page is None
                else tuple(
                    _batch_line(each)
                    for each in pages.batches_of(
                        battery.battery_id,
                        limit=SHOWN_BATCHES,
                        offset=SHOWN_BATCHES * (batch_page - 1),
                    )
                ),
                batch_count=0 if batch_page is None else evidence.count(battery.battery_id),
                batch_page=batch_page or 1,
                batches_at_once=SHOWN_BATCHES,
            )

    def way(
        self, identifier: BatteryIdentifier, name: RecordName, sight: Sight, *, is_own: bool
    ) -> RecordWay | None:
        """Return one record's way; of batches only the owner's own."""
        with self._installation.database.read() as connection:
            battery = RegistryStore(connection).battery_by_identifier(identifier)
            found = None
            if battery is not None:
                found = self._find(connection, battery, name, sight=sight, is_own=is_own)
            if battery is None or found is None:
                return None
            covering = self._covering(connection, found)
            size = SqlCheckpointStore(connection).tree_head().size
            epoch = _epoch(connection, battery, found)
        anchor = None if covering is None else covering.anchor
        stands = None
        if anchor is not None and anchor.block is not None and anchor.block_hash is not None:
            stands = self._window.stands(anchor.block, anchor.block_hash)
        return RecordWay(
            line=found.line,
            recorded_at=found.fact.recorded_at,
            digest=found.fact.digest,
            salt=found.fact.salt,
            entry=entry_bytes(found.fact.salt, found.fact.digest),
            log_origin=self._installation.keys.log.name,
            log_size=size,
            beginning=found.beginning,
            covering=covering,
            epoch=epoch,
            ledger=self._window.kind,
            block_stands=stands,
            onchain=self._registry.view(
                battery.battery_id, found.credential_id, sight, is_own=is_own
            ),
        )

    def _covering(self, connection: Connection, found: _Found) -> CheckpointLine | None:
        if found.fact.log_index is None:
            return None
        witnesses = [witness_id(key) for key in self._installation.settings.witnesses.keys]
        row = LedgerPages(connection, witnesses=witnesses).covering(found.fact.log_index)
        return None if row is None else checkpoint_line(row)

    def _find(
        self,
        connection: Connection,
        battery: Battery,
        name: RecordName,
        *,
        sight: Sight,
        is_own: bool,
    ) -> _Found | None:
        if name.kind is RecordKind.BATCH:
            return _batch(connection, battery, name.digest) if is_own else None
        if name.kind is RecordKind.EVENT:
            return _event(connection, battery, name.number, sight)
        if name.kind in BEGINNINGS:
            return _statement(connection, battery, name) if sight.with_estimate else None
        return _version(connection, battery, name.number)


def _credentials(
    connection: Connection, battery: Battery, kind: RecordKind
) -> Iterator[RecordLine]:
    """Yield a battery's credentials of a kind, the newest first."""
    stored = list(CredentialStore(connection).of_battery(_CREDENTIALS[kind], battery.battery_id))
    for place, each in enumerate(reversed(stored)):
        yield _line(connection, each, kind, is_newest=place == 0)


def _stated(
    connection: Connection, battery: Battery, kind: RecordKind, sight: Sight
) -> tuple[RecordLine, ...]:
    """Return the statements of a kind, for whoever sees the estimate."""
    return tuple(_credentials(connection, battery, kind)) if sight.with_estimate else ()


_CREDENTIALS = {
    RecordKind.VERSION: PASSPORT,
    RecordKind.STATEMENT: HEALTH_STATEMENT,
    RecordKind.FIGURES: FIGURES_STATEMENT,
    RecordKind.MEASUREMENT: MEASUREMENT_STATEMENT,
}


def _line(
    connection: Connection, stored: StoredCredential, kind: RecordKind, *, is_newest: bool
) -> RecordLine:
    fact = FactStore(connection).by_digest(sha256(stored.record))
    return RecordLine(
        name=RecordName(kind, number=stored.sequence),
        at=stored.issued_at,
        log_index=None if fact is None else fact.log_index,
        is_newest=is_newest,
    )


def _credential(
    connection: Connection, battery: Battery, kind: RecordKind, number: int
) -> tuple[StoredCredential, RecordLine, Fact] | None:
    stored = list(CredentialStore(connection).of_battery(_CREDENTIALS[kind], battery.battery_id))
    found = next((each for each in stored if each.sequence == number), None)
    fact = None if found is None else FactStore(connection).by_digest(sha256(found.record))
    if found is None or fact is None:
        return None
    return found, _line(connection, found, kind, is_newest=found is stored[-1]), fact


def _version(connection: Connection, battery: Battery, number: int) -> _Found | None:
    found = _credential(connection, battery, RecordKind.VERSION, number)
    if found is None:
        return None
    stored, line, fact = found
    issuer = passport_subject(RegistryStore(connection), battery).operator.name
    return _Found(line, fact, Beginning(issuer=issuer), credential_id=stored.credential_id)


def _statement(connection: Connection, battery: Battery, name: RecordName) -> _Found | None:
    found = _credential(connection, battery, name.kind, name.number)
    if found is None:
        return None
    stored, line, fact = found
    return _Found(line, fact, BEGINNINGS[name.kind](opened_payload(stored)))


def _events(connection: Connection, battery: Battery, sight: Sight) -> Iterator[RecordLine]:
    facts = FactStore(connection)
    for stored in reversed(EventStore(connection).of_battery(battery.battery_id)):
        if shows_event(stored.type, sight):
            fact = facts.by_digest(sha256(stored.record))
            yield RecordLine(
                name=RecordName(RecordKind.EVENT, number=stored.sequence),
                at=stored.occurred_at,
                event_type=stored.type,
                log_index=None if fact is None else fact.log_index,
            )


def _event(connection: Connection, battery: Battery, number: int, sight: Sight) -> _Found | None:
    shown = _events(connection, battery, sight)
    line = next((each for each in shown if each.name.number == number), None)
    stored = EventStore(connection).of_battery(battery.battery_id)
    event = next((each for each in stored if each.sequence == number), None)
    if line is None or event is None:
        return None
    fact = FactStore(connection).by_digest(sha256(event.record))
    recorded_by = parse_event_record(event.record).recorded_by
    return None if fact is None else _Found(line, fact, Beginning(recorded_by=recorded_by))


def _batch_line(row: BatchRow) -> RecordLine:
    return RecordLine(
        name=RecordName(RecordKind.BATCH, digest=row.digest),
        at=row.collected_at,
        log_index=None if row.fact is None else row.fact.log_index,
    )


def _batch(connection: Connection, battery: Battery, digest: bytes) -> _Found | None:
    row = LedgerPages(connection).batch(battery.battery_id, digest)
    if row is None or row.fact is None:
        return None
    device = RegistryStore(connection).device(row.device_id)
    beginning = Beginning(
        device="" if device is None else sha256(device.public_key).hex()[:16],
        device_kind="" if device is None else device.kind.value,
        octets=row.octets,
        collected_at=row.collected_at,
    )
    return _Found(_batch_line(row), row.fact, beginning)


def _epoch(connection: Connection, battery: Battery, found: _Found) -> EpochLine | None:
    """Return the newest recorded epoch, if it names this version as the latest."""
    name = found.line.name
    newest = SqlCheckpointStore(connection).latest_anchored()
    if name.kind is not RecordKind.VERSION or newest is None:
        return None
    size = newest.checkpoint.head.size
    logged = StateStore(connection).latest_state(battery.log_key, under_size=size)
    if logged is None or logged.leaf.seq != name.number:
        return None
    epoch = logged.proof.epoch
    return EpochLine(
        number=epoch.number,
        as_of=epoch.as_of,
        size=epoch.size,
        root=epoch.root,
        log_index=logged.log_index,
    )
