"""The record of privileged acts: by city, without names, each with its proof from the log."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

import battery_passport
from battery_passport.access.acts import Act
from battery_passport.access.model import Purpose, Role
from battery_passport.access.records.organisations import OrganisationKind
from battery_passport.access.sharing.model import Look
from battery_passport.assembly.acts import record_act, record_look
from battery_passport.foundation.digests import sha256
from battery_passport.foundation.uuid7 import new_uuid7
from battery_passport.ledger.entry import entry_bytes
from battery_passport.ledger.tlog_proof import LogTrust, verify_tlog_proof
from battery_passport.web.consoles.acts.words import KINDS, OWNERS_OWN, SHARED_KINDS
from tests.factories.desk_city import FIRST, DeskCity
from tests.factories.people import NAME
from tests.factories.reading_city import battery_of

FULL, SHORT = "/desk/administration/acts", "/desk/city/acts"


@pytest.fixture(scope="module")
def acted(made: DeskCity) -> DeskCity:
    """A city in which an authority has looked, an owner has granted, and all of it is anchored."""
    moment = made.installation.clock.now()
    battery = battery_of(made.installation, FIRST)
    look = Look(
        look_id=new_uuid7(moment),
        battery_id=battery.battery_id,
        viewer=Role.AUTHORITY.value,
        organisation_id=made.organisations[OrganisationKind.AUTHORITY].organisation_id,
        grant_id=None,
        points=(45, 50),
        with_estimate=False,
        purpose=Purpose.MARKET_SURVEILLANCE,
        at=moment,
    )
    with made.installation.database.write() as connection:
        record_look(connection, look)
        granted = Act(
            name="grant-created", subject_id=new_uuid7(moment), battery_id=battery.battery_id
        )
        record_act(connection, granted, moment)
        record_act(connection, Act(name="key-rotated", details={"key": "log"}), moment)
    made.installation.pipeline.settle()
    made.installation.anchoring.anchor_now()
    return made


def rows(made: DeskCity, role: Role, path: str) -> list[dict[str, str]]:
    body = made.visit(role).get(f"{path}{'&' if '?' in path else '?'}format=csv").content
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_an_administrator_reads_who_did_what(acted: DeskCity) -> None:
    listed = rows(acted, Role.ADMINISTRATOR, FULL)
    looks = [row for row in listed if row["Act"].startswith("Closed part")]
    authority = acted.organisations[OrganisationKind.AUTHORITY].name
    assert [row["Organisation"] for row in looks] == [authority]
    assert "KR26D0001" in looks[0]["Battery"]
    assert any(row["Act"].startswith("Key of the installation rotated") for row in listed)


def test_no_name_of_a_person_is_there(acted: DeskCity) -> None:
    for role, path in ((Role.ADMINISTRATOR, FULL), (Role.CITY_OFFICER, SHORT)):
        page = acted.visit(role).get(path).text.split("console__body")[1]
        assert NAME not in page
        assert "@example.org" not in page


def test_an_officer_sees_neither_pseudonyms_nor_batteries(acted: DeskCity) -> None:
    listed = rows(acted, Role.CITY_OFFICER, SHORT)
    assert listed
    assert set(listed[0]) == {"Act", "When", "Organisation", "Log entry"}
    assert "KR26D0001" not in acted.visit(Role.CITY_OFFICER).get(SHORT).text


def test_what_owners_decide_is_not_listed(acted: DeskCity) -> None:
    assert not [row for row in rows(acted, Role.ADMINISTRATOR, FULL) if "grant" in row["Act"]]


def test_the_list_is_narrowed_by_kind_organisation_and_period(acted: DeskCity) -> None:
    kinds = rows(acted, Role.ADMINISTRATOR, f"{FULL}?kind=key-rotated")
    assert [row["Act"] for row in kinds] == ["Key of the installation rotated"]
    office = acted.organisations[OrganisationKind.AUTHORITY].organisation_id
    own = rows(acted, Role.ADMINISTRATOR, f"{FULL}?organisation={office}")
    assert {row["Organisation"] for row in own} == {
        acted.organisations[OrganisationKind.AUTHORITY].name
    }
    assert len(rows(acted, Role.ADMINISTRATOR, f"{FULL}?period=1")) == len(
        rows(acted, Role.ADMINISTRATOR, FULL)
    )


def proof_links(acted: DeskCity, role: Role, path: str) -> list[str]:
    page = acted.visit(role).get(f"{path}?kind=battery-looked-at").text
    return re.findall(rf'href="({path}/[0-9a-f-]+/proof[^"]*)"', page)


def trust(acted: DeskCity) -> LogTrust:
    keys = acted.installation.keys
    return LogTrust(origin=keys.log.name, log_key=keys.log.key)


def test_a_proof_holds_for_the_record_that_comes_with_it(acted: DeskCity) -> None:
    (link,) = proof_links(acted, Role.ADMINISTRATOR, FULL)
    proof = json.loads(acted.visit(Role.ADMINISTRATOR).get(link).content)
    entry = entry_bytes(bytes.fromhex(proof["salt"]), sha256(proof["record"].encode()))
    assert proof["entry"] == entry.hex()
    verify_tlog_proof(proof["tlogProof"].encode(), entry=entry, trust=trust(acted))
    assert json.loads(proof["record"])["act"] == "battery-looked-at"


def test_an_officers_proof_does_not_say_what_was_done(acted: DeskCity) -> None:
    (link,) = proof_links(acted, Role.CITY_OFFICER, SHORT)
    proof = json.loads(acted.visit(Role.CITY_OFFICER).get(link).content)
    assert set(proof) == {"format", "logIndex", "entry", "tlogProof"}


def test_another_place_opens_nothing(acted: DeskCity) -> None:
    (link,) = proof_links(acted, Role.ADMINISTRATOR, FULL)
    assert acted.visit(Role.CITY_OFFICER).get(link).status_code == 403
    assert acted.visit(Role.CITY_OFFICER).get(FULL).status_code == 403
    assert acted.visit(Role.RECYCLER).get(FULL).status_code == 403


def test_every_act_that_is_recorded_has_its_place(repository_acts: set[str]) -> None:
    known = {*KINDS, *SHARED_KINDS, *OWNERS_OWN}
    assert repository_acts - known == set()


@pytest.fixture(scope="module")
def repository_acts() -> set[str]:
    """The names of all acts that the program records, read from its text."""
    root = next(iter(battery_passport.__path__))
    found: set[str] = set()
    pattern = re.compile(
        r'(?:Act\(\s*name=|_trace\(\s*[\w.]+,(?:\s*connection,)?\s*|_record\(\s*|_leave_trace\(\s*desk,\s*)"([a-z]+(?:-[a-z]+)+)"'
    )
    for source in Path(root).rglob("*.py"):
        found.update(pattern.findall(source.read_text("utf-8")))
    assert len(found) > 20
    return found
