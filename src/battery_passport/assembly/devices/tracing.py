"""The traces that changes of devices leave: lifecycle events of batteries, and acts in the log.

In: a transaction and a change. Out: rows of that transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.acts import Act, DetailValue
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.assembly.acts import record_act
from battery_passport.assembly.finding import DEFAULT_ORGANISATION
from battery_passport.assembly.recording import record_event
from battery_passport.lifecycle.service import ReportedEvent
from battery_passport.registry.errors import UnknownBattery

FITTED, TAKEN_OFF = "device_fitted", "device_removed"


def note_on_battery(
    connection: Connection,
    name: str,
    *,
    battery_id: UUID,
    device_id: UUID,
    reason: str,
    moment: datetime,
) -> None:
    """Record that a device began or ended to send for a battery."""
    battery = RegistryStore(connection).battery(battery_id)
    if battery is None:
        raise UnknownBattery(f"No battery {battery_id} is registered.")
    reported = ReportedEvent(
        event_type=name,
        occurred_at=moment,
        recorded_by=DEFAULT_ORGANISATION,
        payload={"device": str(device_id), "reason": reason},
    )
    record_event(connection, battery, reported, moment)


def note_act(  # noqa: PLR0913 - each is a member of its own in the record
    connection: Connection,
    name: str,
    *,
    device_id: UUID,
    battery_id: UUID | None,
    moment: datetime,
    details: dict[str, DetailValue] | None = None,
    by: UUID | None = None,
) -> None:
    """Record what was done to a device; `by` is None for the operator and the device itself."""
    told: dict[str, DetailValue] = {"device": str(device_id), **(details or {})}
    act = Act(name=name, actor_id=by, battery_id=battery_id, details=told)
    record_act(connection, act, moment)
