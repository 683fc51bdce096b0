"""Looks at points that are not public, and owners' own visits, at rest.

In: looks and visits. Out: the same by battery and time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select

from battery_passport.access.model import Purpose
from battery_passport.access.sharing.model import Look
from battery_passport.adapters.sql.schema_sharing import looks, owner_visits
from battery_passport.adapters.sql.upserts import insert_or_update
from battery_passport.foundation.clock import from_unix_ms, unix_ms


class LookStore:
    """Fulfils `access.sharing.ports.Looks` within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, look: Look) -> None:
        """Save a look."""
        row = {
            "look_id": str(look.look_id),
            "battery_id": str(look.battery_id),
            "viewer": look.viewer,
            "organisation_id": None if look.organisation_id is None else str(look.organisation_id),
            "grant_id": None if look.grant_id is None else str(look.grant_id),
            "points": list(look.points),
            "with_estimate": look.with_estimate,
            "purpose": look.purpose.value,
            "at_ms": unix_ms(look.at),
        }
        self._connection.execute(insert(looks), [row])

    def of_battery(
        self, battery_id: UUID, *, since: datetime, until: datetime | None, limit: int, offset: int
    ) -> list[Look]:
        """Return looks within a time, the latest first."""
        query = (
            select(looks)
            .where(*_within(battery_id, since, until))
            .order_by(looks.c.at_ms.desc(), looks.c.look_id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [_look(row) for row in self._connection.execute(query).mappings()]

    def of_organisation(self, organisation_id: UUID, *, limit: int) -> list[Look]:
        """Return the looks that an organisation took, the latest first."""
        query = (
            select(looks)
            .where(looks.c.organisation_id == str(organisation_id))
            .order_by(looks.c.at_ms.desc(), looks.c.look_id.desc())
            .limit(limit)
        )
        return [_look(row) for row in self._connection.execute(query).mappings()]

    def count(self, battery_id: UUID, *, since: datetime, until: datetime | None) -> int:
        """Return how many looks there were within a time."""
        query = select(func.count()).select_from(looks).where(*_within(battery_id, since, until))
        return int(self._connection.execute(query).scalar_one())

    def forget(self, battery_id: UUID, *, since: datetime, until: datetime) -> None:
        """Remove the looks of a time."""
        self._connection.execute(delete(looks).where(*_within(battery_id, since, until)))


class VisitStore:
    """When an owner last looked at his own battery, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def visits(self, person_id: UUID, battery_id: UUID) -> tuple[datetime | None, datetime] | None:
        """Return the visit before the latest, and the latest."""
        query = select(owner_visits).where(
            owner_visits.c.person_id == str(person_id),
            owner_visits.c.battery_id == str(battery_id),
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        previous_ms = row.previous_at_ms
        previous = None if previous_ms is None else from_unix_ms(previous_ms)
        return previous, from_unix_ms(row.latest_at_ms)

    def note(
        self, person_id: UUID, battery_id: UUID, *, previous: datetime | None, latest: datetime
    ) -> None:
        """Keep the last two visits."""
        row = {
            "person_id": str(person_id),
            "battery_id": str(battery_id),
            "previous_at_ms": None if previous is None else unix_ms(previous),
            "latest_at_ms": unix_ms(latest),
        }
        insert_or_update(self._connection, owner_visits, [row], ["person_id", "battery_id"])

    def forget(self, person_id: UUID) -> None:
        """Remove a person's visits."""
        where = owner_visits.c.person_id == str(person_id)
        self._connection.execute(delete(owner_visits).where(where))


def _within(battery_id: UUID, since: datetime, until: datetime | None) -> list[ColumnElement[Any]]:
    conditions: list[ColumnElement[Any]] = [
        looks.c.battery_id == str(battery_id),
        looks.c.at_ms >= unix_ms(since),
    ]
    if until is not None:
        conditions.append(looks.c.at_ms <= unix_ms(until))
    return conditions


def _look(row: RowMapping) -> Look:
    organisation, grant = row["organisation_id"], row["grant_id"]
    return Look(
        look_id=UUID(row["look_id"]),
        battery_id=UUID(row["battery_id"]),
        viewer=row["viewer"],
        organisation_id=None if organisation is None else UUID(organisation),
        grant_id=None if grant is None else UUID(grant),
        points=tuple(row["points"]),
        with_estimate=row["with_estimate"],
        purpose=Purpose(row["purpose"]),
        at=from_unix_ms(row["at_ms"]),
    )
