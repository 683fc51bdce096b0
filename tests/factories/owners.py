"""A real installation with one seeded car, served to browsers in which people are signed in already.

In: a folder. Out: the application over real stores, and people with sessions made by hand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from fastapi import FastAPI
from sqlalchemy import Connection

from battery_passport.access.model import ANONYMOUS, Principal, PrincipalKind, Role
from battery_passport.assembly.authorizing import build_authorizer
from battery_passport.assembly.city.plan import new_plan
from battery_passport.assembly.city.seeding import seed_city
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.public_passports import SitePassports
from battery_passport.assembly.public_site import SiteHealth, SiteOverviews, SiteTrust
from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.sites.owner import SqlGrantBook, SqlGrantCookies, owner_pages
from battery_passport.assembly.sites.readers import reader_services
from battery_passport.foundation.strict_json import JsonObject
from battery_passport.registry.model import Battery
from battery_passport.web.application import create_application
from battery_passport.web.ports import WebServices
from battery_passport.web.session import Visitor
from tests.factories.web import Logs, node_modules


@dataclass
class HandMadeAccounts:
    """People signed in by a token that a test puts into their cookie; accounts in memory."""

    grants: SqlGrantCookies
    visitors: dict[str, Visitor] = field(default_factory=dict)
    erased: list[UUID] = field(default_factory=list)

    def sign_in(
        self,
        *roles: Role,
        name: str = "김하나",
        organisation_id: UUID | None = None,
        region: str | None = None,
    ) -> str:
        """Return the session token of a new person."""
        token = f"session-{len(self.visitors)}-{uuid4().hex}"
        principal = Principal(
            kind=PrincipalKind.PERSON,
            person_id=uuid4(),
            organisation_id=organisation_id,
            region=region,
            roles=frozenset({Role.OWNER, *roles}),
            session_id=token,
        )
        self.visitors[token] = Visitor(principal=principal, name=name, language="")
        return token

    def person_id(self, token: str) -> UUID:
        """Return who is signed in under a token."""
        person_id = self.visitors[token].principal.person_id
        assert person_id is not None
        return person_id

    def by_session(self, token: str) -> Visitor | None:
        return self.visitors.get(token)

    def by_bearer(self, token: str) -> Principal:  # noqa: ARG002 - the port's signature
        return ANONYMOUS

    def by_grant(self, token: str) -> UUID | None:
        return self.grants.by_grant(token)

    def own_data(self, connection: Connection, person_id: UUID) -> JsonObject:  # noqa: ARG002 - as above
        found = next(
            each.name
            for each in self.visitors.values()
            if each.principal.person_id == person_id
        )
        return {"name": found, "email": "hana.kim@example.org"}

    def erase(self, connection: Connection, person_id: UUID) -> None:  # noqa: ARG002 - as above
        self.erased.append(person_id)
        gone = [
            token
            for token, each in self.visitors.items()
            if each.principal.person_id == person_id
        ]
        for token in gone:
            del self.visitors[token]


@dataclass(frozen=True, slots=True)
class OwnersPlace:
    """An installation with its car, its application and its people."""

    installation: Installation
    battery: Battery
    accounts: HandMadeAccounts
    application: FastAPI
    logs: Logs


@contextmanager
def owners_place(folder: Path, *, port: int = 8000, days: int = 40) -> Iterator[OwnersPlace]:
    """Seed one car with a past and join the pages of owners to it."""
    settings = load_settings(
        {
            "BATTERY_PASSPORT_HOME": str(folder),
            "BATTERY_PASSPORT_PUBLIC_BASE_URL": f"http://localhost:{port}",
            "BATTERY_PASSPORT_NODE_MODULES": str(node_modules()),
        }
    )
    with opened_installation(settings) as installation:
        now = installation.clock.now()
        plan = new_plan(seed=3, vehicles=1, days=days, now=now)
        residents = seed_city(installation, plan, lambda _line: None)
        accounts = HandMadeAccounts(SqlGrantCookies(installation.database, installation.clock))
        logs = Logs()
        application = owners_application(installation, accounts, logs)
        yield OwnersPlace(installation, residents[0].battery, accounts, application, logs)


def owners_application(
    installation: Installation, accounts: HandMadeAccounts, logs: Logs
) -> FastAPI:
    """Return the application with the pages of owners."""
    services = WebServices(
        passports=SitePassports(installation),
        trust=SiteTrust(installation),
        health=SiteHealth(installation, lambda: 0),
        overviews=SiteOverviews(installation),
        authorizer=build_authorizer(
            installation.clock, grants=SqlGrantBook(installation.database)
        ),
        readers=reader_services(installation),
        public_address=installation.base_url,
        node_modules=node_modules(),
        software_version="0.1.0",
        log_access=logs.access.append,
        log_failure=logs.failure,
    )
    return create_application(
        services, identification=accounts, groups=[owner_pages(installation, accounts)]
    )
