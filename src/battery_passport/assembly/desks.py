"""Opens desks: the stores of access over one transaction, and letters after its commit.

In: an installation's parts. Out: fulfils `web.account.ports.Transactions`; what an account holds,
and its erasure, for the pages of owners.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Connection

from battery_passport.access.desk import Desk
from battery_passport.access.people.erasing import erase_person
from battery_passport.access.people.reading import profile_of
from battery_passport.access.stores.people import Passwords, Sealing
from battery_passport.adapters.passwords.argon2id import Argon2idPasswords
from battery_passport.adapters.sealing.aes_gcm import AesGcmSealing
from battery_passport.adapters.sql.database import Database
from battery_passport.adapters.sql.links import SqlLinks
from battery_passport.adapters.sql.machines import SqlMachines
from battery_passport.adapters.sql.organisations import SqlOrganisations
from battery_passport.adapters.sql.people import SqlPeople
from battery_passport.adapters.sql.recoveries import SqlRecoveries
from battery_passport.adapters.sql.sessions import SqlSessions
from battery_passport.adapters.sql.work import DraftStore
from battery_passport.assembly.acts import SqlActLog
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.letters import Postman, choose_mail
from battery_passport.foundation.clock import Clock, format_utc
from battery_passport.foundation.strict_json import JsonObject


@cache
def process_passwords() -> Passwords:
    """Return the hasher of this process: the number of hashes at once is bounded over all of it."""
    return Argon2idPasswords()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Opens transactions for access. `address` is where people reach our pages.

    `passkeys_required` tells whether privileged people must show a passkey.
    """

    database: Database
    sealing: Sealing
    passwords: Passwords
    clock: Clock
    address: str
    postman: Postman
    passkeys_required: bool

    @contextmanager
    def transaction(self) -> Iterator[Desk]:
        """Open a desk that may write; its letters are sent once it is committed."""
        with self.database.write() as connection:
            desk = self.desk(connection)
            yield desk
        self.postman.take(desk.letters)

    @contextmanager
    def reading(self) -> Iterator[Desk]:
        """Open a desk that only reads."""
        with self.database.read() as connection:
            yield self.desk(connection)

    def desk(self, connection: Connection) -> Desk:
        """Return the desk over a transaction."""
        return Desk(
            people=SqlPeople(connection),
            sessions=SqlSessions(connection),
            links=SqlLinks(connection),
            recoveries=SqlRecoveries(connection),
            organisations=SqlOrganisations(connection),
            machines=SqlMachines(connection),
            acts=SqlActLog(connection),
            sealing=self.sealing,
            passwords=self.passwords,
            moment=self.clock.now(),
            base_url=self.address,
            passkeys_required=self.passkeys_required,
        )


def open_desks(installation: Installation) -> Desks:
    """Return the desks of an installation.

    Raises: MailServerMisnamed, InsecureOutboxInProduction.
    """
    settings, keys = installation.settings, installation.keys
    return Desks(
        database=installation.database,
        sealing=AesGcmSealing(
            wrapping_secret=keys.personal_data_secret, lookup_secret=keys.lookup_secret
        ),
        passwords=process_passwords(),
        clock=installation.clock,
        address=settings.base_url,
        postman=Postman(choose_mail(settings, installation.home, installation.clock)),
        passkeys_required=settings.passkeys_required,
    )


class DeskAccounts:
    """Fulfils `sites.owner_stores.Accounts`: a person's own data, and its end."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def own_data(self, connection: Connection, person_id: UUID) -> JsonObject:
        """Return what an account holds, opened for the person himself."""
        desk = self._desks.desk(connection)
        person = desk.people.person(person_id)
        if person is None or desk.people.subject_key(person_id) is None:
            return {}
        profile = profile_of(desk, person)
        return {
            "name": profile.name,
            "email": profile.email,
            "language": profile.language,
            "registered_at": format_utc(person.created_at),
            "has_password": person.password_hash is not None,
            "passkeys": [
                {"name": each.label, "added_at": format_utc(each.added_at)}
                for each in desk.people.passkeys_of(person_id)
            ],
            "sessions": [
                {
                    "browser": each.label,
                    "started_at": format_utc(each.started_at),
                    "last_used_at": format_utc(each.last_used_at),
                }
                for each in desk.sessions.of_person(person_id)
            ],
            "memberships": [
                {
                    "organisation": str(each.organisation_id),
                    "roles": sorted(role.value for role in each.roles),
                    "since": format_utc(each.since),
                }
                for each in desk.organisations.memberships_of(person_id)
            ],
        }

    def erase(self, connection: Connection, person_id: UUID) -> None:
        """Destroy the account with its key, and what was being written. Raises: NotAllowedNow."""
        erase_person(self._desks.desk(connection), person_id)
        DraftStore(connection).forget(person_id)
