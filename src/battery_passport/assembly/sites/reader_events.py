"""Events of a battery for readers who may see them, and events that programs report.

In: a sight, or a report with its key. Out: lines of the history; a receipt, once for every key.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.adapters.sql.answers import AnswerStore, KeptAnswer
from battery_passport.adapters.sql.facts import FactStore
from battery_passport.adapters.sql.records import EventStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.own_signatures import take_signed, waiting_payloads
from battery_passport.assembly.recording import record_event
from battery_passport.assembly.stating_measurements import state_measurement
from battery_passport.foundation.clock import format_utc, parse_utc
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.strict_json import JsonObject, canonical_json, parse_json_object
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.registry.model import Battery
from battery_passport.web.reading.errors import KeyReused, PassportNotFound
from battery_passport.web.reading.history import shows_event
from battery_passport.web.reading.views import (
    EventLine,
    EventReceipt,
    EventReport,
    OwnStatement,
    Sight,
)

KEPT_FOR = timedelta(days=30)
"""A sender that has heard nothing for a month asks a person, not once more."""


def event_lines(connection: Connection, battery: Battery, sight: Sight) -> tuple[EventLine, ...]:
    """Return the events that a sight shows, in the order in which they happened."""
    facts = FactStore(connection)
    lines = []
    for stored in EventStore(connection).of_battery(battery.battery_id):
        if not shows_event(stored.type, sight):
            continue
        event = parse_event_record(stored.record)
        fact = facts.by_digest(sha256(stored.record))
        lines.append(_line(event, None if fact is None else fact.log_index))
    return tuple(sorted(lines, key=lambda line: (line.occurred_at, line.sequence)))


def _line(event: Event, log_index: int | None) -> EventLine:
    return EventLine(
        event_id=event.event_id,
        sequence=event.sequence,
        event_type=event.event_type,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        recorded_by=event.recorded_by,
        payload=event.payload,
        log_index=log_index,
    )


class SqlEventDesk:
    """Fulfils `web.reading.ports.EventDesk`."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def record(self, report: EventReport) -> EventReceipt:
        """Save an event and the answer, in one transaction. Raises: as the port says."""
        with self._installation.database.write() as connection:
            answers = AnswerStore(connection)
            kept = answers.kept(report.sender, report.key)
            if kept is not None:
                return _again(kept, report)
            moment = self._installation.clock.now()
            battery = RegistryStore(connection).battery_by_identifier(report.identifier)
            if battery is None:
                raise PassportNotFound(f"Battery {report.identifier} has no passport here.")
            event = record_event(connection, battery, _reported(connection, report), moment)
            state_measurement(self._installation, connection, battery, event)
            receipt = EventReceipt(
                event_id=event.event_id, sequence=event.sequence, recorded_at=event.recorded_at
            )
            answer = KeptAnswer(request_sha256=report.body_digest, answer=_written(receipt))
            answers.keep(report.sender, report.key, answer, moment=moment)
            answers.forget_before(moment - KEPT_FOR)
        return receipt

    def waiting(self, asked: OwnStatement) -> Sequence[JsonObject]:
        """Return the statements that wait for the signature of the organisation that asks."""
        with self._installation.database.read() as connection:
            battery = _battery(connection, asked)
            slug = _short_name(connection, asked.organisation_id)
            return list(waiting_payloads(self._installation, connection, battery, of=slug))

    def take_statement(self, sent: OwnStatement) -> int:
        """Save a statement that the organisation signed. Raises: as the port says."""
        with self._installation.database.write() as connection:
            battery = _battery(connection, sent)
            slug = _short_name(connection, sent.organisation_id)
            return take_signed(
                self._installation, connection, battery, sent.statement, of=slug
            ).sequence


def _battery(connection: Connection, asked: OwnStatement) -> Battery:
    battery = RegistryStore(connection).battery_by_identifier(asked.identifier)
    if battery is None:
        raise PassportNotFound(f"Battery {asked.identifier} has no passport here.")
    return battery


def _reported(connection: Connection, report: EventReport) -> ReportedEvent:
    return ReportedEvent(
        event_type=report.event_type,
        occurred_at=report.occurred_at,
        recorded_by=_short_name(connection, report.organisation_id),
        payload=report.payload,
    )


def _short_name(connection: Connection, organisation_id: UUID | None) -> str:
    """Return the short name of an organisation, `owner` for a person who acts for none."""
    if organisation_id is None:
        return "owner"
    known = RegistryStore(connection).organisation(organisation_id)
    return f"organisation-{organisation_id}" if known is None else known.slug


def _again(kept: KeptAnswer, report: EventReport) -> EventReceipt:
    if kept.request_sha256 != report.body_digest:
        raise KeyReused("This idempotency key came with another request before.")
    told = parse_json_object(kept.answer.encode())
    return EventReceipt(
        event_id=UUID(str(told["id"])),
        sequence=int(str(told["sequence"])),
        recorded_at=parse_utc(str(told["recorded_at"])),
    )


def _written(receipt: EventReceipt) -> str:
    return canonical_json(
        {
            "id": str(receipt.event_id),
            "sequence": receipt.sequence,
            "recorded_at": format_utc(receipt.recorded_at),
        }
    ).decode()
