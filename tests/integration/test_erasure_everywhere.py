"""Who leaves is nowhere: every column of every table is searched for what was personal.

The person has an account, a passkey, sessions, an organisation's work begun, consents, a grant, an
API key, a lost-passkey request; after erasure no table holds his words, secrets or keys.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from battery_passport.access.model import Role
from battery_passport.access.people.passkey_recovery import ask_for_passkeys
from battery_passport.access.people.reading import email_lookup
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.access.records.people import Passkey, Person
from battery_passport.access.sharing.granting import GrantWish
from battery_passport.access.sharing.leaving import Leaving
from battery_passport.access.sharing.model import ConsentPurpose, Part
from battery_passport.adapters.sql.acts import ActStore, ErasureStore
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.looks import LookStore
from battery_passport.adapters.sql.schema import metadata
from battery_passport.adapters.sql.sharing import ClaimCodeStore, ConsentStore, OwnershipStore
from battery_passport.adapters.sql.work import DraftStore, StoredDraft
from battery_passport.assembly.acts import SqlActLog
from battery_passport.assembly.desks import DeskAccounts, Desks, open_desks
from battery_passport.assembly.installation import Installation
from battery_passport.foundation.clock import FixedClock
from battery_passport.foundation.uuid7 import new_uuid7
from tests.factories.installation import installed
from tests.factories.people import (
    EMAIL,
    NAME,
    KeptMail,
    Office,
    city,
    join,
    organisation,
    person,
    session,
    signed_in,
)
from tests.factories.sharing import consenting, granting, owned

pytestmark = pytest.mark.integration

TYPED = "what he typed into a form and never signed"
PASSKEY, PUBLIC_KEY = b"credential of the one who leaves", b"public key of the one who leaves"

STAYS = {
    "persons.person_id",
    "consents.person_id",
    "grants.person_id",
    "ownerships.person_id",
    "claim_codes.made_by_person",
    "claim_attempts.person_id",
    "audit_runs.asked_by",
    "api_keys.made_by",
    "machine_clients.made_by",
    "organisation_accounts.applied_by",
    "kept_answers.sender",
}
"""Where the random id of an account may stay: it leads to an empty row and to nobody."""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def made(installation: Installation) -> Office:
    desks = open_desks(installation)
    strict = Desks(
        database=desks.database,
        sealing=desks.sealing,
        passwords=desks.passwords,
        clock=desks.clock,
        address=desks.address,
        postman=desks.postman,
        passkeys_required=True,
    )
    return Office(strict, FixedClock(installation.clock.now()), KeptMail())


def everything(connection: Connection) -> Iterator[tuple[str, object]]:
    """Yield every value of every table with the name of its column."""
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            for name, value in row.items():
                yield f"{table.name}.{name}", value


def places_of(connection: Connection, wanted: bytes | str) -> set[str]:
    """Return the columns that hold a text or bytes anywhere."""
    octets = wanted if isinstance(wanted, bytes) else wanted.encode()
    return {
        name
        for name, value in everything(connection)
        if value is not None
        and octets in (value if isinstance(value, bytes) else str(value).encode())
    }


def live(installation: Installation, made: Office) -> Person:
    """Let somebody leave traces everywhere."""
    city(made)
    who, other = person(made), person(made, email="other@example.org")
    yard = organisation(made, kind=OrganisationKind.CUSTOMS)
    join(made, who, yard, roles=frozenset({Role.CUSTOMS}))
    join(made, other, yard, roles=frozenset({Role.CUSTOMS}), steward=True)
    moment = installation.clock.now()
    with made.desks.transaction() as desk:
        desk.people.add_passkey(
            Passkey(
                credential_id=PASSKEY,
                person_id=who.person_id,
                public_key=PUBLIC_KEY,
                sign_count=1,
                label="전화기",
                added_at=moment,
            )
        )
    token = session(made, who)
    found = signed_in(made, token)
    with made.desks.transaction() as desk:
        ask_for_passkeys(desk, found)
    with installation.database.write() as connection:
        battery = owned(connection, who.person_id)
        wish = GrantWish(battery_id=battery, parts=frozenset({Part.STATUS}))
        granting(connection).make(who.person_id, wish, moment)
        consents = consenting(connection)
        consents.give(who.person_id, ConsentPurpose.RESEARCH, text_version=1, now=moment)
        DraftStore(connection).save(
            StoredDraft(
                draft_id=new_uuid7(moment),
                kind="inspection",
                battery_id=battery,
                organisation_id=yard.organisation_id,
                person_id=who.person_id,
                fields={"note": TYPED},
                begun_at=moment,
                saved_at=moment,
            )
        )
    return who


def erase(installation: Installation, made: Office, person_id: UUID) -> None:
    accounts = DeskAccounts(made.desks)

    class Records:
        """Fulfils `access.sharing.ports.PersonalRecords` as the owner's pages do."""

        def destroy(self, gone: UUID) -> None:
            accounts.erase(connection, gone)

    with installation.database.write() as connection:
        Leaving(
            ownerships=OwnershipStore(connection),
            codes=ClaimCodeStore(connection),
            consents=ConsentStore(connection),
            grants=GrantStore(connection),
            looks=LookStore(connection),
            people=Records(),
            pseudonyms=ErasureStore(connection),
            acts=SqlActLog(connection),
        ).erase(person_id, installation.clock.now())
    installation.pipeline.settle()


def test_nothing_of_somebody_who_left_is_in_any_table(
    installation: Installation, made: Office
) -> None:
    who = live(installation, made)
    with made.desks.reading() as desk:
        key, lookup = desk.people.subject_key(who.person_id), email_lookup(desk, EMAIL)
    assert key is not None
    with installation.database.read() as connection:
        pseudonym = ActStore(connection).known_pseudonym(who.person_id)
        token_digests = [
            value for name, value in everything(connection) if name == "sessions.token_digest"
        ]
    assert pseudonym is not None
    assert who.password_hash is not None
    secrets: dict[str, bytes | str] = {
        "typed": TYPED,
        "passkey": PASSKEY,
        "public key": PUBLIC_KEY,
        "subject key": key.wrapped,
        "look-up": lookup,
        "sealed name": who.sealed_name,
        "sealed address": who.sealed_email,
        "password": who.password_hash,
        "pseudonym": pseudonym,
    }
    with installation.database.read() as connection:
        before = {name: places_of(connection, wanted) for name, wanted in secrets.items()}
    assert [name for name, places in before.items() if not places] == [], "the search finds them"

    erase(installation, made, who.person_id)

    with installation.database.read() as connection:
        for name, wanted in {**secrets, "name": NAME, "address": EMAIL}.items():
            assert places_of(connection, wanted) == set(), name
        for digest in token_digests:
            assert places_of(connection, digest) == set()  # type: ignore[arg-type]
        assert places_of(connection, str(who.person_id)) <= STAYS
        drafts = [name for name, _ in everything(connection) if name.startswith("work_drafts.")]
    assert drafts == []
