"""Curves learned from fleets, by battery model.

In: a transaction. Out: the newest curve of a model; versions are added and never changed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from battery_passport.adapters.sql.schema_fleet_curves import fleet_curves
from battery_passport.diagnostics.fleet_capacity.model import FleetCurve, read_curve
from battery_passport.foundation.clock import unix_ms


class FleetCurveStore:
    """Keeps every version of every model's curve."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, model_id: UUID) -> FleetCurve | None:
        """Return the newest curve of a model, None if none was learned."""
        query = (
            select(fleet_curves.c.content)
            .where(fleet_curves.c.model_id == str(model_id))
            .order_by(fleet_curves.c.version.desc())
            .limit(1)
        )
        content = self._connection.execute(query).scalar()
        return None if content is None else read_curve(content)

    def keep(self, model_id: UUID, curve: FleetCurve, moment: datetime) -> int:
        """Keep a curve as the newest and return its version; one that is newest already stays."""
        of_model = fleet_curves.c.model_id == str(model_id)
        last = self._connection.execute(
            select(func.max(fleet_curves.c.version)).where(of_model)
        ).scalar()
        if last is not None and self._digest(model_id, last) == curve.digest:
            return int(last)
        version = 1 if last is None else int(last) + 1
        self._connection.execute(
            insert(fleet_curves).values(
                model_id=str(model_id),
                version=version,
                cars=curve.cars,
                learned_at_ms=unix_ms(moment),
                digest=curve.digest,
                content=curve.as_json(),
            )
        )
        return version

    def _digest(self, model_id: UUID, version: int) -> bytes | None:
        query = select(fleet_curves.c.digest).where(
            fleet_curves.c.model_id == str(model_id), fleet_curves.c.version == version
        )
        found = self._connection.execute(query).scalar()
        return None if found is None else bytes(found)
