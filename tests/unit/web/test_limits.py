"""How often one may ask, and how much one may send."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from battery_passport.access.model import ANONYMOUS, Principal, PrincipalKind
from battery_passport.access.policy.actions import ACTIONS
from battery_passport.web.application import create_application
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.bodies import MAX_BODY_BYTES
from battery_passport.web.body_limit import BodyLimit
from battery_passport.web.limits import (
    ADDRESS_RATES,
    PRINCIPAL_RATES,
    PROVING_ACTIONS,
    Buckets,
    Rate,
    RouteClass,
    by_address,
    by_principal,
)
from battery_passport.web.site import Site
from battery_passport.web.static_files import load_static_files
from tests.factories.asgi import asgi_client
from tests.factories.web import ADDRESS, web_services

RATES = dict.fromkeys(RouteClass, Rate(burst=3, per_s=0.5))


class Clock:
    """A clock that a test moves."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_burst_is_let_in_and_then_a_steady_trickle() -> None:
    clock = Clock()
    buckets = Buckets(RATES, now_s=clock)
    waits = [buckets.wait_s("a", RouteClass.READING) for _ in range(4)]
    assert waits == [0, 0, 0, 2]
    clock.now_s = 1.0
    assert buckets.wait_s("a", RouteClass.READING) == 1
    clock.now_s = 2.0
    assert buckets.wait_s("a", RouteClass.READING) == 0
    assert buckets.wait_s("a", RouteClass.READING) == 2


def test_asking_while_refused_does_not_prolong_the_wait() -> None:
    clock = Clock()
    buckets = Buckets(RATES, now_s=clock)
    for _ in range(50):
        buckets.wait_s("a", RouteClass.READING)
    clock.now_s = 2.0
    assert buckets.wait_s("a", RouteClass.READING) == 0


def test_callers_and_classes_do_not_share_a_bucket() -> None:
    buckets = Buckets(RATES, now_s=Clock())
    for _ in range(4):
        buckets.wait_s("a", RouteClass.PROVING)
    assert buckets.wait_s("a", RouteClass.PROVING) > 0
    assert buckets.wait_s("b", RouteClass.PROVING) == 0
    assert buckets.wait_s("a", RouteClass.READING) == 0


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    buckets = Buckets(RATES, capacity=10, now_s=Clock())
    for number in range(1_000):
        buckets.wait_s("busy", RouteClass.READING)
        buckets.wait_s(f"passer-by {number}", RouteClass.READING)
    assert len(buckets) == 10
    assert buckets.wait_s("busy", RouteClass.READING) > 0


def test_a_factor_widens_and_narrows_every_limit() -> None:
    wide = Buckets(RATES, factor=2, now_s=Clock())
    assert [wide.wait_s("a", RouteClass.READING) for _ in range(7)] == [0] * 6 + [1]
    narrow = Buckets(RATES, factor=0.001, now_s=Clock())
    assert narrow.wait_s("a", RouteClass.READING) == 0, "one request is always let in"


def test_every_class_has_a_rate_and_guessing_is_the_slowest() -> None:
    for rates in (ADDRESS_RATES, PRINCIPAL_RATES):
        assert set(rates) == set(RouteClass)
        reading, changing, proving = (
            rates[name].per_s
            for name in (RouteClass.READING, RouteClass.CHANGING, RouteClass.PROVING)
        )
        assert reading > changing > proving
    assert set(ACTIONS) >= PROVING_ACTIONS


def _request(host: str | None = None, principal: Principal = ANONYMOUS) -> Request:
    client = None if host is None else (host, 1)
    scope = {"type": "http", "client": client, "state": {"principal": principal}}
    return Request(scope)


def test_one_subscriber_of_ipv6_is_one_caller() -> None:
    assert by_address(_request("2001:db8:1:2:aaaa::1")) == by_address(_request("2001:db8:1:2::9"))
    assert by_address(_request("2001:db8:1:3::9")) != by_address(_request("2001:db8:1:2::9"))
    assert by_address(_request("192.0.2.7")) == "192.0.2.7"
    assert by_address(_request()) == ""


