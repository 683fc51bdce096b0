"""Batteries as policies see them: whose they are, who answers for them, which city they belong to.

In: a transaction and a battery. Out: the `Resource` that every decision about it is made on.
"""

from uuid import UUID

from sqlalchemy import Connection, select

from battery_passport.access.model import Resource, ResourceKind
from battery_passport.access.records.organisations import OrganisationKind, Standing
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.schema import events
from battery_passport.adapters.sql.sharing import OwnershipStore
from battery_passport.lifecycle.inspections import standing_inspections
from battery_passport.lifecycle.measurement import INSPECTED
from battery_passport.lifecycle.records import parse_event_record
from battery_passport.registry.model import Battery


def battery_resource(connection: Connection, battery: Battery) -> Resource:
    """Return a battery with its present owner, responsible operator and city."""
    ownership = OwnershipStore(connection).current(battery.battery_id)
    region = region_of(connection, battery.responsible_id)
    return Resource(
        kind=ResourceKind.BATTERY,
        battery_id=battery.battery_id,
        owner_id=None if ownership is None else ownership.person_id,
        responsible_id=battery.responsible_id,
        region=region,
        inspector_ids=inspectors_of(connection, battery.battery_id, region=region),
    )


def inspectors_of(
    connection: Connection, battery_id: UUID, *, region: str | None
) -> frozenset[UUID]:
    """Return the inspection bodies whose inspections of a battery stand; none if it has a city."""
    if region is not None:
        return frozenset()
    query = select(events.c.record).where(
        events.c.battery_id == str(battery_id), events.c.type == INSPECTED
    )
    recorded = (parse_event_record(each) for each in connection.execute(query).scalars())
    registry = RegistryStore(connection)
    bodies = (
        registry.organisation_by_slug(slug)
        for slug in sorted({each.recorded_by for each in standing_inspections(recorded)})
    )
    kind = OrganisationKind.INSPECTION_BODY.value
    return frozenset(
        each.organisation_id for each in bodies if each is not None and kind in each.roles
    )


def region_of(connection: Connection, organisation_id: UUID) -> str | None:
    """Return the city an operator belongs to.

    For an operator without an account here it is the city that runs the installation, if one city
    runs it alone; among several nobody can tell, and None denies.
    """
    organisations = SqlOrganisations(connection)
    account = organisations.account(organisation_id)
    if account is not None:
        return account.region
    cities = {
        city.region
        for city in organisations.accounts_of_kind(OrganisationKind.CITY)
        if city.standing is Standing.ACTIVE
    }
    return cities.pop() if len(cities) == 1 else None
