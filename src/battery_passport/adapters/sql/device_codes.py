"""One-time enrolment codes at rest.

In: codes within a transaction. Out: what was kept of them; tries are counted.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from battery_passport.adapters.sql.schema_devices import device_codes
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.registry.devices.codes import KeptCode


class DeviceCodeStore:
    """Codes within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, code: KeptCode) -> None:
        """Save a code; codes that expired unused are forgotten."""
        gone = device_codes.c.expires_at_ms < unix_ms(code.made_at)
        unused = device_codes.c.used_by.is_(None)
        self._connection.execute(delete(device_codes).where(gone, unused))
        row = {
            "handle": code.handle,
            "secret_hash": code.secret_hash,
            "battery_id": str(code.battery_id),
            "replaces": None if code.replaces is None else str(code.replaces),
            "made_at_ms": unix_ms(code.made_at),
            "expires_at_ms": unix_ms(code.expires_at),
            "attempts": code.attempts,
            "used_by": None,
        }
        self._connection.execute(insert(device_codes), [row])

    def tried(self, handle: str) -> KeptCode | None:
        """Return the code of that handle after counting one more try."""
        where = device_codes.c.handle == handle
        more = {"attempts": device_codes.c.attempts + 1}
        self._connection.execute(update(device_codes).where(where).values(more))
        row = self._connection.execute(select(device_codes).where(where)).mappings().first()
        if row is None:
            return None
        return KeptCode(
            handle=row["handle"],
            secret_hash=row["secret_hash"],
            battery_id=UUID(row["battery_id"]),
            replaces=UUID(row["replaces"]) if row["replaces"] else None,
            made_at=from_unix_ms(row["made_at_ms"]),
            expires_at=from_unix_ms(row["expires_at_ms"]),
            attempts=row["attempts"],
            used_by=UUID(row["used_by"]) if row["used_by"] else None,
        )

    def use(self, handle: str, device_id: UUID) -> bool:
        """Note which device a code enrolled; return whether it was the first to use it."""
        unused = device_codes.c.used_by.is_(None)
        statement = update(device_codes).where(device_codes.c.handle == handle, unused)
        values = {"used_by": str(device_id), "attempts": 0}
        return self._connection.execute(statement.values(values)).rowcount == 1

    def open_codes(self, now: datetime) -> int:
        """Return how many codes wait to be used."""
        query = select(device_codes.c.handle).where(
            device_codes.c.used_by.is_(None), device_codes.c.expires_at_ms > unix_ms(now)
        )
        return len(self._connection.execute(query).all())
