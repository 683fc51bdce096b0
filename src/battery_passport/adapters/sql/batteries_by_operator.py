"""Batteries and models by the operator that answers for them.

In: a transaction. Out: counts, and pages of batteries in the order of registration.
"""

from uuid import UUID

from sqlalchemy import Connection, func, select

from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import batteries, battery_models
from battery_passport.registry.model import Battery, BatteryModel


class OperatorBatteries:
    """What each operator answers for, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._registry = RegistryStore(connection)

    def count_by_operator(self) -> dict[UUID, int]:
        """Return how many batteries each operator answers for, makers without any too."""
        makers = select(battery_models.c.manufacturer_id).distinct()
        counts = {UUID(row.manufacturer_id): 0 for row in self._connection.execute(makers)}
        query = select(batteries.c.responsible_id, func.count().label("number"))
        for row in self._connection.execute(query.group_by(batteries.c.responsible_id)):
            counts[UUID(row.responsible_id)] = row.number
        return counts

    def models_of(self, organisation_id: UUID) -> list[BatteryModel]:
        """Return the models of a manufacturer by name."""
        query = select(battery_models.c.model_id).where(
            battery_models.c.manufacturer_id == str(organisation_id)
        )
        ids = [
            UUID(row.model_id)
            for row in self._connection.execute(query.order_by(battery_models.c.name))
        ]
        return [model for each in ids if (model := self._registry.model(each)) is not None]

    def count_of_model(self, model_id: UUID) -> int:
        """Return how many batteries of a model there are."""
        query = select(func.count()).where(batteries.c.model_id == str(model_id))
        return int(self._connection.execute(query).scalar_one())

    def of_operator(self, organisation_id: UUID, *, offset: int, limit: int) -> list[Battery]:
        """Return a page of an operator's batteries, the first registered first."""
        query = (
            select(batteries.c.battery_id)
            .where(batteries.c.responsible_id == str(organisation_id))
            .order_by(batteries.c.registered_at_ms, batteries.c.battery_id)
            .offset(offset)
            .limit(limit)
        )
        ids = [UUID(row.battery_id) for row in self._connection.execute(query)]
        return [battery for each in ids if (battery := self._registry.battery(each)) is not None]
