"""Charging sessions at rest: who charges where, for which battery, how far it came.

In: a connection within a transaction. Out: sessions as frozen values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from battery_passport.adapters.sql.schema_gateways import charge_points, charging_sessions
from battery_passport.foundation.clock import from_unix_ms, unix_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """One session; `number` is None until it is saved, and names the transaction where none does.

    `opening` is a digest of the message that began it, `subject` the hash of who charges, `metered`
    what the charger's meter said last.
    """

    opening: bytes
    charge_point: str
    transaction: str
    connector: int
    state: str
    started_at: datetime
    number: int | None = None
    subject: bytes | None = None
    battery_id: UUID | None = None
    soc_ratio: float | None = None
    wish_power_w: float | None = None
    wish_soc_ratio: float | None = None
    set_power_w: float | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    metered: Mapping[str, int] | None = None


_T = charging_sessions.c
_UNPLUGGED = "unplugged"
_CHANGING = (
    "state",
    "soc_ratio",
    "wish_power_w",
    "wish_soc_ratio",
    "set_power_w",
    "reason",
    "metered",
)


class SessionStore:
    """Sessions within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, session: StoredSession) -> tuple[StoredSession, bool]:
        """Save a session; return it with its number, and whether it is new.

        The same opening again gives the session it began. Another opening of the same transaction
        id, as after a central system began to count anew, takes the id from the older session.
        Only within `write`.
        """
        known = self._one(_T.opening == session.opening)
        if known is not None:
            return known, False
        if session.transaction:
            self._connection.execute(
                update(charging_sessions)
                .where(
                    _T.charge_point == session.charge_point,
                    _T.transaction_id == session.transaction,
                )
                .values(transaction_id=None)
            )
        added = self._connection.execute(insert(charging_sessions).values(**_row(session)))
        (number,) = added.inserted_primary_key or (0,)
        transaction = session.transaction or str(number)
        if not session.transaction:
            self._connection.execute(
                update(charging_sessions)
                .where(_T.number == number)
                .values(transaction_id=transaction)
            )
        return replace(session, number=number, transaction=transaction), True

    def get(self, number: int) -> StoredSession | None:
        """Return the session of that number."""
        return self._one(_T.number == number)

    def of_transaction(self, charge_point: str, transaction: str) -> StoredSession | None:
        """Return the session that a charger calls so."""
        return self._one(_T.charge_point == charge_point, _T.transaction_id == transaction)

    def open_at(self, charge_point: str) -> Sequence[StoredSession]:
        """Return a charger's sessions whose car was not unplugged yet, the oldest first."""
        return self._many(_T.charge_point == charge_point, _T.state != _UNPLUGGED)

    def newest(self, limit: int) -> Sequence[StoredSession]:
        """Return the sessions that began last, the newest first."""
        return self._newest(limit)

    def newest_at(self, sites: Sequence[str], limit: int) -> Sequence[StoredSession]:
        """Return the sessions at chargers of these sites that began last, the newest first."""
        return self._newest(limit, _is_at(sites))

    def charging_at(self, sites: Sequence[str]) -> Sequence[str]:
        """Return the charger of each session that goes on at these sites."""
        query = select(_T.charge_point).where(
            _is_at(sites), _T.ended_at_ms.is_(None), _T.state != _UNPLUGGED
        )
        return list(self._connection.execute(query).scalars())

    def newest_of(self, charge_point: str, limit: int) -> Sequence[StoredSession]:
        """Return the sessions at a charger that began last, the newest first."""
        return self._newest(limit, _T.charge_point == charge_point)

    def save(self, session: StoredSession) -> None:
        """Save how far a session came."""
        values: dict[str, Any] = {name: getattr(session, name) for name in _CHANGING}
        values["battery_id"] = None if session.battery_id is None else str(session.battery_id)
        values["connector"] = session.connector
        values["subject"] = session.subject
        values["ended_at_ms"] = None if session.ended_at is None else unix_ms(session.ended_at)
        self._connection.execute(
            update(charging_sessions).where(_T.number == session.number).values(**values)
        )

    def _newest(self, limit: int, *conditions: Any) -> list[StoredSession]:
        query = select(charging_sessions).where(*conditions).order_by(_T.number.desc())
        rows = self._connection.execute(query.limit(limit)).mappings()
        return [_session(row) for row in rows]

    def _one(self, *conditions: Any) -> StoredSession | None:
        found = self._many(*conditions)
        return found[0] if found else None

    def _many(self, *conditions: Any) -> list[StoredSession]:
        query = select(charging_sessions).where(*conditions).order_by(_T.number)
        return [_session(row) for row in self._connection.execute(query).mappings()]


def _is_at(sites: Sequence[str]) -> ColumnElement[bool]:
    points = select(charge_points.c.charge_point).where(charge_points.c.site.in_(sites))
    return _T.charge_point.in_(points)


def _row(session: StoredSession) -> dict[str, Any]:
    return {
        **{name: getattr(session, name) for name in _CHANGING},
        "opening": session.opening,
        "charge_point": session.charge_point,
        "transaction_id": session.transaction or None,
        "connector": session.connector,
        "subject": session.subject,
        "battery_id": None if session.battery_id is None else str(session.battery_id),
        "started_at_ms": unix_ms(session.started_at),
        "ended_at_ms": None if session.ended_at is None else unix_ms(session.ended_at),
    }


def _session(row: RowMapping) -> StoredSession:
    ended_at_ms = row["ended_at_ms"]
    return StoredSession(
        **{name: row[name] for name in _CHANGING},
        number=row["number"],
        opening=row["opening"],
        charge_point=row["charge_point"],
        transaction=row["transaction_id"] or "",
        connector=row["connector"],
        subject=row["subject"],
        battery_id=UUID(row["battery_id"]) if row["battery_id"] else None,
        started_at=from_unix_ms(row["started_at_ms"]),
        ended_at=None if ended_at_ms is None else from_unix_ms(ended_at_ms),
    )
