"""A city's cars and devices as they do: rows for lists and maps, no person in any of them.

In: which batteries count. Out: rows, each battery or device once.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from battery_passport.adapters.sql.schema import batteries, battery_models, devices
from battery_passport.adapters.sql.schema_alarms import alarms
from battery_passport.adapters.sql.schema_devices import device_reports, device_standings
from battery_passport.adapters.sql.schema_quality import (
    battery_districts,
    collection_days,
    device_boots,
    device_states,
    quality_findings,
)
from battery_passport.adapters.sql.upserts import insert_or_update

Chosen = Select[Any]
"""A query for the ids of the batteries that count."""

Rows = Sequence[Row[*tuple[Any, ...]]]


class FleetStore:
    """Rows within one transaction, over the batteries that a query chooses."""

    def __init__(self, connection: Connection, chosen: Chosen) -> None:
        self._connection = connection
        self._chosen = chosen

    def cars(self) -> Rows:
        """Return each battery with a device of its own: what it is, and in which district."""
        first = (
            select(devices.c.battery_id, func.min(devices.c.enrolled_at_ms).label("enrolled_ms"))
            .where(devices.c.battery_id.is_not(None), devices.c.kind != "importer")
            .group_by(devices.c.battery_id)
            .subquery()
        )
        query = (
            select(
                batteries.c.battery_id,
                batteries.c.gtin,
                batteries.c.serial,
                battery_models.c.name.label("model"),
                func.coalesce(batteries.c.chemistry, battery_models.c.chemistry).label("chemistry"),
                battery_districts.c.district,
                first.c.enrolled_ms,
            )
            .join(first, first.c.battery_id == batteries.c.battery_id)
            .outerjoin(battery_models, battery_models.c.model_id == batteries.c.model_id)
            .outerjoin(battery_districts, battery_districts.c.battery_id == batteries.c.battery_id)
            .where(batteries.c.battery_id.in_(self._chosen))
            .order_by(batteries.c.gtin, batteries.c.serial)
        )
        return self._connection.execute(query).all()

    def states(self) -> Rows:
        """Return what each device has sent of each battery, the latest first."""
        query = (
            select(
                device_states.c.device_id,
                device_states.c.battery_id,
                device_states.c.batches,
                device_states.c.samples,
                device_states.c.backfilled,
                device_states.c.last_received_ms,
                device_states.c.last_sample_ms,
                device_states.c.skew_ms,
                device_states.c.lag_ms,
            )
            .where(device_states.c.battery_id.in_(self._chosen))
            .order_by(device_states.c.last_received_ms.desc())
        )
        return self._connection.execute(query).all()

    def devices(self) -> Rows:
        """Return the devices with their standing and what they last told about themselves."""
        query = (
            select(
                devices.c.device_id,
                devices.c.kind,
                devices.c.battery_id,
                devices.c.enrolled_at_ms,
                device_standings.c.standing,
                device_reports.c.reported_at_ms,
                device_reports.c.clock_ahead_ms,
                device_reports.c.waiting,
                device_reports.c.set_aside,
                device_reports.c.software,
            )
            .outerjoin(device_standings, device_standings.c.device_id == devices.c.device_id)
            .outerjoin(device_reports, device_reports.c.device_id == devices.c.device_id)
            .where(devices.c.battery_id.in_(self._chosen), devices.c.kind != "importer")
            .order_by(devices.c.device_id)
        )
        return self._connection.execute(query).all()

    def losses(self, *, since_ms: int = 0, until_ms: int = 1 << 62) -> Rows:
        """Return how many batches each device numbered, and how many of them came.

        Boots count that sent something within the time, each as a whole.
        """
        numbered = device_boots.c.last_sequence - device_boots.c.first_sequence + 1
        query = (
            select(
                device_boots.c.device_id,
                device_boots.c.battery_id,
                func.count().label("boots"),
                func.sum(numbered).label("numbered"),
                func.sum(device_boots.c.batches).label("arrived"),
            )
            .where(
                device_boots.c.battery_id.in_(self._chosen),
                device_boots.c.last_received_ms >= since_ms,
                device_boots.c.first_received_ms < until_ms,
            )
            .group_by(device_boots.c.device_id, device_boots.c.battery_id)
        )
        return self._connection.execute(query).all()

    def findings_by_battery(self, *, since_ms: int, kinds: Sequence[str]) -> dict[str, int]:
        """Return how many different findings of these kinds each battery had lately."""
        query = (
            select(quality_findings.c.battery_id, func.count())
            .where(
                quality_findings.c.battery_id.in_(self._chosen),
                quality_findings.c.received_ms >= since_ms,
                quality_findings.c.kind.in_(kinds),
            )
            .group_by(quality_findings.c.battery_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def findings(self, *, month: str | None = None, battery_id: UUID | None = None) -> Rows:
        """Return the findings by kind and column: how much, of how many batteries, when."""
        table = quality_findings
        where: list[ColumnElement[bool]] = [table.c.battery_id.in_(self._chosen)]
        if month is not None:
            where.append(table.c.month == month)
        if battery_id is not None:
            where = [table.c.battery_id == str(battery_id)]
        query = (
            select(
                table.c.kind,
                table.c.column_name,
                func.sum(table.c["count"]).label("found"),
                func.sum(table.c.batches).label("batches"),
                func.count(func.distinct(table.c.battery_id)).label("batteries"),
                func.min(table.c.first_ms).label("first_ms"),
                func.max(table.c.last_ms).label("last_ms"),
                func.max(table.c.received_ms).label("received_ms"),
            )
            .where(*where)
            .group_by(table.c.kind, table.c.column_name)
        )
        return self._connection.execute(query).all()

    def alarms(self, limit: int) -> Rows:
        """Return the alarms raised last, each with its battery and district, the newest first."""
        query = (
            select(
                alarms,
                batteries.c.gtin,
                batteries.c.serial,
                battery_models.c.name.label("model"),
                battery_districts.c.district,
            )
            .join(batteries, batteries.c.battery_id == alarms.c.battery_id)
            .outerjoin(battery_models, battery_models.c.model_id == batteries.c.model_id)
            .outerjoin(battery_districts, battery_districts.c.battery_id == alarms.c.battery_id)
            .where(alarms.c.battery_id.in_(self._chosen))
            .order_by(alarms.c.raised_at_ms.desc(), alarms.c.at_ms.desc(), alarms.c.battery_id)
            .limit(limit)
        )
        return self._connection.execute(query).all()

    def days(self, first_day: int, last_day: int) -> Rows:
        """Return by day and district how many batteries sent, and how much of it late."""
        table = collection_days
        query = (
            select(
                table.c.day,
                battery_districts.c.district,
                func.count(func.distinct(table.c.battery_id)).label("batteries"),
                func.sum(table.c.batches).label("batches"),
                func.sum(table.c.samples).label("samples"),
                func.sum(table.c.backfilled).label("backfilled"),
            )
            .outerjoin(battery_districts, battery_districts.c.battery_id == table.c.battery_id)
            .where(
                table.c.battery_id.in_(self._chosen),
                table.c.day.between(first_day, last_day),
            )
            .group_by(table.c.day, battery_districts.c.district)
        )
        return self._connection.execute(query).all()

    def totals(self, first_day: int, last_day: int) -> tuple[int, int, int, int]:
        """Return batteries that sent, batches, samples and samples sent late, over some days."""
        table = collection_days
        query = select(
            func.count(func.distinct(table.c.battery_id)),
            func.coalesce(func.sum(table.c.batches), 0),
            func.coalesce(func.sum(table.c.samples), 0),
            func.coalesce(func.sum(table.c.backfilled), 0),
        ).where(table.c.battery_id.in_(self._chosen), table.c.day.between(first_day, last_day))
        row = self._connection.execute(query).one()
        return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def place_batteries(connection: Connection, districts: dict[UUID, str]) -> None:
    """Put batteries into districts, in place of where they were."""
    rows = [{"battery_id": str(key), "district": code} for key, code in districts.items()]
    insert_or_update(connection, battery_districts, rows, keys=("battery_id",))
