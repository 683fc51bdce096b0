"""Two cities in one installation: people and programs of the one leave the other's things alone.

By pages and by the interface alike. What Article 77 opens everywhere stays open everywhere.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest

from battery_passport.access.machines.keys import issue_key
from battery_passport.access.model import Role
from battery_passport.access.policy.actions import KEY_SCOPES
from battery_passport.access.records.organisations import ROLES_OF, OrganisationKind
from battery_passport.assembly.desks import open_desks
from battery_passport.assembly.recorded import events_of
from battery_passport.foundation.clock import FixedClock, format_utc
from battery_passport.web.consoles.frame.places import PLACES
from battery_passport.web.session import CookieNames
from tests.factories.asgi import asgi_client
from tests.factories.desk_city import FIRST, DeskCity, Visitor, battery_path, desk_city
from tests.factories.people import KeptMail, Office, city, join, organisation, person, session
from tests.factories.reading_city import battery_of

pytestmark = pytest.mark.integration

HERE, THERE = "busan", "pohang"
SERIAL = "KR26D000"

WRITES: tuple[tuple[Role, str, dict[str, object]], ...] = (
    (Role.INSPECTOR, "inspected", {"kind": "pre-removal", "result": "passed"}),
    (Role.DISMANTLER, "removed", {"reason": "end-of-life"}),
    (Role.RECYCLER, "recycled", {}),
    (Role.AUTHORITY, "passport_suspended", {"reason": "test report withdrawn"}),
    (Role.AUTHORITY, "recalled", {"reference": "R-1", "reason": "cells"}),
    (Role.MANUFACTURER, "data_point_declared", {"data_point": 57, "value": 90}),
)
FORMS: tuple[tuple[Role, str], ...] = (
    (Role.INSPECTOR, "inspection/inspection"),
    (Role.DISMANTLER, "dismantling/removal"),
    (Role.RECYCLER, "recycling/recycling"),
    (Role.AUTHORITY, "supervision/suspend"),
    (Role.AUTHORITY, "supervision/case"),
    (Role.MANUFACTURER, "manufacture/issue"),
    (Role.MANUFACTURER, "manufacture/declare/57"),
)


@dataclass(frozen=True, slots=True)
class TwoCities:
    """Busan with its batteries, and people and programs of Pohang by role."""

    busan: DeskCity
    sessions: Mapping[Role, str]
    keys: Mapping[Role, str]

    def visit(self, role: Role) -> Visitor:
        """Return a browser of somebody of Pohang."""
        address = self.busan.installation.base_url
        headers = {"accept": "text/html", "accept-language": "en"}
        client = asgi_client(self.busan.site, base_url=address, headers=headers)
        client.cookies.set(CookieNames.at(address).session, self.sessions[role])
        return Visitor(client, "en")

    def program(self, role: Role) -> httpx.Client:
        """Return a program of an organisation of Pohang."""
        address = self.busan.installation.base_url
        headers = {
            "accept": "application/json",
            "authorization": f"Bearer {self.keys[role]}",
            "idempotency-key": str(uuid4()),
        }
        return asgi_client(self.busan.site, base_url=address, headers=headers)


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoCities]:
    with desk_city(tmp_path_factory.mktemp("two") / "home") as busan:
        clock = FixedClock(busan.installation.clock.now())
        office = Office(open_desks(busan.installation), clock, KeptMail())
        pohang = city(office, THERE)
        sessions: dict[Role, str] = {}
        keys: dict[Role, str] = {}
        for place, kind in enumerate(OrganisationKind):
            account = pohang
            if kind is not OrganisationKind.CITY:
                number = f"POH-{place:04}"
                name = f"포항 기관 {place}"
                account = organisation(office, kind=kind, name=name, number=number, region=THERE)
            with office.desks.transaction() as desk:
                key = issue_key(
                    desk, account.organisation_id, label="p", scopes=KEY_SCOPES, days=1, actor=None
                )
            for role in ROLES_OF[kind]:
                member = person(office, email=f"{role.value}@pohang.example")
                join(office, member, account, roles=frozenset({role}), steward=True)
                sessions[role], keys[role] = session(office, member), key
        yield TwoCities(busan, sessions, keys)


def recorded(cities: TwoCities) -> int:
    installation = cities.busan.installation
    with installation.database.read() as connection:
        return len(events_of(connection, battery_of(installation, FIRST)))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.path)
def test_no_list_of_one_city_shows_the_others_batteries(cities: TwoCities, place: object) -> None:
    for role in place.roles:  # type: ignore[attr-defined]
        for entry in place.entries:  # type: ignore[attr-defined]
            answer = cities.visit(role).get(entry.path)
            assert SERIAL not in answer.text, (role, entry.path)
            assert "기관 1" not in answer.text.replace("포항 기관 1", ""), (role, entry.path)


@pytest.mark.parametrize(("role", "form"), FORMS)
def test_no_form_of_one_city_changes_the_others_batteries(
    cities: TwoCities, role: Role, form: str
) -> None:
    before, visitor = recorded(cities), cities.visit(role)
    place, _, path = form.partition("/")
    address = f"/desk/{place}{battery_path(FIRST)}/{path}"
    sent = {**_token(visitor), "do": "check"}
    answer = visitor.http.post(f"{address}?lang=en", data=sent)
    assert answer.status_code in (403, 404), answer.text[:300]
    assert recorded(cities) == before


def _token(visitor: Visitor) -> dict[str, str]:
    return visitor.hidden("/account")


@pytest.mark.parametrize(("role", "event", "payload"), WRITES)
def test_no_program_of_one_city_records_on_the_others_batteries(
    cities: TwoCities, role: Role, event: str, payload: dict[str, object]
) -> None:
    before = recorded(cities)
    body = {
        "event_type": event,
        "occurred_at": format_utc(cities.busan.installation.clock.now()),
        "payload": payload,
    }
    kind = {"content-type": "application/json"}
    program, sent = cities.program(role), json.dumps(body)
    answer = program.post(f"/v1/events/{FIRST}", content=sent, headers=kind)
    assert answer.status_code == 403, answer.text
    assert recorded(cities) == before


@pytest.mark.parametrize("path", ["/desk/administration/acts", "/desk/city/acts", "/approvals"])
def test_no_record_of_one_city_is_read_in_the_other(cities: TwoCities, path: str) -> None:
    role = Role.CITY_OFFICER if "city" in path else Role.ADMINISTRATOR
    page = cities.visit(role).text(path)
    own = cities.busan.visit(role).text(path)
    names = [each.name for each in cities.busan.organisations.values()]
    assert any(name in own for name in names)
    # "포항 기관 1" holds "기관 1": the others' names are looked for without it.
    left = page.replace("포항 기관", "")
    assert [name for name in names if name in left and name != "Busan"] == []


def test_no_code_is_made_for_the_others_batteries(cities: TwoCities) -> None:
    for role in (Role.INSPECTOR, Role.TRADER, Role.ADMINISTRATOR, Role.MANUFACTURER):
        visitor = cities.visit(role)
        sent = {**_token(visitor), "battery": FIRST}
        answer = visitor.http.post("/claim-codes", data=sent)
        assert answer.status_code in (403, 404, 422), (role, answer.status_code)
        assert "claim-code-made" not in answer.text


def test_what_the_law_opens_is_open_in_every_city(cities: TwoCities) -> None:
    assert cities.visit(Role.AUTHORITY).get(battery_path(FIRST)).status_code == 200
    read = cities.program(Role.RECYCLER).get(f"/v1/passports/{FIRST}")
    assert read.status_code == 200
    check = cities.visit(Role.CUSTOMS).get(f"/desk/supervision{battery_path(FIRST)}/check")
    assert check.status_code == 200