def test_people_machines_and_links_are_counted_apart() -> None:
    known = UUID(int=7)
    principals = (
        Principal(kind=PrincipalKind.PERSON, person_id=known),
        Principal(kind=PrincipalKind.MACHINE, organisation_id=known),
        Principal(kind=PrincipalKind.GRANT_HOLDER, grant_id=known),
    )
    assert len({by_principal(_request(principal=each)) for each in principals}) == 3
    assert by_principal(_request()) is None


def _sign_in(request: Request) -> Response:
    return PlainTextResponse(f"{request.method} done")


def _group(_site: Site) -> list[BaseRoute]:
    methods = ("GET", "POST")
    return [
        ActionRoute("/v1/try", _sign_in, methods=methods, action="account.sign-in"),
        ActionRoute("/v1/send", _sign_in, methods=methods, action="telemetry.send"),
    ]


@pytest.fixture
def limited() -> Iterator[httpx.Client]:
    """A client of a site with a tenth of the usual rates."""
    application = create_application(web_services(), groups=[_group], rate_factor=0.1)
    with asgi_client(application, base_url=ADDRESS) as client:
        yield client


def test_guessing_is_refused_first_and_told_when_to_return(limited: httpx.Client) -> None:
    answers = [limited.post("/v1/try") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too-many-requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert limited.post("/v1/send").status_code == 200
    assert limited.get("/v1/try").status_code == 200


def test_a_person_who_asks_too_often_gets_a_page(limited: httpx.Client) -> None:
    limited.headers["Accept"] = "text/html"
    answers = [limited.get("/verify") for _ in range(80)]
    assert [answer.status_code for answer in answers].count(200) in range(60, 75)
    assert '<html lang="ko"' in answers[-1].text
    assert "너무 많이" in answers[-1].text
    assert answers[-1].headers["retry-after"]


def test_without_a_factor_nothing_is_counted() -> None:
    application = create_application(web_services(), groups=[_group])
    with asgi_client(application, base_url=ADDRESS) as client:
        assert {client.post("/v1/try").status_code for _ in range(100)} == {200}


def _post(client_site: Site, *pieces: bytes, announced: str = "") -> tuple[int, int]:
    """Return the status of a request with that body, and how many pieces were asked for."""
    asked = 0

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        more = asked < len(pieces)
        return {"type": "http.request", "body": pieces[asked - 1], "more_body": more}

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(str(len(await Request(scope, receive).body())))(
            scope, receive, send
        )

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", announced.encode())] if announced else []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/send",
        "query_string": b"",
        "headers": headers,
        "state": {"request_id": "r"},
    }
    asyncio.run(BodyLimit(whole, site=client_site, most_bytes=100)(scope, receive, send))
    return sent[0]["status"], asked


@pytest.fixture(scope="module")
def site() -> Site:
    services = web_services()
    return Site(services, load_static_files(services.node_modules))


def test_a_body_that_says_it_is_too_large_is_not_read(site: Site) -> None:
    assert _post(site, b"x", announced="101") == (413, 0)
    assert _post(site, b"x", announced="9" * 5_000) == (413, 0)
    assert _post(site, b"x" * 100, announced="100") == (200, 1)


def test_a_body_of_unknown_length_is_measured_on_the_way(site: Site) -> None:
    assert _post(site, b"x" * 50, b"x" * 50) == (200, 2)
    assert _post(site, b"x" * 50, b"x" * 51, b"x" * 1_000) == (413, 2)


def test_what_was_measured_is_given_on_whole(limited: httpx.Client) -> None:
    assert limited.post("/v1/send", content=b"a" * 5_000).status_code == 200
    assert limited.post("/v1/send", content=b"a" * (MAX_BODY_BYTES + 1)).status_code == 413
