"""The demonstration's inspection body measures some of its cars, and signs what it measured.

In: an installation with accounts and a settled past. Out: measurement statements; the first car's
was wrong once and put right. Batteries that have a statement already get no other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.assembly.city.offices import first_of
from battery_passport.assembly.inspecting import statements_of
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.operations.seeding import Resident
from battery_passport.assembly.recording import record_event
from battery_passport.assembly.stating_measurements import state_measurement
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.measurement import INSPECTED
from battery_passport.lifecycle.model import Event
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.simulation.inspection_visits import bench_test

ONE_IN = 6
"""One car in so many was on the bench."""

_BEFORE_NOW, _APART = timedelta(days=1), timedelta(minutes=40)
_MISREAD_RATIO = 0.9


def measure_some(installation: Installation, residents: Sequence[Resident]) -> int:
    """Return how many cars the demonstration's inspection body has measured just now."""
    measured = 0
    for resident in residents[::ONE_IN]:
        with installation.database.write() as connection:
            body = first_of(connection, OrganisationKind.INSPECTION_BODY)
            if body is None or any(statements_of(connection, resident.battery.battery_id)):
                continue
            _measure(installation, connection, resident, body=body)
            measured += 1
    installation.pipeline.settle()
    return measured


def _measure(
    installation: Installation, connection: Connection, resident: Resident, *, body: str
) -> None:
    """State what the bench found; the first car's capacity was misread at first."""
    at = installation.clock.now() - _BEFORE_NOW
    found = bench_test(resident.car, at)
    if resident.car.number == 0:
        capacity = found["measured_capacity_ah"]
        misread = round(float(str(capacity)) * _MISREAD_RATIO, 1)
        wrong: JsonObject = {**found, "measured_capacity_ah": misread}
        first = _state(installation, connection, resident, (body, at - _APART, wrong))
        found = {
            **found,
            "corrects": str(first.event_id),
            "correction_reason": "표시된 용량을 잘못 읽었습니다.",
        }
    _state(installation, connection, resident, (body, at, found))


def _state(
    installation: Installation,
    connection: Connection,
    resident: Resident,
    said: tuple[str, datetime, JsonObject],
) -> Event:
    body, at, payload = said
    reported = ReportedEvent(
        event_type=INSPECTED, occurred_at=at, recorded_by=body, payload=payload
    )
    moment = installation.clock.now()
    event = record_event(connection, resident.battery, reported, moment)
    state_measurement(installation, connection, resident.battery, event)
    return event
