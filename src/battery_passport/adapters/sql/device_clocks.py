"""How far a device's clock is off, as seen on receipt of its batches.

In: batches within a transaction. Out: the newest batch of a device: when it came, by whose clock.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.schema import batches
from battery_passport.foundation.clock import from_unix_ms


@dataclass(frozen=True, slots=True)
class ReceivedClock:
    """The newest batch: received then; its time of collection minus that is `skew_ms`.

    The skew holds the way of the batch, so below zero it says little: it may have waited.
    """

    received_at: datetime
    skew_ms: int


class DeviceClockStore:
    """Receipts of devices within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_device(self, device_id: UUID) -> ReceivedClock | None:
        """Return the newest receipt of a device."""
        columns = batches.c
        query = (
            select(columns.received_at_ms, columns.collected_at_ms)
            .where(columns.device_id == str(device_id))
            .order_by(columns.received_at_ms.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        skew_ms = row.collected_at_ms - row.received_at_ms
        return ReceivedClock(from_unix_ms(row.received_at_ms), skew_ms)
