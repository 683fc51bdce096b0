"""A real installation with one seeded car and its whole site.

In: a folder and a port. Out: the application, people who can sign in, codes to claim the car with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from fastapi import FastAPI

from battery_passport.access.model import Role
from battery_passport.access.people.registering import add_person
from battery_passport.access.people.sessions import begin_session
from battery_passport.access.records.organisations import (
    Membership,
    OrganisationAccount,
    OrganisationKind,
    Standing,
)
from battery_passport.access.records.people import SignInMethod
from battery_passport.access.sharing.model import CodeKind
from battery_passport.assembly.desks import DeskAccounts, Desks, open_desks
from battery_passport.assembly.installation import Installation, opened_installation
from battery_passport.assembly.operations.seeding import give_past, register_city
from battery_passport.assembly.public_site import build_site
from battery_passport.assembly.settings import load_settings
from battery_passport.assembly.simulated.plan import new_plan
from battery_passport.assembly.sites.owner_stores import OwnerTransactions
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.registry.model import Battery
from tests.factories.people import PASSWORD
from tests.factories.web import node_modules


@dataclass(frozen=True, slots=True)
class OwnersPlace:
    """An installation with its car, its application and its people."""

    installation: Installation
    battery: Battery
    desks: Desks
    application: FastAPI

    def person(self, email: str = "hana@example.org", name: str = "김하나") -> UUID:
        """Make an account that can sign in with the usual password; return whose it is."""
        hashed = self.desks.passwords.hash(PASSWORD)
        with self.desks.transaction() as desk:
            made = add_person(
                desk,
                new_uuid7(desk.moment),
                name=name,
                email=email,
                language="ko",
                password_hash=hashed,
            )
        return made.person_id

    def session(self, person_id: UUID) -> str:
        """Sign a person in; return the session's token."""
        with self.desks.transaction() as desk:
            return begin_session(
                desk, person_id, method=SignInMethod.PASSWORD, label="Chrome", bound_to=None
            )

    def code(self, kind: CodeKind = CodeKind.FIRST) -> str:
        """Return a code for the car, as a dealer makes it."""
        with self.stores().writing() as stores:
            made = stores.claiming.make_code(
                self.battery.battery_id,
                kind,
                person_id=uuid4(),
                organisation_id=self.battery.responsible_id,
                now=self.installation.clock.now(),
            )
        return made.code

    def stores(self) -> OwnerTransactions:
        """Return the transactions that the pages use."""
        return OwnerTransactions(self.installation.database, DeskAccounts(self.desks))

    def settle(self) -> None:
        """Let the pipeline do what is due."""
        self.installation.pipeline.settle()


@contextmanager
def owners_place(folder: Path, *, port: int = 8000, days: int = 40) -> Iterator[OwnersPlace]:
    """Seed one car with a past and join the whole site to it, without limits on how often."""
    settings = load_settings(
        {
            "BATTERY_PASSPORT_HOME": str(folder),
            "BATTERY_PASSPORT_PUBLIC_BASE_URL": f"http://localhost:{port}",
            "BATTERY_PASSPORT_NODE_MODULES": str(node_modules()),
            "BATTERY_PASSPORT_RATE_LIMIT_FACTOR": "0",
        }
    )
    with opened_installation(settings) as installation:
        plan = new_plan(seed=3, vehicles=1, days=days, now=installation.clock.now())
        residents = register_city(installation, plan)
        give_past(installation, plan, residents, lambda _line: None)
        application = build_site(installation, waiting_batches=lambda: 0)
        assert isinstance(application, FastAPI)
        battery, desks = residents[0].battery, open_desks(installation)
        yield OwnersPlace(installation, battery, desks, application)


def make_member(place: OwnersPlace, person_id: UUID, organisation_id: UUID, *roles: Role) -> None:
    """Make a person a member of an organisation, which takes part in Busan."""
    with place.desks.transaction() as desk:
        if desk.organisations.account(organisation_id) is None:
            account = OrganisationAccount(
                organisation_id=organisation_id,
                kind=OrganisationKind.MANUFACTURER,
                name="해동배터리",
                registration_number="MAKER-0001",
                region="busan",
                standing=Standing.ACTIVE,
                sealed_contact=b"",
                applied_by=None,
                applied_at=desk.moment,
                decided_at=desk.moment,
            )
            desk.organisations.add_account(account)
        desk.organisations.save_membership(
            Membership(
                organisation_id=organisation_id,
                person_id=person_id,
                roles=frozenset(roles),
                steward=False,
                since=desk.moment,
            )
        )
