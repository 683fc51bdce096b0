"""Whether a gateway's message is evidence already.

In: a connection and a batch's key. Out: yes or no.
"""

from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.schema import batches


def is_stored(connection: Connection, device_id: UUID, boot_id: bytes) -> bool:
    """Return whether the gateway's batch of that message is stored; its number is always 0."""
    query = select(batches.c.sequence).where(
        batches.c.device_id == str(device_id),
        batches.c.boot_id == boot_id,
        batches.c.sequence == 0,
    )
    return connection.execute(query).first() is not None
