"""A person leaves: nothing names him, every place in the log stays, and the audit knows why."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from battery_passport.access.sharing.granting import GrantWish
from battery_passport.access.sharing.leaving import Leaving
from battery_passport.access.sharing.model import ConsentPurpose, Part
from battery_passport.adapters.sql.acts import ActStore, ErasureStore
from battery_passport.adapters.sql.grants import GrantStore
from battery_passport.adapters.sql.looks import LookStore
from battery_passport.adapters.sql.row_digest import register
from battery_passport.adapters.sql.sharing import ClaimCodeStore, ConsentStore, OwnershipStore
from battery_passport.assembly.acts import SqlActLog
from battery_passport.assembly.installation import Installation
from tests.factories.installation import installed, run
from tests.factories.sharing import NOW, consenting, granting, owned

pytestmark = pytest.mark.integration

ALICE, BOB = uuid4(), uuid4()


class Forgotten:
    """Fulfils `access.sharing.ports.PersonalRecords`, noting whose key was destroyed."""

    def __init__(self) -> None:
        self.people: list[UUID] = []

    def destroy(self, person_id: UUID) -> None:
        self.people.append(person_id)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def rows(installation: Installation) -> Iterator[sqlite3.Connection]:
    """The database file, opened by somebody who means no good."""
    connection = sqlite3.connect(installation.home.database, isolation_level=None)
    register(connection)
    yield connection
    connection.close()


def act_for(connection: Connection, person_id: UUID) -> None:
    battery = owned(connection, person_id)
    wish = GrantWish(battery_id=battery, parts=frozenset({Part.STATUS}))
    granting(connection).make(person_id, wish, NOW)
    consenting(connection).give(person_id, ConsentPurpose.RESEARCH, text_version=1, now=NOW)


def erase(installation: Installation, person_id: UUID) -> Forgotten:
    people = Forgotten()
    with installation.database.write() as connection:
        Leaving(
            ownerships=OwnershipStore(connection),
            codes=ClaimCodeStore(connection),
            consents=ConsentStore(connection),
            grants=GrantStore(connection),
            looks=LookStore(connection),
            people=people,
            pseudonyms=ErasureStore(connection),
            acts=SqlActLog(connection),
        ).erase(person_id, NOW + timedelta(days=1))
    installation.pipeline.settle()
    return people


def test_who_left_is_in_no_row_and_the_log_still_proves_everything(
    installation: Installation, rows: sqlite3.Connection
) -> None:
    with installation.database.write() as connection:
        act_for(connection, ALICE)
        act_for(connection, BOB)
        pseudonym = ActStore(connection).pseudonym_of(ALICE)
    before = run(installation, "audit")
    assert (before["intact"], before["erased"]) == (True, 0)
    people = erase(installation, ALICE)
    assert people.people == [ALICE]
    everything = "\n".join(rows.iterdump())
    for trace in (str(ALICE), pseudonym, pseudonym.encode().hex().upper()):
        assert trace not in everything
    assert str(BOB) in everything
    after = run(installation, "audit")
    assert (after["intact"], after["erased"], after["finding"]) == (True, 4, None)
    assert rows.execute("SELECT count(*) FROM facts WHERE length(salt)=0").fetchone() == (4,)
    assert rows.execute("SELECT count(*) FROM erasures_due").fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET record=NULL WHERE act='grant-created'",
        "DELETE FROM audit_records WHERE act='consent-given'",
        "UPDATE audit_records SET act='role-changed' WHERE act='consent-given'",
        "UPDATE facts SET salt=x'', digest=x'' WHERE kind='act-recorded'",
        (
            "UPDATE audit_records SET record=NULL, subject=NULL WHERE act='grant-created';"
            "UPDATE facts SET salt=x'', digest=x'' WHERE kind='act-recorded'"
        ),
        "UPDATE tombstones SET note=CAST(replace(note, '2026', '2025') AS BLOB)",
        "DELETE FROM tombstones",
    ],
)
def test_what_was_not_erased_under_a_tombstone_is_named(
    installation: Installation, rows: sqlite3.Connection, statement: str
) -> None:
    with installation.database.write() as connection:
        act_for(connection, ALICE)
        act_for(connection, BOB)
    erase(installation, ALICE)
    assert run(installation, "audit")["intact"] is True
    rows.executescript(statement)
    answer = run(installation, "audit")
    assert answer["intact"] is False
    assert "act" in str(answer["finding"]) or "tombstone" in str(answer["finding"])


def test_a_tombstone_of_somebody_else_covers_nothing(
    installation: Installation, rows: sqlite3.Connection, tmp_path: Path
) -> None:
    """A note signed by another log's key hides no record here."""
    with installed(tmp_path / "other") as other:
        with other.database.write() as connection:
            act_for(connection, ALICE)
        erase(other, ALICE)
        with other.database.read() as connection:
            note = next(iter(ErasureStore(connection).tombstones().values()))
    with installation.database.write() as connection:
        act_for(connection, BOB)
    erase(installation, BOB)
    rows.execute("UPDATE tombstones SET note=?", (note,))
    finding = run(installation, "audit")["finding"]
    assert "tombstone" in str(finding)
