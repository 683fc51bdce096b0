"""Who does what in the demonstration's city.

In: a kind of organisation. Out: the short name of the first one that is settled.
"""

from sqlalchemy import Connection

from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.registry import RegistryStore


def first_of(connection: Connection, kind: OrganisationKind) -> str | None:
    """Return the short name of the first organisation of a kind, if there is one."""
    registry = RegistryStore(connection)
    accounts = SqlOrganisations(connection).accounts_of_kind(kind)
    found = (registry.organisation(each.organisation_id) for each in accounts)
    return next((each.slug for each in found if each is not None), None)
