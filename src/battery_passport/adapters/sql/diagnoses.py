"""The newest diagnosis of each battery, and which batteries have something new to look at.

In: diagnoses with what they rest on. Out: the same; batteries that are due.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, func, insert, select, true

from battery_passport.adapters.sql.schema import batteries, events
from battery_passport.adapters.sql.schema_diagnoses import diagnoses
from battery_passport.adapters.sql.schema_fleet_curves import fleet_curves
from battery_passport.adapters.sql.schema_quality import device_states
from battery_passport.foundation.clock import from_unix_ms, unix_ms
from battery_passport.foundation.strict_json import JsonObject

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDiagnosis:
    """A battery's diagnosis as `diagnose --json` prints it, and the basis that it rests on."""

    battery_id: UUID
    basis: str
    made_at: datetime
    health_percent: float | None
    health_low_percent: float | None
    grade: str | None
    document: JsonObject


class DiagnosisStore:
    """Diagnoses within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, found: Sequence[StoredDiagnosis]) -> None:
        """Save diagnoses in the place of earlier ones of their batteries."""
        if not found:
            return
        self._forget([each.battery_id for each in found])
        self._connection.execute(insert(diagnoses), [_row(each) for each in found])

    def of_battery(self, battery_id: UUID) -> StoredDiagnosis | None:
        """Return a battery's newest diagnosis."""
        query = select(diagnoses).where(diagnoses.c.battery_id == str(battery_id))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _diagnosis(row)

    def basis_of(self, battery_id: UUID) -> str | None:
        """Return what a diagnosis of a battery would rest on now, None without measurements."""
        return self._bases(device_states.c.battery_id == str(battery_id)).get(battery_id)

    def evidence_of(self, battery_id: UUID) -> tuple[int, int]:
        """Return how many batches and samples came in of a battery."""
        query = select(func.sum(device_states.c.batches), func.sum(device_states.c.samples)).where(
            device_states.c.battery_id == str(battery_id)
        )
        batches_in, samples = self._connection.execute(query).one()
        return int(batches_in or 0), int(samples or 0)

    def bases(self) -> dict[UUID, str]:
        """Return what a diagnosis of each battery with measurements would rest on now.

        Its batches, its events, and the version of its model's curve.
        """
        return self._bases(true())

    def _bases(self, wanted: ColumnElement[bool]) -> dict[UUID, str]:
        measured = (
            select(
                device_states.c.battery_id,
                func.sum(device_states.c.batches).label("batches"),
                func.max(device_states.c.last_received_ms).label("received_ms"),
            )
            .where(wanted)
            .group_by(device_states.c.battery_id)
            .subquery()
        )
        told = (
            select(events.c.battery_id, func.count().label("events"))
            .group_by(events.c.battery_id)
            .subquery()
        )
        curves = (
            select(fleet_curves.c.model_id, func.max(fleet_curves.c.version).label("curve"))
            .group_by(fleet_curves.c.model_id)
            .subquery()
        )
        joined = (
            measured.outerjoin(told, told.c.battery_id == measured.c.battery_id)
            .outerjoin(batteries, batteries.c.battery_id == measured.c.battery_id)
            .outerjoin(curves, curves.c.model_id == batteries.c.model_id)
        )
        query = select(
            measured.c.battery_id,
            measured.c.batches,
            measured.c.received_ms,
            func.coalesce(told.c.events, 0).label("events"),
            func.coalesce(curves.c.curve, 0).label("curve"),
        ).select_from(joined)
        return {
            UUID(row.battery_id): f"{row.batches}/{row.received_ms}/{row.events}/{row.curve}"
            for row in self._connection.execute(query)
        }

    def known_bases(self) -> dict[UUID, str]:
        """Return what the diagnosis of each battery rests on."""
        query = select(diagnoses.c.battery_id, diagnoses.c.basis)
        return {UUID(row.battery_id): row.basis for row in self._connection.execute(query)}

    def grades(self) -> dict[str | None, int]:
        """Return how many batteries have each grade; None for those without."""
        query = select(diagnoses.c.grade, func.count()).group_by(diagnoses.c.grade)
        return {grade: int(count) for grade, count in self._connection.execute(query)}

    def documents(self) -> list[JsonObject]:
        """Return all diagnoses as they were printed, by battery."""
        query = select(diagnoses.c.document).order_by(diagnoses.c.battery_id)
        return list(self._connection.execute(query).scalars())

    def _forget(self, battery_ids: Collection[UUID]) -> None:
        names = [str(each) for each in battery_ids]
        for start in range(0, len(names), _AT_ONCE):
            where = diagnoses.c.battery_id.in_(names[start : start + _AT_ONCE])
            self._connection.execute(delete(diagnoses).where(where))


def _row(found: StoredDiagnosis) -> dict[str, object]:
    return {
        "battery_id": str(found.battery_id),
        "basis": found.basis,
        "made_at_ms": unix_ms(found.made_at),
        "health_percent": found.health_percent,
        "health_low_percent": found.health_low_percent,
        "grade": found.grade,
        "document": found.document,
    }


def _diagnosis(row: RowMapping) -> StoredDiagnosis:
    return StoredDiagnosis(
        battery_id=UUID(row["battery_id"]),
        basis=row["basis"],
        made_at=from_unix_ms(row["made_at_ms"]),
        health_percent=row["health_percent"],
        health_low_percent=row["health_low_percent"],
        grade=row["grade"],
        document=row["document"],
    )
