"""People and organisations over a real record store, quick to make.

In: a database. Out: desks with a standing clock whose letters are kept; persons, members.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from battery_passport.access.errors import TooManyAttempts
from battery_passport.access.letters import Letter
from battery_passport.access.model import Role
from battery_passport.access.organisations.applying import add_city, apply, check_application
from battery_passport.access.people.registering import add_person
from battery_passport.access.people.sessions import SignedIn, begin_session, find_session
from battery_passport.access.records.organisations import (
    ROLES_OF,
    Membership,
    OrganisationAccount,
    OrganisationKind,
    Standing,
)
from battery_passport.access.records.people import Person, SignInMethod
from battery_passport.adapters.passwords.argon2id import Argon2idPasswords
from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing
from battery_passport.adapters.sql.database import Database
from battery_passport.assembly.desks import Desks
from battery_passport.assembly.letters import Postman
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.uuid7 import new_uuid7

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ADDRESS = "http://localhost:8000"
PASSWORD = "a pebble under the blue gate"
EMAIL = "minji@example.org"
NAME = "김민지"

QUICK_PASSWORDS = Argon2idPasswords(memory_kib=64, passes=1)
"""Real argon2id with settings that cost next to nothing."""

_LINK = re.compile(r"https?://\S+")


@dataclass
class KeptMail:
    """Keeps letters in place of sending them."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


@dataclass
class Office:
    """Desks over a store, the clock they read and the letters they sent."""

    desks: Desks
    clock: FixedClock
    mail: KeptMail

    def letters(self) -> list[Letter]:
        self.desks.postman.settle()
        return self.mail.letters

    def link(self) -> str:
        """Return the path of the link in the newest letter."""
        found = _LINK.search(self.letters()[-1].text)
        assert found, "The newest letter holds no link."
        return found[0].removeprefix(ADDRESS)

    def token(self) -> str:
        return self.link().rsplit("/", 1)[1]

    def wait(self, span: timedelta) -> None:
        self.clock.moment += span


def until_refused(attempt: Callable[[int], object], *, at_most: int = 200) -> int:
    """Do something again and again until it is one attempt too many; return how many went well."""
    for done in range(at_most):
        try:
            attempt(done)
        except TooManyAttempts:
            return done
    return at_most


def office(
    database: Database, *, moment: datetime = NOW, passkeys_required: bool = False
) -> Office:
    """Return desks with a standing clock over a database."""
    clock, mail = FixedClock(moment), KeptMail()
    desks = Desks(
        database=database,
        sealing=AesGcmSealing(wrapping_secret=b"w" * 32, lookup_secret=b"l" * 32),
        passwords=QUICK_PASSWORDS,
        clock=clock,
        address=ADDRESS,
        postman=Postman(mail, try_again_after_s=(0.0,)),
        passkeys_required=passkeys_required,
    )
    return Office(desks, clock, mail)


def person(
    made: Office,
    *,
    email: str = EMAIL,
    name: str = NAME,
    password: str | None = PASSWORD,
    language: str = "ko",
) -> Person:
    """Save a person whose address is confirmed."""
    hashed = None if password is None else QUICK_PASSWORDS.hash(password)
    with made.desks.transaction() as desk:
        return add_person(
            desk,
            new_uuid7(desk.moment),
            name=name,
            email=email,
            language=language,
            password_hash=hashed,
        )


def session(made: Office, who: Person, *, bound_to: UUID | None = None) -> str:
    """Begin a session and return its token."""
    with made.desks.transaction() as desk:
        return begin_session(
            desk,
            who.person_id,
            method=SignInMethod.PASSWORD,
            label="Chrome",
            bound_to=bound_to,
        )


def signed_in(made: Office, token: str) -> SignedIn:
    """Return who is signed in under a token."""
    with made.desks.reading() as desk:
        found = find_session(desk, token)
    assert found, "Nobody is signed in under this token."
    return found


def city(made: Office, region: str = "busan") -> OrganisationAccount:
    """Save a city."""
    with made.desks.transaction() as desk:
        return add_city(desk, region=region, name=region.capitalize())


def organisation(
    made: Office,
    *,
    kind: OrganisationKind = OrganisationKind.INSPECTION_BODY,
    region: str = "busan",
    name: str = "동백검사소",
    number: str = "INSP-0001",
) -> OrganisationAccount:
    """Save an organisation that takes part, without members."""
    applicant = new_uuid7(NOW)
    application = check_application(
        kind=kind.value,
        name=name,
        registration_number=number,
        region=region,
        contact="051-000-0000",
    )
    with made.desks.transaction() as desk:
        account = apply(desk, application, applicant=applicant)
        desk.organisations.decide(account.organisation_id, Standing.ACTIVE, desk.moment)
        desk.organisations.enter_registry(account, desk.moment)
        return desk.organisations.account(account.organisation_id) or account


def join(
    made: Office,
    who: Person,
    account: OrganisationAccount,
    *,
    roles: frozenset[Role] | None = None,
    steward: bool = False,
) -> Membership:
    """Make a person a member."""
    membership = Membership(
        organisation_id=account.organisation_id,
        person_id=who.person_id,
        roles=roles or frozenset(ROLES_OF[account.kind][:1]),
        steward=steward,
        since=made.clock.now(),
    )
    with made.desks.transaction() as desk:
        desk.organisations.save_membership(membership)
    return membership
