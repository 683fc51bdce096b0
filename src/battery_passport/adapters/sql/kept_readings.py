"""What gateways keep aside for want of a battery, and what they refuse.

In: a connection within a transaction. Out: readings to be taken in once a battery is bound; counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, select, update

from battery_passport.adapters.sql.schema_gateways import gateway_refusals, kept_readings
from battery_passport.adapters.sql.upserts import insert_or_ignore
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.strict_json import JsonObject

_K, _R = kept_readings.c, gateway_refusals.c


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReading:
    """The readings of one message: `message` is its digest, `subject` the hash of whom it names.

    `rows` are objects of `at_ms` and columns.
    """

    message: bytes
    gateway: str
    source: str
    subject: bytes | None
    reason: str
    assumptions: tuple[str, ...]
    rows: Sequence[JsonObject]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """How often something was refused, and when last."""

    gateway: str
    source: str
    reason: str
    subject: bytes | None
    count: int
    first_at: datetime
    last_at: datetime


class KeptStore:
    """What is kept aside and what is refused, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, reading: KeptReading) -> None:
        """Save readings; the same message again changes nothing."""
        row = {
            "message": reading.message,
            "gateway": reading.gateway,
            "source": reading.source,
            "subject": reading.subject,
            "reason": reading.reason,
            "assumptions": list(reading.assumptions),
            "rows": list(reading.rows),
            "received_at_ms": unix_ms(reading.received_at),
        }
        insert_or_ignore(self._connection, kept_readings, [row])

    def count(self) -> int:
        """Return how many messages are kept aside."""
        query = select(func.count()).select_from(kept_readings)
        return int(self._connection.execute(query).scalar_one())

    def of_subject(self, subject: bytes, limit: int) -> Sequence[KeptReading]:
        """Return what is kept of one token, vehicle or pack, the oldest first."""
        query = select(kept_readings).where(_K.subject == subject)
        query = query.order_by(_K.received_at_ms, _K.message).limit(limit)
        return [_reading(row) for row in self._connection.execute(query).mappings()]

    def newest(self, limit: int) -> Sequence[KeptReading]:
        """Return what was kept last, the newest first."""
        query = select(kept_readings).order_by(_K.received_at_ms.desc(), _K.message).limit(limit)
        return [_reading(row) for row in self._connection.execute(query).mappings()]

    def remove(self, messages: Sequence[bytes]) -> None:
        """Forget messages whose readings have become evidence."""
        self._connection.execute(delete(kept_readings).where(_K.message.in_(messages)))

    def refuse(self, refused: Refused) -> None:
        """Add to what was refused. Only within `write`."""
        mine = (
            _R.gateway == refused.gateway,
            _R.source == refused.source,
            _R.reason == refused.reason,
        )
        last_at_ms = unix_ms(refused.last_at)
        changed = self._connection.execute(
            update(gateway_refusals)
            .where(*mine)
            .values(count=_R.count + refused.count, last_at_ms=last_at_ms)
        )
        if changed.rowcount == 0:
            row = {
                "gateway": refused.gateway,
                "source": refused.source,
                "reason": refused.reason,
                "subject": refused.subject,
                "count": refused.count,
                "first_at_ms": unix_ms(refused.first_at),
                "last_at_ms": last_at_ms,
            }
            insert_or_ignore(self._connection, gateway_refusals, [row])

    def refused(self, limit: int) -> Sequence[Refused]:
        """Return what was refused, the latest first."""
        query = select(gateway_refusals).order_by(_R.last_at_ms.desc()).limit(limit)
        return [_refused(row) for row in self._connection.execute(query).mappings()]

    def forget_refusals(self, subject: bytes) -> None:
        """Forget refusals of somebody who is known now."""
        self._connection.execute(delete(gateway_refusals).where(_R.subject == subject))

    def count_refusals(self) -> int:
        """Return how many different things were refused."""
        query = select(func.count()).select_from(gateway_refusals)
        return int(self._connection.execute(query).scalar_one())


def _reading(row: RowMapping) -> KeptReading:
    return KeptReading(
        message=row["message"],
        gateway=row["gateway"],
        source=row["source"],
        subject=row["subject"],
        reason=row["reason"],
        assumptions=tuple(row["assumptions"]),
        rows=row["rows"],
        received_at=from_unix_ms(row["received_at_ms"]),
    )


def _refused(row: RowMapping) -> Refused:
    return Refused(
        gateway=row["gateway"],
        source=row["source"],
        reason=row["reason"],
        subject=row["subject"],
        count=row["count"],
        first_at=from_unix_ms(row["first_at_ms"]),
        last_at=from_unix_ms(row["last_at_ms"]),
    )
