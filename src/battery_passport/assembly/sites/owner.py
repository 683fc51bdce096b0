"""The pages of owners and link holders, joined to an installation; and its book of grants.

In: an opened installation, who keeps accounts. Out: a group of routes; grants for decisions.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.routing import BaseRoute

from battery_passport import __version__
from battery_passport.access.model import Principal, Role
from battery_passport.access.policy.model import GrantTerms
from battery_passport.access.sharing.granting import Granting
from battery_passport.access.sharing.parts import terms_of
from battery_passport.adapters.sql.customs import CustomsStore
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.registry import RegistryStore
from battery_passport.adapters.sql.sharing import OwnershipStore
from battery_passport.assembly.acts import SqlActLog
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.locating import node_modules
from battery_passport.assembly.public_passports import SitePassports
from battery_passport.assembly.sites.owner_facts import SiteBatteryFacts
from battery_passport.assembly.sites.owner_stores import Accounts, OwnerTransactions
from battery_passport.foundation.clock import Clock
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.web.application import PageGroup
from battery_passport.web.owner.ports import OwnerServices
from battery_passport.web.owner.routes import routes
from battery_passport.web.site import Site
from battery_passport.web.static_files import load_static_files


def owner_pages(installation: Installation, accounts: Accounts) -> PageGroup:
    """Return the group of an owner's pages, for `create_application`."""

    def group(_site: Site) -> Sequence[BaseRoute]:
        return routes(owner_services(installation, accounts))

    return group


def owner_services(installation: Installation, accounts: Accounts) -> OwnerServices:
    """Return what the pages are given."""
    transactions = OwnerTransactions(installation.database, accounts)
    passports = SitePassports(installation)
    return OwnerServices(
        reading=transactions.reading,
        writing=transactions.writing,
        facts=SiteBatteryFacts(installation, passports.find),
        directory=SiteDirectory(installation.database, accounts),
        clock=installation.clock,
        public_address=installation.base_url,
        assets=load_static_files(node_modules(installation.settings)).addresses,
        software_version=__version__,
    )


class SiteDirectory:
    """Fulfils `web.owner.ports.Directory`."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database = database
        self._accounts = accounts

    def organisation_names(self, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Return the names of organisations."""
        with self._database.read() as connection:
            registry = RegistryStore(connection)
            found = ((each, registry.organisation(each)) for each in ids)
            return {each: known.name for each, known in found if known is not None}

    def own_data(self, person_id: UUID) -> JsonObject:
        """Return what the account of a person holds, opened for himself."""
        with self._database.read() as connection:
            return self._accounts.own_data(connection, person_id)


class SqlGrantBook:
    """Fulfils `access.policy.ports.GrantBook`: the grant that this browser's link opened, and the
    customs cases that the principal's organisation holds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def held_by(self, principal: Principal, battery_id: UUID) -> Sequence[GrantTerms]:
        """Return the grant of that battery which the principal's link opened, and its cases."""
        customs = principal.organisation_id if Role.CUSTOMS in principal.roles else None
        if principal.grant_id is None and customs is None:
            return ()
        with self._database.read() as connection:
            grant = principal.grant_id and GrantStore(connection).by_id(principal.grant_id)
            cases = customs and CustomsStore(connection).held(customs, battery_id)
        given = (terms_of(grant),) if grant and grant.battery_id == battery_id else ()
        return (*given, *(each.terms for each in cases or ()))


class SqlGrantCookies:
    """Tells which grant a browser's cookie stands for; `Identification.by_grant` asks it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def by_grant(self, token: str) -> UUID | None:
        """Return the grant that a cookie's secret opens now."""
        with self._database.read() as connection:
            granting = Granting(
                OwnershipStore(connection), GrantStore(connection), SqlActLog(connection)
            )
            grant = granting.held(token, self._clock.now())
        return None if grant is None else grant.grant_id
