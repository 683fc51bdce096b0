"""Which batteries belong to a city.

In: a transaction and a city's short name. Out: a query for the ids of its batteries.
"""

from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.adapters.sql.city_figures import Chosen
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import batteries
from battery_passport.assembly.things import region_of
from battery_passport.registry.model import Battery


def batteries_in(connection: Connection, region: str | None) -> Chosen:
    """Return a query for the batteries whose operators belong to the city; none for no city."""
    operators = connection.execute(select(batteries.c.responsible_id).distinct()).scalars()
    own = [
        each
        for each in operators.all()
        if region is not None and region_of(connection, UUID(each)) == region
    ]
    return select(batteries.c.battery_id).where(batteries.c.responsible_id.in_(own))


def batteries_of_region(connection: Connection, region: str | None) -> list[Battery]:
    """Return the batteries of a city in the order of registration."""
    wanted = set(connection.execute(batteries_in(connection, region)).scalars())
    every = RegistryStore(connection).all_batteries()
    return [each for each in every if str(each.battery_id) in wanted]
