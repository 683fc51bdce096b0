"""How far a device's clock is off, as seen on receipt of its batches.

In: what was noted of batches while they were read. Out: when a device was heard last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.schema_quality import device_states
from battery_passport.foundation.clock import from_unix_ms


@dataclass(frozen=True, slots=True)
class ReceivedClock:
    """When a device was heard last; `skew_ms` is the time of collection minus that of receipt.

    The skew is of the newest batch that was not a late one, None before any, and holds its way.
    """

    received_at: datetime
    skew_ms: int | None


class DeviceClockStore:
    """Receipts of devices within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_devices(self, device_ids: Sequence[UUID]) -> dict[UUID, ReceivedClock]:
        """Return the newest receipt of each device that was heard."""
        columns = device_states.c
        query = (
            select(columns.device_id, columns.last_received_ms, columns.skew_ms)
            .where(columns.device_id.in_([str(each) for each in device_ids]))
            .order_by(columns.last_received_ms)
        )
        return {
            UUID(row.device_id): ReceivedClock(from_unix_ms(row.last_received_ms), row.skew_ms)
            for row in self._connection.execute(query)
        }
