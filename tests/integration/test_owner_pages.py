"""Owners' pages against bad input and other people: refused plainly, nothing leaked."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from battery_passport.access.model import Role
from battery_passport.access.sharing.codes import new_code
from battery_passport.access.sharing.granting import GrantWish, NewGrant
from battery_passport.access.sharing.model import CodeKind, Part
from tests.factories.accounts_site import Guest, guest
from tests.factories.owners import OwnersPlace, make_member, owners_place

pytestmark = pytest.mark.integration

ADDRESS = "http://localhost:8000"
HOSTILE = (
    "",
    "A" * 10_000,
    "<script>alert(1)</script>",
    "'; DROP TABLE ownerships;--",
    "\u202e7K2M",
    "раураl-код",
    "\x00\x01\x02",
    "{{ 7*7 }}",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnersPlace]:
    with owners_place(tmp_path_factory.mktemp("home"), days=12) as opened:
        yield opened


def visitor(place: OwnersPlace, name: str) -> Guest:
    """Return somebody signed in, at a fresh account."""
    person_id = place.person(f"{name}-{uuid4().hex[:8]}@example.org")
    come = guest(place.application, address=ADDRESS)
    come.http.headers["cookie"] = f"bp_session={place.session(person_id)}"
    return come


@pytest.fixture
def owner(place: OwnersPlace) -> Guest:
    """Somebody who has just claimed the car, whoever had it before."""
    come = visitor(place, "owner")
    answer = come.send("/my/claim", code=place.code(CodeKind.CORRECTION))
    assert answer.status_code == 303
    return come


def grant_of(place: OwnersPlace, *parts: Part) -> NewGrant:
    """Make a grant of the car in its owner's name."""
    with place.stores().writing() as stores:
        current = stores.ownerships.current(place.battery.battery_id)
        assert current is not None
        assert current.person_id is not None
        wish = GrantWish(battery_id=place.battery.battery_id, parts=frozenset(parts))
        return stores.granting.make(current.person_id, wish, place.installation.clock.now())


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_codes_are_refused_and_come_back_escaped(place: OwnersPlace, typed: str) -> None:
    answer = visitor(place, "guess").send("/my/claim", code=typed)
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert 'value="49"' not in answer.text


def test_a_wrong_code_and_the_code_of_an_owned_battery_are_told_apart_by_nobody(
    place: OwnersPlace, owner: Guest
) -> None:
    assert owner.get("/my").status_code == 200
    other = visitor(place, "other")
    wrong = other.send("/my/claim", code=new_code())
    owned = other.send("/my/claim", code=place.code())
    told = [
        answer.text.partition('role="alert">')[2].partition("</p>")[0] for answer in (wrong, owned)
    ]
    assert told[0] == told[1] != ""
    assert wrong.status_code == owned.status_code == 422


