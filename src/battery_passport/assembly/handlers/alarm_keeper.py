"""Writes alarms into the histories of their batteries, as lifecycle events.

In: alarms of which no event tells yet. Out: one event each, in the transaction that notes so.
"""

import logging
from datetime import datetime

from battery_passport.adapters.sql.alarms import AlarmStore, RaisedAlarm
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.recording import record_event
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.lifecycle.event_types_alarms import ALARM_RAISED
from battery_passport.lifecycle.service import EARLIEST, ReportedEvent
from battery_passport.registry.model import Battery

_LOG = logging.getLogger(__name__)
_AT_ONCE = 50


class AlarmKeeper:
    """Fulfils `pipeline.Housekeeping`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def run(self, *, urgent: bool) -> bool:  # noqa: ARG002 - an alarm never waits
        """Record the events of some alarms; return whether there were any."""
        with self._database.read() as connection:
            waiting = AlarmStore(connection).untold(_AT_ONCE)
        for alarm in waiting:
            self._tell(alarm)
        return bool(waiting)

    def _tell(self, alarm: RaisedAlarm) -> None:
        try:
            self._record(alarm)
        except InvalidInput:
            # The history takes no event any more; the alarm itself stays.
            _LOG.exception("an alarm cannot be told by an event")
            with self._database.write() as connection:
                AlarmStore(connection).tell(alarm, None)

    def _record(self, alarm: RaisedAlarm) -> None:
        moment = self._clock.now()
        with self._database.write() as connection:
            registry = RegistryStore(connection)
            battery = registry.battery(alarm.battery_id)
            if battery is None:
                raise LookupError(f"The battery {alarm.battery_id} is not registered.")
            reported = ReportedEvent(
                event_type=ALARM_RAISED,
                occurred_at=_occurred_at(alarm, moment),
                recorded_by=_operator(registry, battery),
                payload=payload_of(alarm),
            )
            event = record_event(connection, battery, reported, moment)
            AlarmStore(connection).tell(alarm, event.event_id)


def payload_of(alarm: RaisedAlarm) -> JsonObject:
    """Return what the event tells: the signals, and the fingerprint of the batch they are in."""
    told: JsonObject = {
        "kind": alarm.kind,
        "severity": alarm.severity,
        "signals": list(alarm.signals),
        "evidence": [alarm.batch_digest.hex()],
        "late": alarm.late,
    }
    return told if alarm.cell is None else told | {"cell": alarm.cell + 1}


def _occurred_at(alarm: RaisedAlarm, moment: datetime) -> datetime:
    """Return the sample's time; of a device whose clock cannot be right, that of the receipt."""
    return alarm.at if EARLIEST <= alarm.at <= moment else alarm.received_at


def _operator(registry: RegistryStore, battery: Battery) -> str:
    responsible = registry.organisation(battery.responsible_id)
    if responsible is None:
        raise LookupError("The organisation responsible for the battery is not registered.")
    return responsible.slug
