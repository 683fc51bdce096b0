"""Readers over a real installation: points by role, looks on record, events once, duties."""

import json
from collections.abc import Iterator

import httpx
import pytest

from battery_passport.access.acts import parse_act_record
from battery_passport.access.model import Purpose
from battery_passport.adapters.sql.acts import ActStore
from battery_passport.adapters.sql.looks import LookStore
from battery_passport.adapters.sql.records import EventStore
from battery_passport.assembly.installation import Installation
from battery_passport.assembly.public_site import build_site
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.proof.verification import verify_bundle
from tests.factories.asgi import asgi_client
from tests.factories.installation import run
from tests.factories.reading_city import BATTERY, SECOND, ReadingCity, battery_of, reading_city

pytestmark = pytest.mark.integration

IDENTIFIER = BatteryIdentifier(*BATTERY.split("/"))
DOCUMENT = f"/v1/passports/{BATTERY}"
EVENTS = f"/v1/events/{BATTERY}"
INSPECTED = {
    "eventType": "inspected",
    "occurredAt": "2026-01-05T00:00:00Z",
    "payload": {"kind": "periodic", "result": "passed", "insulation_kohm": 2400},
}


class Place:
    """An installation with its readers and the application that `serve` runs."""

    def __init__(self, installation: Installation, city: ReadingCity) -> None:
        self.installation = installation
        self.city = city
        self.application = build_site(installation, waiting_batches=lambda: 0)

    def client(self, *, key: str = "", session: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.city.keys[key]}"} if key else {}
        made = asgi_client(self.application, base_url="http://127.0.0.1:8000", headers=headers)
        if session:
            made.cookies.set("bp_session", self.city.sessions[session])
        return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with reading_city(tmp_path_factory.mktemp("readers") / "home") as (installation, city):
        yield Place(installation, city)


@pytest.mark.parametrize(
    ("key", "points"),
    [("", [1]), ("customs", [1]), ("recycler", [1, 2, 4]), ("authority", [1, 2, 3])],
)
def test_each_reader_gets_his_points(place: Place, key: str, points: list[int]) -> None:
    document = place.client(key=key).get(DOCUMENT).json()
    assert document["annexPoints"] == points
    assert ("61" in document["dataPoints"]) == (4 in points)
    assert ("45" in document["dataPoints"]) == (2 in points)
    assert ("50" in document["dataPoints"]) == (3 in points)
    assert (document["healthEstimate"] is not None) == (4 in points)


def test_what_came_after_the_signed_version_says_so(place: Place) -> None:
    document = place.client(session="owner").get(DOCUMENT).json()
    assert document["dataPoints"]["61"]["signedIn"] == document["version"]
    assert document["dataPoints"]["68"]["signedIn"] is None
    assert document["dataPoints"]["68"]["value"] == 312
    estimate = document["healthEstimate"]
    assert estimate["lowPercent"] < estimate["valuePercent"] < estimate["highPercent"]
    assert estimate["logIndex"] is not None


def test_a_look_is_kept_for_the_owner_and_in_the_log(place: Place) -> None:
    place.client(key="recycler").get(DOCUMENT)
    battery = battery_of(place.installation)
    with place.installation.database.read() as connection:
        looks = LookStore(connection).of_battery(
            battery.battery_id, since=battery.registered_at, until=None, limit=50, offset=0
        )
        store = ActStore(connection)
        pseudonym = store.known_pseudonym(place.city.owner_id)
        assert pseudonym
        acts = [parse_act_record(record).name for record in store.records_of(pseudonym)]
    look = next(each for each in looks if each.purpose is Purpose.LEGITIMATE_INTEREST)
    assert (look.viewer, look.with_estimate) == ("machine", True)
    assert {45, 61} <= set(look.points)
    assert 50 not in look.points
    assert "battery-looked-at" in acts


def test_an_event_is_recorded_once_for_a_key(place: Place) -> None:
    client = place.client(key="inspection-body")
    headers = {"Idempotency-Key": "inspection-4711"}
    first = client.post(EVENTS, json=INSPECTED, headers=headers)
    again = client.post(EVENTS, json=INSPECTED, headers=headers)
    assert first.status_code == 201, first.text
    assert again.json() == first.json()
    with place.installation.database.read() as connection:
        stored = EventStore(connection).of_battery(battery_of(place.installation).battery_id)
    assert [each.type for each in stored].count("inspected") == 1
    changed = INSPECTED | {"occurredAt": "2026-01-06T00:00:00Z"}
    refused = client.post(EVENTS, json=changed, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")


def test_events_are_checked_as_everywhere(place: Place) -> None:
    client = place.client(key="inspection-body")
    wrong = INSPECTED | {"payload": {"kind": "periodic", "result": "wonderful"}}
    answer = client.post(EVENTS, json=wrong, headers={"Idempotency-Key": "inspection-4712"})
    assert answer.status_code == 422
    answer = place.client(key="recycler").post(
        EVENTS, json=INSPECTED, headers={"Idempotency-Key": "inspection-4713"}
    )
    assert answer.status_code == 403


def test_a_proof_with_the_readers_sections_verifies(place: Place) -> None:
    place.installation.anchoring.anchor_now()
    trust = str(run(place.installation, "trust-export")["content"]).encode()
    sections = {}
    for key in ("", "recycler", "authority"):
        answer = place.client(key=key).get(f"/v1/proofs/{BATTERY}")
        assert answer.status_code == 200, answer.text
        verify_bundle(answer.content, trust)
        sections[key] = len(json.loads(answer.content)["credential"].split("~"))
    assert sections[""] < sections["recycler"] == sections["authority"]


def test_duties_and_consignments(place: Place) -> None:
    authority = place.client(key="authority")
    duties = authority.get(f"/v1/obligations/{BATTERY}").json()["obligations"]
    assert len(duties) == 71
    filled = next(each for each in duties if each["number"] == 61)
    assert (filled["state"], filled["source"][:6]) == ("filled", "event:")
    asked = [BATTERY, SECOND, BATTERY, "09526170000202/NOBODY", "!!", "unknown-alias"]
    answers = place.client(key="customs").post("/v1/consignments", json={"identifiers": asked})
    verdicts = [each["verdict"] for each in answers.json()["answers"]]
    assert verdicts[0] in ("valid", "valid-not-yet-recorded")
    assert verdicts[1:] == [
        "no-passport",
        "listed-before",
        "unknown-battery",
        "no-identifier",
        "unknown-battery",
    ]


def test_an_older_version_shows_nothing_of_today(place: Place) -> None:
    run(place.installation, "passport-issue", battery=BATTERY)
    client = place.client(session="owner")
    listed = client.get(f"/v1/versions/{BATTERY}").json()["versions"]
    assert [each["version"] for each in listed] == [1, 2]
    first = client.get(DOCUMENT, params={"version": 1}).json()
    assert (first["newest"], first["healthEstimate"]) == (False, None)
    assert "68" not in first["dataPoints"]
    assert client.get(DOCUMENT).json()["dataPoints"]["68"]["signedIn"] == 2
    at = client.get(DOCUMENT, params={"at": listed[0]["issuedAt"]}).json()
    assert at["version"] == 1


def test_everyones_page_is_new_as_soon_as_something_was_written(place: Place) -> None:
    client = place.client()
    before = client.get(DOCUMENT).json()["version"]
    assert client.get(DOCUMENT).json()["version"] == before
    run(place.installation, "passport-issue", battery=BATTERY)
    assert client.get(DOCUMENT).json()["version"] == before + 1
