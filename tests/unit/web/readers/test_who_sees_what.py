"""Exactly the points that policies allow: on the page, in the document, in the proof, on record."""

import re

import httpx
import pytest

from battery_passport.access.model import Purpose
from battery_passport.passport.data_points import DATA_POINTS, data_point
from tests.factories.readers import BEYOND, MemoryReaders
from tests.factories.web import IDENTIFIER
from tests.unit.web.readers.conftest import Ask

PAGE = f"/{IDENTIFIER.path}"
DOCUMENT = f"/v1/passports/{IDENTIFIER}"
PROOF = f"/v1/proofs/{IDENTIFIER}"
SEEN = {
    "owner": {1, 2, 4},
    "inspector": {1, 2, 4},
    "dismantler": {1, 2, 4},
    "recycler": {1, 2, 4},
    "authority": {1, 2, 3},
    "notified-body": {1, 2, 3},
    "manufacturer": {1, 2, 3, 4},
    "customs": {1},
    "trader": {1},
    "site-operator": {1},
    "city-officer": {1},
    "administrator": {1},
    "stranger": {1},
    "": {1},
}
PURPOSES = {
    "owner": "own-use",
    "manufacturer": "own-use",
    "authority": "market-surveillance",
    "notified-body": "conformity-assessment",
}
ASKED = {"inspector", "dismantler", "recycler", "authority", "notified-body"}
NUMBER = re.compile(r'class="papers__number"[^>]*>(\d+)</span>')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def open_page(client: httpx.Client, name: str) -> str:
    """Return the page, the purpose named where it is asked for."""
    answer = client.get(PAGE)
    assert answer.status_code == 200
    if name not in ASKED:
        assert 'type="radio"' not in answer.text
        return answer.text
    token = CSRF.search(answer.text)
    assert token
    purpose = PURPOSES.get(name, "legitimate-interest")
    form = {"csrf": token[1], "purpose": purpose}
    led = client.post(PAGE, data=form, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, PAGE)
    return client.get(PAGE).text


@pytest.mark.parametrize("name", SEEN)
def test_the_page_holds_exactly_the_points_allowed(ask: Ask, name: str) -> None:
    text = open_page(ask(name), name)
    shown = {int(number) for number in NUMBER.findall(text)}
    assert {data_point(number).section for number in shown} == SEEN[name]
    beyond = {n for n in BEYOND if DATA_POINTS[n].section in SEEN[name]}
    assert beyond <= shown
    assert ("our estimate" in text) == (4 in SEEN[name])
    assert ("Accident or other negative event" in text) == (4 in SEEN[name])
    assert ("test.pdf" in text) == (3 in SEEN[name])


@pytest.mark.parametrize("name", SEEN)
def test_the_document_holds_exactly_the_points_allowed(ask: Ask, name: str) -> None:
    answer = ask(name).get(DOCUMENT)
    document = answer.json()
    assert document["annexPoints"] == sorted(SEEN[name])
    numbers = {int(number) for number in document["dataPoints"]}
    assert {DATA_POINTS[number].section for number in numbers} == SEEN[name]
    assert (document["healthEstimate"] is not None) == (4 in SEEN[name])
    assert document["purpose"] == (
        None if SEEN[name] == {1} else PURPOSES.get(name, "legitimate-interest")
    )


def test_a_key_of_an_organisation_opens_what_its_role_opens(ask: Ask) -> None:
    document = ask("key-recycler").get(DOCUMENT).json()
    assert document["annexPoints"] == [1, 2, 4]
    assert ask("key-authority").get(DOCUMENT).json()["annexPoints"] == [1, 2, 3]


def test_another_purpose_opens_only_what_it_opens(ask: Ask) -> None:
    document = ask("recycler").get(DOCUMENT, params={"purpose": "research"}).json()
    assert document["annexPoints"] == [1]


def test_nothing_beyond_the_public_part_is_shown_before_the_purpose_is_named(
    ask: Ask, readers: MemoryReaders
) -> None:
    text = ask("authority").get(PAGE).text
    assert 'value="market-surveillance"' in text
    assert {data_point(int(n)).section for n in NUMBER.findall(text)} == {1}
    assert readers.looks == []


