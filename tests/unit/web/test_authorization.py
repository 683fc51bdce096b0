"""Routes with actions: the door, the question inside, and answers that nobody decided on."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from battery_passport.access.model import (
    ANONYMOUS,
    Principal,
    Purpose,
    Resource,
    ResourceKind,
    Role,
)
from battery_passport.web.application import create_application
from battery_passport.web.authorization import (
    SIGN_IN_PATH,
    ActionRoute,
    authorize,
    may,
    read_passport,
    requires,
)
from battery_passport.web.session import Visitor
from battery_passport.web.site import Site
from tests.factories.access import (
    OTHER_PERSON,
    PERSON,
    battery,
    grant_holder,
    machine,
    person,
)
from tests.factories.asgi import asgi_client
from tests.factories.web import ADDRESS, Logs, web_services

BEARERS = {
    "person": person(),
    "inspector": person(Role.INSPECTOR),
    "recycler": person(Role.RECYCLER),
    "key": machine(Role.INSPECTOR, scopes=["event.record.inspection"]),
    "link": grant_holder(),
}
INSPECTION = "event.record.inspection"


class Known:
    """Knows the readers above by name."""

    def by_session(self, _token: str) -> Visitor | None:
        return None

    def by_bearer(self, token: str) -> Principal:
        return BEARERS.get(token, ANONYMOUS)

    def by_grant(self, _token: str) -> UUID | None:
        return None


def account_of(person_id: UUID) -> Resource:
    return Resource(kind=ResourceKind.PERSON, owner_id=person_id)


def page(_request: Request) -> Response:
    return PlainTextResponse("shown")


def own_account(request: Request) -> Response:
    whose = UUID(request.path_params["person"])
    authorize(request, "account.read", account_of(whose), Purpose.OWN_USE)
    return PlainTextResponse("shown")


def inspect(request: Request) -> Response:
    region = request.query_params.get("city", "busan")
    authorize(request, INSPECTION, battery(region=region), Purpose.LEGITIMATE_INTEREST)
    return PlainTextResponse("shown")


def points(request: Request) -> Response:
    reading = read_passport(request, battery())
    offered = may(request, INSPECTION, battery(), Purpose.LEGITIMATE_INTEREST)
    return PlainTextResponse(f"{sorted(reading.points)} {reading.purpose} {offered}")


def asks_for_something_else(request: Request) -> Response:
    authorize(request, "passport.read", battery(annex_point=1), Purpose.OWN_USE)
    return PlainTextResponse("never shown")


def leads_on_without_asking(_request: Request) -> Response:
    return RedirectResponse("/", status_code=303)


router = APIRouter()


@router.get("/v1/home", dependencies=[requires("home.open")])
def home() -> str:
    return "shown"


@router.get("/v1/careless", dependencies=[requires(INSPECTION)])
def careless() -> str:
    return "never shown"


@router.get("/v1/inspect/{city}", dependencies=[requires(INSPECTION)])
def inspect_by_key(request: Request, city: str) -> str:
    authorize(request, INSPECTION, battery(region=city), Purpose.LEGITIMATE_INTEREST)
    return "shown"


def more_pages(_site: Site) -> list[BaseRoute]:
    """Pages of every kind: for the signed in, about a thing, careless ones."""
    return [
        ActionRoute(SIGN_IN_PATH, page, action="account.sign-in"),
        ActionRoute("/home", page, action="home.open"),
        ActionRoute("/account/{person}", own_account, action="account.read"),
        ActionRoute("/inspect", inspect, action=(INSPECTION, "event.record.repair")),
        ActionRoute("/points", points, action="passport.read"),
        ActionRoute("/elsewhere", asks_for_something_else, action=INSPECTION),
        ActionRoute("/on", leads_on_without_asking, action="battery.release"),
        *router.routes,
    ]


@pytest.fixture
def visitor(logs: Logs) -> Iterator[httpx.Client]:
    application = create_application(
        web_services(logs=logs), identification=Known(), groups=[more_pages]
    )
    headers = {"Accept": "text/html", "Accept-Language": "ko"}
    with asgi_client(application, base_url=ADDRESS, headers=headers) as made:
        yield made


def ask(client: httpx.Client, path: str, who: str = "", **headers: str) -> httpx.Response:
    named = {"Authorization": f"Bearer {who}"} if who else {}
    return client.get(path, headers=named | headers, follow_redirects=False)


def test_who_has_not_signed_in_is_led_to_the_page_that_leads_back(visitor: httpx.Client) -> None:
    answer = ask(visitor, "/home")

    assert answer.status_code == 401
    assert "먼저 로그인해 주세요" in answer.text
    assert f'href="{SIGN_IN_PATH}?next=%2Fhome"' in answer.text
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_program_is_told_in_a_problem(visitor: httpx.Client) -> None:
    answer = ask(visitor, "/v1/home", Accept="application/json")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "sign-in-needed"
    assert ask(visitor, "/v1/home", "person").json() == "shown"


def test_a_role_that_could_never_do_it_is_refused_at_the_door(visitor: httpx.Client) -> None:
    answer = ask(visitor, "/inspect", "recycler")

    assert answer.status_code == 403
    assert "볼 수 있는 권한이 없습니다" in answer.text


def test_a_thing_that_is_not_ones_own_business_is_refused_inside(visitor: httpx.Client) -> None:
    assert ask(visitor, "/inspect", "inspector").text == "shown"
    assert ask(visitor, "/inspect?city=pohang", "inspector").status_code == 403


def test_whether_others_have_an_account_is_not_told(visitor: httpx.Client) -> None:
    others, nobodys = f"/account/{OTHER_PERSON}", f"/account/{UUID(int=9)}"

    assert ask(visitor, f"/account/{PERSON}", "person").text == "shown"
    refused = [ask(visitor, path, "person") for path in (others, nobodys)]
    assert [answer.status_code for answer in refused] == [404, 404]
    assert "account.read" not in refused[0].text


def test_a_key_does_what_its_scope_and_city_allow(visitor: httpx.Client) -> None:
    assert ask(visitor, "/v1/inspect/busan", "key").json() == "shown"
    assert ask(visitor, "/v1/inspect/pohang", "key").status_code == 403
    assert ask(visitor, "/home", "key").status_code == 403


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("", "[1] own-use False"),
        ("link", "[1] purchase False"),
        ("recycler", "[1, 2, 4] legitimate-interest False"),
        ("inspector", "[1, 2, 4] legitimate-interest True"),
    ],
)
def test_a_page_learns_which_points_to_show(visitor: httpx.Client, who: str, shown: str) -> None:
    assert ask(visitor, "/points", who).text == shown


@pytest.mark.parametrize(
    ("path", "who"),
    [("/elsewhere", "inspector"), ("/on", "person"), ("/v1/careless", "inspector")],
)
def test_an_endpoint_that_never_asked_gets_no_answer_out(
    visitor: httpx.Client, logs: Logs, path: str, who: str
) -> None:
    answer = ask(visitor, path, who)

    assert answer.status_code == 500
    assert "never shown" not in answer.text
    assert "without asking" in str(logs.failures[0][1])


def test_the_public_pages_ask_nobody_who_he_is(visitor: httpx.Client) -> None:
    for path in ("/", "/verify", "/healthz", "/openapi.json", "/v1/trust"):
        assert ask(visitor, path).status_code == 200


def test_the_router_may_lead_to_the_same_path_without_a_slash(visitor: httpx.Client) -> None:
    assert ask(visitor, "/verify/").status_code == 307
