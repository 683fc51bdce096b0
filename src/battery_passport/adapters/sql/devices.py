"""The life of devices at rest: keys and batteries over time, standing, what they reported.

In: changes within a transaction. Out: `DeviceLife`s; every change is counted for those who look.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from battery_passport.adapters.sql.schema import batteries, devices
from battery_passport.adapters.sql.schema_devices import (
    device_changes,
    device_fittings,
    device_keys,
    device_reports,
    device_standings,
)
from battery_passport.adapters.sql.upserts import insert_or_ignore, insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.registry.devices.model import DeviceKey, DeviceLife, Fitting, Standing
from battery_passport.registry.model import DeviceKind

_ONLY_ROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReport:
    """What a device told about itself; its clock minus the server's is `clock_ahead_ms`."""

    device_id: UUID
    reported_at: datetime
    clock_ahead_ms: int | None
    waiting: int | None
    set_aside: int | None
    software: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAccount:
    """What the broker must know of a device."""

    device_id: UUID
    tenant: str
    secret_hash: str


class DeviceStore:
    """Lives of devices within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def life(self, device_id: UUID) -> DeviceLife | None:
        """Return the life of that device."""
        lives = self._lives(_devices().where(devices.c.device_id == str(device_id)))
        return lives[0] if lives else None

    def lives(
        self, *, search: str = "", after: UUID | None = None, limit: int = 100
    ) -> list[DeviceLife]:
        """Return devices in the order of enrolment; `search` is in an id, alias or serial."""
        query = _devices().order_by(devices.c.device_id).limit(limit)
        if after is not None:
            query = query.where(devices.c.device_id > str(after))
        if search:
            query = query.outerjoin(batteries, batteries.c.battery_id == devices.c.battery_id)
            fields = (devices.c.device_id, batteries.c.alias, batteries.c.serial)
            found = [field.contains(search, autoescape=True) for field in fields]
            query = query.where(found[0] | found[1] | found[2])
        return self._lives(query)

    def add_key(self, device_id: UUID, public_key: bytes, since: datetime) -> None:
        """Save a key and make it the device's current one."""
        row = {"public_key": public_key, "device_id": str(device_id), "since_ms": unix_ms(since)}
        self._connection.execute(insert(device_keys), [row])
        self._renew(devices, device_id, {"public_key": public_key})

    def close_keys(self, device_id: UUID, *, sealed_until: datetime, taken_until: datetime) -> None:
        """Let every current key of a device count only for what was sealed before."""
        statement = update(device_keys).where(
            device_keys.c.device_id == str(device_id), device_keys.c.taken_until_ms.is_(None)
        )
        values = {
            "sealed_until_ms": unix_ms(sealed_until),
            "taken_until_ms": unix_ms(taken_until),
        }
        self._connection.execute(statement.values(values))
        self._count_change()

    def keys(self, device_id: UUID) -> list[bytes]:
        """Return every key that a device ever had, the newest first."""
        query = select(device_keys.c.public_key).where(device_keys.c.device_id == str(device_id))
        rows = self._connection.execute(query.order_by(device_keys.c.since_ms.desc()))
        return list(rows.scalars())

    def device_of_key(self, public_key: bytes) -> UUID | None:
        """Return the device that has or had a key."""
        query = select(device_keys.c.device_id).where(device_keys.c.public_key == public_key)
        found = self._connection.execute(query).scalar()
        return None if found is None else UUID(found)

    def fit(self, device_id: UUID, battery_id: UUID, at: datetime) -> None:
        """Let a device send for a battery from now on."""
        row = {
            "device_id": str(device_id),
            "battery_id": str(battery_id),
            "fitted_at_ms": unix_ms(at),
        }
        self._connection.execute(insert(device_fittings), [row])
        self._renew(devices, device_id, {"battery_id": str(battery_id)})

    def remove(self, device_id: UUID, *, at: datetime, taken_until: datetime) -> None:
        """Let a device send for its battery only what it collected before."""
        statement = update(device_fittings).where(
            device_fittings.c.device_id == str(device_id),
            device_fittings.c.removed_at_ms.is_(None),
        )
        values = {"removed_at_ms": unix_ms(at), "taken_until_ms": unix_ms(taken_until)}
        self._connection.execute(statement.values(values))
        self._count_change()

    def set_standing(
        self, life: DeviceLife, standing: Standing, *, reason: str, at: datetime
    ) -> None:
        """Save how a device stands from now on."""
        row = {
            "device_id": str(life.device_id),
            "standing": standing.value,
            "reason": reason,
            "tenant": life.tenant,
            "changed_at_ms": unix_ms(at),
        }
        insert_or_update(self._connection, device_standings, [row], ("device_id",))
        self._count_change()

    def set_broker_secret(
        self, device_id: UUID, *, tenant: str, secret_hash: str, at: datetime
    ) -> None:
        """Save what the broker knows a device by; it stands active."""
        row = {
            "device_id": str(device_id),
            "standing": Standing.ACTIVE.value,
            "reason": "",
            "tenant": tenant,
            "broker_secret_hash": secret_hash,
            "changed_at_ms": unix_ms(at),
        }
        insert_or_update(self._connection, device_standings, [row], ("device_id",))
        self._count_change()

    def broker_accounts(self) -> list[BrokerAccount]:
        """Return what the broker must know, of devices that are active."""
        query = (
            select(device_standings)
            .where(
                device_standings.c.broker_secret_hash.is_not(None),
                device_standings.c.standing == Standing.ACTIVE.value,
            )
            .order_by(device_standings.c.device_id)
        )
        return [
            BrokerAccount(
                device_id=UUID(row["device_id"]),
                tenant=row["tenant"],
                secret_hash=row["broker_secret_hash"],
            )
            for row in self._connection.execute(query).mappings()
        ]

    def save_report(self, report: DeviceReport) -> None:
        """Keep what a device told last."""
        row = {
            "device_id": str(report.device_id),
            "reported_at_ms": unix_ms(report.reported_at),
            "clock_ahead_ms": report.clock_ahead_ms,
            "waiting": report.waiting,
            "set_aside": report.set_aside,
            "software": report.software,
        }
        insert_or_update(self._connection, device_reports, [row], ("device_id",))

    def reports(self, device_ids: Sequence[UUID]) -> dict[UUID, DeviceReport]:
        """Return what devices told last."""
        names = [str(each) for each in device_ids]
        query = select(device_reports).where(device_reports.c.device_id.in_(names))
        rows = self._connection.execute(query).mappings()
        return {UUID(row["device_id"]): _report(row) for row in rows}

    def changes(self) -> int:
        """Return how many changes there were: a number that grows with each."""
        return self._connection.execute(select(device_changes.c.changes)).scalar() or 0

    def _renew(self, table: Any, device_id: UUID, values: dict[str, object]) -> None:
        where = table.c.device_id == str(device_id)
        self._connection.execute(update(table).where(where).values(values))
        self._count_change()

    def _count_change(self) -> None:
        first = {"only_row": _ONLY_ROW, "changes": 0}
        insert_or_ignore(self._connection, device_changes, [first])
        more = {"changes": device_changes.c.changes + 1}
        self._connection.execute(update(device_changes).values(more))

    def _lives(self, query: Select[Any]) -> list[DeviceLife]:
        rows = list(self._connection.execute(query).mappings())
        names = [row["device_id"] for row in rows]
        keys, fittings = self._keys_of(names), self._fittings_of(names)
        return [_life(row, keys[row["device_id"]], fittings[row["device_id"]]) for row in rows]

    def _keys_of(self, names: Sequence[str]) -> dict[str, list[DeviceKey]]:
        query = select(device_keys).where(device_keys.c.device_id.in_(names))
        found: dict[str, list[DeviceKey]] = defaultdict(list)
        for row in self._connection.execute(query.order_by(device_keys.c.since_ms.desc())):
            key = DeviceKey(
                public_key=row.public_key,
                since=from_unix_ms(row.since_ms),
                sealed_until=_moment(row.sealed_until_ms),
                taken_until=_moment(row.taken_until_ms),
            )
            found[row.device_id].append(key)
        return found

    def _fittings_of(self, names: Sequence[str]) -> dict[str, list[Fitting]]:
        query = select(device_fittings).where(device_fittings.c.device_id.in_(names))
        found: dict[str, list[Fitting]] = defaultdict(list)
        for row in self._connection.execute(query.order_by(device_fittings.c.fitted_at_ms.desc())):
            fitting = Fitting(
                battery_id=UUID(row.battery_id),
                fitted_at=from_unix_ms(row.fitted_at_ms),
                removed_at=_moment(row.removed_at_ms),
                taken_until=_moment(row.taken_until_ms),
            )
            found[row.device_id].append(fitting)
        return found


def _devices() -> Select[Any]:
    standing = device_standings.c
    return select(
        devices.c.device_id,
        devices.c.kind,
        devices.c.enrolled_at_ms,
        standing.standing,
        standing.reason,
        standing.tenant,
    ).outerjoin(device_standings, device_standings.c.device_id == devices.c.device_id)


def _life(row: RowMapping, keys: Sequence[DeviceKey], fittings: Sequence[Fitting]) -> DeviceLife:
    return DeviceLife(
        device_id=UUID(row["device_id"]),
        kind=DeviceKind(row["kind"]),
        standing=Standing(row["standing"] or Standing.ACTIVE),
        reason=row["reason"] or "",
        tenant=row["tenant"] or "",
        enrolled_at=from_unix_ms(row["enrolled_at_ms"]),
        keys=tuple(keys),
        fittings=tuple(fittings),
    )


def _report(row: RowMapping) -> DeviceReport:
    return DeviceReport(
        device_id=UUID(row["device_id"]),
        reported_at=from_unix_ms(row["reported_at_ms"]),
        clock_ahead_ms=row["clock_ahead_ms"],
        waiting=row["waiting"],
        set_aside=row["set_aside"],
        software=row["software"],
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_unix_ms(milliseconds)