def test_guessing_is_throttled(place: OwnersPlace) -> None:
    guesser = visitor(place, "guesser")
    answers = [guesser.send("/my/claim", code=new_code()).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2


def test_nobody_without_a_session_gets_in(place: OwnersPlace) -> None:
    stranger = guest(place.application, address=ADDRESS)
    for path in ("/my", "/my/share", "/my/grants", "/my/looks", "/my/data", "/claim-codes"):
        assert stranger.get(path).status_code == 401


def test_forms_without_their_token_change_nothing(place: OwnersPlace, owner: Guest) -> None:
    made = grant_of(place, Part.STATUS)
    revoke = f"/my/grants/{made.grant.grant_id}/revoke"
    for path, form in (
        ("/my/share", {"part": "status", "hours": "72"}),
        (revoke, {}),
        ("/my/data/erase", {"phrase": "erase my data"}),
        ("/my/consents", {"purpose": "research", "decision": "give", "version": "1"}),
    ):
        for token in ("", "x" * 43):
            answer = owner.http.post(path, data={**form, "csrf": token})
            assert answer.status_code in (403, 422)
    with place.stores().reading() as stores:
        kept = stores.grants.by_id(made.grant.grant_id)
        assert kept is not None
        assert kept.revoked_at is None


def test_other_peoples_things_are_not_there(place: OwnersPlace, owner: Guest) -> None:
    assert owner.get("/my").status_code == 200
    made = grant_of(place, Part.STATUS)
    other = visitor(place, "other")
    battery = place.battery.battery_id
    token = other.csrf("/my/claim")
    theirs = other.http.post(f"/my/grants/{made.grant.grant_id}/revoke", data={"csrf": token})
    nobodys = other.http.post(f"/my/grants/{uuid4()}/revoke", data={"csrf": token})
    assert theirs.status_code == nobodys.status_code == 404
    for path in ("/my", "/my/share", "/my/hand-over", "/my/looks"):
        found = other.get(f"{path}?battery={battery}")
        invented = other.get(f"{path}?battery={uuid4()}")
        assert found.status_code == invented.status_code == 404
    shared = other.http.post(
        "/my/share", data={"csrf": token, "battery": str(battery), "part": "status"}
    )
    assert shared.status_code == 404


@pytest.mark.parametrize("token", ["x" * 43, "..%2f..%2fetc", "%00", "x" * 3_000])
def test_guessed_links_show_a_plain_page(place: OwnersPlace, token: str) -> None:
    answer = guest(place.application, address=ADDRESS).get(f"/g/{token}")
    assert answer.status_code == 404
    assert "bp_grant" not in answer.headers.get("set-cookie", "").replace('bp_grant=""', "")


def test_a_link_is_exchanged_and_stays_in_no_address(
    place: OwnersPlace, owner: Guest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    assert owner.get("/my").status_code == 200
    made = grant_of(place, Part.ESTIMATE, Part.STATUS)
    buyer = guest(place.application, address=ADDRESS)
    answer = buyer.get(f"/g/{made.token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/shared")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert made.token not in answer.headers["set-cookie"]
    cookie = answer.headers["set-cookie"].partition(";")[0]
    shown = guest(place.application, address=ADDRESS, headers={"cookie": cookie}).get("/shared")
    assert shown.status_code == 200
    assert "Original" in shown.text
    assert made.token not in shown.text
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("battery_")]
    assert ours
    assert made.token not in "".join(ours)


def test_a_bot_that_fetches_the_link_counts_as_nobody(place: OwnersPlace, owner: Guest) -> None:
    assert owner.get("/my").status_code == 200
    made = grant_of(place, Part.STATUS)
    bot = guest(place.application, address=ADDRESS)
    assert bot.get(f"/g/{made.token}").status_code == 303
    with place.stores().reading() as stores:
        kept = stores.grants.by_id(made.grant.grant_id)
    assert kept is not None
    assert kept.opens == 0


def test_a_grant_narrows_the_passport_page_too(place: OwnersPlace, owner: Guest) -> None:
    assert owner.get("/my").status_code == 200
    made = grant_of(place, Part.STATUS)
    buyer = guest(place.application, address=ADDRESS)
    cookie = buyer.get(f"/g/{made.token}").headers["set-cookie"].partition(";")[0]
    holder = guest(place.application, address=ADDRESS, headers={"cookie": cookie})
    page = holder.get(f"/{place.battery.identifier.path}").text
    assert "Internal resistance now" not in page
    assert "Charge and discharge cycles so far" not in page


def test_the_access_log_is_a_table_without_formulas(place: OwnersPlace, owner: Guest) -> None:
    made = grant_of(place, Part.ESTIMATE, Part.STATUS)
    buyer = guest(place.application, address=ADDRESS)
    cookie = buyer.get(f"/g/{made.token}").headers["set-cookie"].partition(";")[0]
    assert (
        guest(place.application, address=ADDRESS, headers={"cookie": cookie})
        .get("/shared")
        .is_success
    )
    table = owner.get("/my/looks.csv?lang=en")
    assert table.headers["content-type"].startswith("text/csv")
    lines = table.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "When,Who,Organisation,Link,Why,What"
    assert "Holder of your link" in lines[1]
    assert "Status of the battery" in lines[1]


@pytest.mark.parametrize("page", ["-1", "0", "9" * 400, "x", "１"])
def test_odd_page_numbers_are_the_first_page(owner: Guest, page: str) -> None:
    assert owner.get(f"/my/looks?page={page}").status_code == 200


def test_consent_needs_the_text_that_stands_now(owner: Guest) -> None:
    old = owner.send("/my/consents", purpose="research", decision="give", version="0")
    assert old.status_code == 409
    given = owner.send("/my/consents", purpose="research", decision="give", version="1")
    assert given.status_code == 303
    assert owner.send("/my/consents", purpose="invented", decision="give").status_code == 404


def test_only_roles_that_may_make_codes_for_batteries_of_theirs(place: OwnersPlace) -> None:
    identifier = str(place.battery.identifier)
    plain = visitor(place, "plain")
    assert plain.get("/claim-codes").status_code == 403
    token = plain.csrf("/my/claim")
    refused = plain.http.post("/claim-codes", data={"csrf": token, "battery": identifier})
    assert refused.status_code == 403
    person_id = place.person(f"maker-{uuid4().hex[:8]}@example.org")
    make_member(place, person_id, place.battery.responsible_id, Role.MANUFACTURER)
    maker = guest(place.application, address=ADDRESS)
    maker.http.headers["cookie"] = f"bp_session={place.session(person_id)}"
    made = maker.send("/claim-codes?lang=en", battery=identifier)
    assert made.status_code == 200
    assert "works once" in made.text
    for typed in ("no such battery", "09506000134352/NOWHERE", "x" * 5_000):
        assert maker.send("/claim-codes", battery=typed).status_code == 404
