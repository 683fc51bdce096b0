"""Saves records together with the facts that announce them.

In: events and signed credentials. Out: rows of one transaction, which the caller commits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from battery_passport.adapters.sql.facts import Announcement, FactStore
from battery_passport.adapters.sql.records import (
    CredentialStore,
    EventStore,
    StoredCredential,
    StoredEvent,
)
from battery_passport.assembly.recorded import events_of_all
from battery_passport.assembly.statuses import follow_standing
from battery_passport.foundation.digests import sha256
from battery_passport.lifecycle.event_types import DECLARED
from battery_passport.lifecycle.facts import EventRecorded
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.records import event_record_bytes
from battery_passport.lifecycle.service import ReportedEvent, admit_events
from battery_passport.passport.declaring import check_declared
from battery_passport.passport.facts import PassportIssued
from battery_passport.proof.model import (
    FIGURES_STATEMENT,
    HEALTH_STATEMENT,
    MEASUREMENT_STATEMENT,
    PASSPORT,
)
from battery_passport.registry.model import Battery

EVENT_RECORDED = EventRecorded.kind
FACT_OF_CREDENTIAL = {
    PASSPORT: PassportIssued.kind,
    HEALTH_STATEMENT: "health-stated",
    FIGURES_STATEMENT: "figures-stated",
    MEASUREMENT_STATEMENT: "measurement-stated",
}


def record_event(
    connection: Connection, battery: Battery, reported: ReportedEvent, moment: datetime
) -> Event:
    """Save an event and its fact. Raises: as `record_events`."""
    return record_events(connection, [(battery, [reported])], moment)[0]


def record_events(
    connection: Connection,
    reports: Sequence[tuple[Battery, Sequence[ReportedEvent]]],
    moment: datetime,
) -> list[Event]:
    """Save events of several batteries, each named once, and their facts, in the order given.

    Raises: UnknownEventType, InvalidEvent, PersonalDataInEvent, ContradictoryEvent; for a value
    that is declared UnknownDataPoint, PointFilledElsewhere, InvalidPointValue.
    """
    for _battery, reported in reports:
        for each in reported:
            if each.event_type == DECLARED:
                check_declared(each.payload)
    histories = events_of_all(connection, [battery for battery, _reported in reports])
    admitted = [
        (battery, event)
        for battery, reported in reports
        for event in admit_events(
            reported, log_key=battery.log_key, history=histories[battery.battery_id], now=moment
        )
    ]
    stored = [_stored(battery, event) for battery, event in admitted]
    EventStore(connection).add_all(stored)
    FactStore(connection).announce_all([_announced(each) for each in stored], moment)
    for battery, event in admitted:
        follow_standing(connection, battery, event)
    return [event for _battery, event in admitted]


def _stored(battery: Battery, event: Event) -> StoredEvent:
    return StoredEvent(
        event_id=event.event_id,
        battery_id=battery.battery_id,
        sequence=event.sequence,
        type=event.event_type,
        occurred_at=event.occurred_at,
        record=event_record_bytes(event),
    )


def _announced(event: StoredEvent) -> Announcement:
    return Announcement(
        kind=EVENT_RECORDED,
        battery_id=event.battery_id,
        digest=sha256(event.record),
        record_id=event.event_id,
    )


def record_credential(connection: Connection, credential: StoredCredential) -> None:
    """Save a signed credential and its fact."""
    record_credentials(connection, [credential])


def record_credentials(connection: Connection, issued: Sequence[StoredCredential]) -> None:
    """Save signed credentials and their facts, in that order."""
    CredentialStore(connection).add_all(issued)
    announcements = [
        Announcement(
            kind=FACT_OF_CREDENTIAL[each.kind],
            battery_id=each.battery_id,
            digest=sha256(each.record),
            record_id=each.credential_id,
        )
        for each in issued
    ]
    if issued:
        FactStore(connection).announce_all(announcements, issued[0].issued_at)
