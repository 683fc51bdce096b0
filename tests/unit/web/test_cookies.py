"""Cookies, forms and caches of somebody signed in: what browsers are told and may send."""

from collections.abc import Iterator, Sequence
from http.cookies import Morsel, SimpleCookie
from uuid import UUID

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from battery_passport.access.model import ANONYMOUS, Principal
from battery_passport.web.application import create_application
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.forms import csrf_token
from battery_passport.web.session import (
    CookieNames,
    Visitor,
    begin_session,
    cookies_of,
    end_session,
)
from battery_passport.web.site import Site
from tests.factories.access import person
from tests.factories.asgi import asgi_client
from tests.factories.web import web_services

HTTPS = "https://passport.example"
LOOPBACK = "http://localhost:8000"
TOKEN = "s" * 43
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class OneSession:
    """Knows one session."""

    def by_session(self, token: str) -> Visitor | None:
        return Visitor(principal=person(), name="김하늘", language="ko") if token == TOKEN else None

    def by_bearer(self, token: str) -> Principal:  # noqa: ARG002 - the port's
        return ANONYMOUS

    def by_grant(self, token: str) -> UUID | None:  # noqa: ARG002 - the port's
        return None


def _enter(request: Request) -> Response:
    response = PlainTextResponse("in")
    begin_session(response, request, TOKEN)
    names = cookies_of(request)
    names.put(response, names.known, "k", max_age_s=60)
    names.put(response, names.grant, "g", max_age_s=60)
    return response


def _leave(request: Request) -> Response:
    response = PlainTextResponse("out")
    end_session(response, request)
    return response


def _form(request: Request) -> Response:
    return PlainTextResponse(csrf_token(request), headers={"Cache-Control": "public, max-age=60"})


def _group(_site: Site) -> Sequence[BaseRoute]:
    pages = (("/enter", _enter), ("/leave", _leave), ("/form", _form))
    return [ActionRoute(path, do, methods=("GET",), action="site.read") for path, do in pages] + [
        ActionRoute("/form", _form, methods=("POST",), action="site.read")
    ]


def _client(address: str) -> httpx.Client:
    application = create_application(
        web_services(public_address=address), identification=OneSession(), groups=[_group]
    )
    return asgi_client(application, base_url=address)


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with _client(HTTPS) as made:
        yield made


def _cookies(answer: httpx.Response) -> dict[str, "Morsel[str]"]:
    jar: SimpleCookie = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        jar.load(header)
    return dict(jar)


@pytest.mark.parametrize("path", ["/enter", "/leave", "/form"])
def test_behind_https_every_cookie_is_bound_to_host_and_transport(
    client: httpx.Client, path: str
) -> None:
    set_here = _cookies(client.get(path))
    assert set_here
    for name, cookie in set_here.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"].lower() == "lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_on_loopback_cookies_need_no_transport_security_and_are_as_closed_otherwise() -> None:
    with _client(LOOPBACK) as client:
        set_here = _cookies(client.get("/enter"))
    assert set(set_here) >= {CookieNames.at(LOOPBACK).session}
    for cookie in set_here.values():
        assert cookie["httponly"]
        assert cookie["samesite"].lower() == "lax"


def _signed_in(**more: str) -> dict[str, str]:
    return {"Cookie": f"{CookieNames.at(HTTPS).session}={TOKEN}", "Origin": HTTPS, **FORM, **more}


def test_a_form_with_the_token_of_this_visit_is_taken(client: httpx.Client) -> None:
    token = client.get("/form", headers=_signed_in()).text
    answer = client.post("/form", content=f"csrf={token}", headers=_signed_in())
    assert answer.status_code == 200


@pytest.mark.parametrize("body", ["", "csrf=", "csrf=wrong", "csrf=%ED%95%9C", "other=1"])
def test_a_form_without_the_token_of_this_visit_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/form", content=body, headers=_signed_in())
    assert answer.status_code == 403


def test_the_token_of_another_visit_is_refused(client: httpx.Client) -> None:
    strangers = client.get("/form").text
    answer = client.post("/form", content=f"csrf={strangers}", headers=_signed_in())
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
        {"Origin": "https://passport.example.attacker.example"},
        {"Origin": "http://passport.example"},
        {"Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
    ],
)
def test_a_form_from_another_site_is_refused_whatever_it_carries(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    token = client.get("/form", headers=_signed_in()).text
    answer = client.post("/form", content=f"csrf={token}", headers=_signed_in(**headers))
    assert answer.status_code == 403


def test_a_browser_that_says_cross_site_is_refused_without_an_origin(client: httpx.Client) -> None:
    token = client.get("/form", headers=_signed_in()).text
    headers = _signed_in(**{"Sec-Fetch-Site": "cross-site"})
    del headers["Origin"]
    assert client.post("/form", content=f"csrf={token}", headers=headers).status_code == 403


def test_what_is_made_for_somebody_is_never_stored(client: httpx.Client) -> None:
    assert client.get("/form").headers["cache-control"] == "public, max-age=60"
    assert client.get("/form", headers=_signed_in()).headers["cache-control"] == "no-store"
    bearer = {"Authorization": "Bearer x"}
    assert client.get("/form", headers=bearer).headers["cache-control"] == "no-store"


def test_what_nobody_said_may_be_kept_is_not(client: httpx.Client) -> None:
    assert client.get("/leave").headers["cache-control"] == "no-store"
    assert client.get("/leave").headers["clear-site-data"] == '"cache"'