def test_a_purpose_that_opens_nothing_is_not_taken(ask: Ask, readers: MemoryReaders) -> None:
    client = ask("recycler")
    token = CSRF.search(client.get(PAGE).text)
    assert token
    answer = client.post(PAGE, data={"csrf": token[1], "purpose": "own-use"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert readers.looks == []


def test_an_answer_counts_for_the_session_that_gave_it(ask: Ask) -> None:
    first = ask("recycler")
    open_page(first, "recycler")
    second = ask("dismantler")
    second.cookies.set("bp_purpose", first.cookies["bp_purpose"])
    assert 'type="radio"' in second.get(PAGE).text


def test_the_question_can_be_asked_again(ask: Ask) -> None:
    client = ask("recycler")
    token = CSRF.search(open_page(client, "recycler"))
    assert token
    client.post(PAGE, data={"csrf": token[1], "purpose": "ask-again"})
    assert 'type="radio"' in client.get(PAGE).text


def test_a_look_is_on_record_with_who_what_and_why(ask: Ask, readers: MemoryReaders) -> None:
    open_page(ask("recycler"), "recycler")
    (look,) = readers.looks
    assert (look.viewer, look.purpose) == ("recycler", Purpose.LEGITIMATE_INTEREST)
    assert look.points == tuple(n for n in sorted(BEYOND) if DATA_POINTS[n].section in (2, 4))
    assert look.with_estimate
    assert look.organisation_id is not None


def test_one_visit_is_one_look_and_an_owner_leaves_none(ask: Ask, readers: MemoryReaders) -> None:
    client = ask("authority")
    open_page(client, "authority")
    client.get(PAGE)
    client.get(DOCUMENT)
    assert len(readers.looks) == 1
    ask("notified-body").get(DOCUMENT)
    assert len(readers.looks) == 2
    ask("owner").get(PAGE)
    ask("stranger").get(PAGE)
    assert len(readers.looks) == 2


def test_nothing_is_shown_when_the_look_cannot_be_recorded(
    ask: Ask, readers: MemoryReaders
) -> None:
    readers.disk_is_full = True
    answer = ask("key-recycler").get(DOCUMENT)
    assert answer.status_code == 503
    assert "healthEstimate" not in answer.text


@pytest.mark.parametrize("name", ["owner", "recycler", "authority", "stranger"])
def test_the_proof_discloses_the_points_allowed(
    ask: Ask, readers: MemoryReaders, name: str
) -> None:
    answer = ask(name).get(PROOF)
    assert answer.status_code == 200
    assert readers.proofs[-1].points == SEEN[name]
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", [name for name in SEEN if name])
def test_no_shared_cache_keeps_what_one_reader_sees(ask: Ask, name: str) -> None:
    client = ask(name)
    open_page(client, name)
    for path in (PAGE, DOCUMENT):
        headers = client.get(path).headers
        assert "no-store" in headers["cache-control"]
        assert {"Authorization", "Cookie"} <= set(headers["vary"].split(", "))


def test_a_document_is_not_sent_twice_to_whoever_has_it(ask: Ask) -> None:
    client = ask("key-recycler")
    tag = client.get(DOCUMENT).headers["etag"]
    assert client.get(DOCUMENT, headers={"If-None-Match": tag}).status_code == 304
    other = ask("key-authority").get(DOCUMENT, headers={"If-None-Match": tag})
    assert other.status_code == 200
    everyone = ask("").get(DOCUMENT, headers={"If-None-Match": tag})
    assert everyone.status_code == 200


def test_a_value_newer_than_the_signed_version_says_so(ask: Ask) -> None:
    points = ask("owner").get(DOCUMENT).json()["dataPoints"]
    assert (points["68"]["signedIn"], points["68"]["signedValue"]) == (None, 398)
    assert points["61"]["signedIn"] == 3
    assert points["55"]["interval"] == [0.0874, 0.0992]
    assert points["61"]["interval"] is None
    text = ask("owner").get(PAGE).text
    assert "not yet in a signed version" in text
    assert "version 3 says 398" in text


def test_a_computed_value_shows_its_interval_and_method(ask: Ask) -> None:
    text = ask("owner").get(PAGE).text
    assert "90 % between 0.0874 and 0.0992" in text
    assert "from current steps of driving (step-resistance 1)" in text
    public = ask("").get(PAGE).text
    assert "0.0874" not in public


def test_versions_by_number_and_by_date(ask: Ask) -> None:
    client = ask("key-recycler")
    listed = client.get(f"/v1/versions/{IDENTIFIER}").json()["versions"]
    assert [each["version"] for each in listed] == [1, 2, 3]
    at = client.get(DOCUMENT, params={"at": "2026-07-01T00:00:00Z"}).json()
    assert (at["version"], at["newest"], at["healthEstimate"]) == (2, False, None)
    assert client.get(DOCUMENT, params={"version": 3}).json()["newest"]
    for wrong in ({"version": 9}, {"at": "2020-01-01T00:00:00Z"}):
        answer = client.get(DOCUMENT, params=wrong)
        assert (answer.status_code, answer.json()["code"]) == (404, "version-not-found")


def test_events_are_for_those_who_see_the_status(ask: Ask) -> None:
    path = f"/v1/events/{IDENTIFIER}"
    seen = {name: len(ask(name).get(path).json()["events"]) for name in SEEN}
    assert seen == {name: 3 if 4 in points else 0 for name, points in SEEN.items()}


def test_an_unknown_key_is_told_and_not_taken_for_everyone(ask: Ask) -> None:
    answer = ask("key-nobody").get(DOCUMENT)
    assert answer.status_code == 401
