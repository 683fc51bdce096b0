"""Requests to the whole application: pages, JSON, negotiation, headers, more pages."""

import json
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.application import create_application
from battery_passport.web.authorization import ActionRoute
from battery_passport.web.security import CONTENT_SECURITY_POLICY, STRICT_TRANSPORT
from battery_passport.web.site import Site
from battery_passport.web.views import ComponentHealth
from tests.factories.asgi import asgi_client
from tests.factories.web import (
    ADDRESS,
    IDENTIFIER,
    Logs,
    MemoryInstallation,
    MemoryPassports,
    memory_passports,
    passport_view,
    web_services,
)

PAGE = f"/{IDENTIFIER.path}"
RESOURCE = f"/v1/passports/{IDENTIFIER}"


@pytest.mark.parametrize("path", ["/", PAGE, "/verify", "/developers", "/search?q=vehicle_03"])
@pytest.mark.parametrize(("code", "word"), [("ko", "배터리 여권"), ("en", "Battery passport")])
def test_every_page_is_there_in_both_languages(
    client: httpx.Client, path: str, code: str, word: str
) -> None:
    mark = "&" if "?" in path else "?"
    answer = client.get(f"{path}{mark}lang={code}", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == code
    assert f'<html lang="{code}"' in answer.text
    assert word in answer.text


def test_language_follows_the_browser_unless_chosen_by_hand(client: httpx.Client) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}
    assert client.get(PAGE, headers=english).headers["content-language"] == "en"
    chosen = client.get(f"{PAGE}?lang=ko", headers=english)
    assert chosen.headers["content-language"] == "ko"
    assert 'href="/verify?lang=ko"' in chosen.text
    assert 'href="/verify"' in client.get(PAGE).text


def test_a_program_gets_json_at_the_digital_link(client: httpx.Client) -> None:
    answer = client.get(PAGE, headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == client.get(RESOURCE).json()
    assert answer.json()["dataPoints"]["11"]["value"] == 206


def test_a_link_set_leads_to_page_document_and_proof(client: httpx.Client) -> None:
    answer = client.get(f"{PAGE}?linkType=linkset")
    assert answer.headers["content-type"] == "application/linkset+json"
    links = answer.json()["linkset"][0]
    for relation in ("defaultLink", "masterData", "certificationInfo"):
        target = links[f"https://ref.gs1.org/voc/{relation}"][0]["href"]
        assert client.get(target.removeprefix(ADDRESS)).status_code == 200


def test_an_unknown_link_type_falls_back_to_the_page(client: httpx.Client) -> None:
    assert client.get(f"{PAGE}?linkType=gs1:recipeInfo").headers["content-type"] == (
        "text/html; charset=utf-8"
    )


def test_a_short_gtin_leads_to_the_canonical_address(client: httpx.Client) -> None:
    answer = client.get(f"/01/{IDENTIFIER.gtin[1:]}/21/X%2F1?lang=en", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"/01/{IDENTIFIER.gtin}/21/X%2F1?lang=en"


def test_a_serial_may_hold_a_slash_and_signs() -> None:
    identifier = BatteryIdentifier(IDENTIFIER.gtin, "A/B&C<D'E")
    services = web_services(passports=memory_passports(passport_view(identifier)))
    client = asgi_client(create_application(services), base_url=ADDRESS)
    page = client.get(f"/{identifier.path}")
    assert page.status_code == 200
    assert "C<D" not in page.text
    assert "C&lt;D" in page.text
    resource = f"/v1/proofs/{identifier.gtin}/{quote(identifier.serial, safe='')}"
    assert resource in page.text
    proof = client.get(resource)
    assert proof.status_code == 200
    assert (
        'filename="battery-passport-09506000134352-A_B_C_D_E-v3.proof.json"'
        in (proof.headers["content-disposition"])
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/01/{IDENTIFIER.gtin}/21/NOBODY", 404),
        ("/01/09506000134353/21/X", 400),
        ("/01/12/21/X", 400),
        (f"/01/{IDENTIFIER.gtin}/21/%ED%95%9C", 400),
        ("/no/such/page", 404),
    ],
)
def test_wrong_addresses_get_a_designed_page(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert '<html lang="ko"' in answer.text
    assert "첫 화면으로" in answer.text


def test_problems_of_the_interface_are_documents(client: httpx.Client) -> None:
    answer = client.get(f"/v1/passports/{IDENTIFIER.gtin}/NOBODY")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "passport-not-found"
    assert problem["type"] == f"{ADDRESS}/developers#problem-passport-not-found"
    assert 'id="problem-passport-not-found"' in client.get("/developers").text
    assert "NOBODY" in problem["detail"]
    assert problem["remedy"]


def test_a_proof_that_is_not_ready_says_when_to_come_back() -> None:
    services = web_services(passports=MemoryPassports({IDENTIFIER: passport_view()}))
    client = asgi_client(create_application(services), base_url=ADDRESS)
    answer = client.get(f"/v1/proofs/{IDENTIFIER}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "8"


def test_proof_and_trust_are_handed_out_byte_for_byte(client: httpx.Client) -> None:
    assert client.get(f"/v1/proofs/{IDENTIFIER}").content == b'{"format":"bp-proof/v1"}'
    assert client.get("/v1/trust").content == b'{"format":"bp-trust/v1"}'


@pytest.mark.parametrize("path", [PAGE, "/healthz", "/no/such/page", "/static/nothing.css"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_transport_security_is_demanded_off_loopback() -> None:
    application = create_application(web_services(public_address="https://passport.example"))
    headers = asgi_client(application, base_url="https://passport.example").get("/healthz").headers
    assert headers["strict-transport-security"] == STRICT_TRANSPORT


def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(client: httpx.Client) -> None:
    for path in ("/", PAGE, "/verify", "/developers", "/no/such/page"):
        text = client.get(path).text
        assert text.count("<script") == text.count('<script src="/static/verifier.')
        assert "<style" not in text
        assert " style=" not in text
        assert " on" not in {piece[:3] for piece in text.split('"')[::2] if "=" in piece}
        assert 'src="http' not in text
        assert 'rel="stylesheet" href="/static/' in text


def test_a_failure_of_ours_shows_no_particulars_and_is_logged() -> None:
    class Broken(MemoryPassports):
        def revision(self, identifier: BatteryIdentifier) -> str | None:
            raise RuntimeError(f"secret detail of {identifier}")

    logs = Logs()
    services = web_services(passports=Broken({}), logs=logs)
    client = asgi_client(create_application(services), base_url=ADDRESS)
    answer = client.get(PAGE)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    [(request_id, error)] = logs.failures
    assert str(error).startswith("secret detail")
    assert request_id in answer.text
    assert answer.headers["x-request-id"] == request_id
    assert "content-security-policy" in answer.headers


def test_access_lines_name_the_route_and_nothing_personal(client: httpx.Client, logs: Logs) -> None:
    client.get(f"{PAGE}?lang=en")
    client.get(f"/v1/passports/{IDENTIFIER}")
    client.get("/no/such/page/kim@example.org")
    assert [line.route for line in logs.access] == [
        "/01/{gtin:str}/21/{serial:path}",
        "/v1/passports/{gtin}/{serial:path}",
        "(no such route)",
    ]
    assert [line.status for line in logs.access] == [200, 200, 404]
    written = json.dumps([str(line) for line in logs.access])
    assert IDENTIFIER.serial not in written
    assert "kim" not in written


def test_readiness_names_what_is_not_ready() -> None:
    installation = MemoryInstallation(
        components=(
            ComponentHealth(name="database", ready=True),
            ComponentHealth(name="ledger", ready=False, detail="does not answer"),
        )
    )
    client = asgi_client(
        create_application(web_services(installation=installation)), base_url=ADDRESS
    )
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["components"][1] == {
        "name": "ledger",
        "ready": False,
        "detail": "does not answer",
    }


def test_a_group_of_pages_is_served_with_the_others() -> None:
    def group(site: Site) -> list[BaseRoute]:
        def page(request: Request) -> Response:
            return PlainTextResponse(f"{request.url.path} {site.services.software_version}")

        return [ActionRoute("/more", page, action="site.read")]

    client = asgi_client(create_application(web_services(), groups=[group]), base_url=ADDRESS)
    assert client.get("/more").text == "/more 0.1.0"


def test_search_finds_by_link_identifier_and_alias(client: httpx.Client) -> None:
    for searched in (str(IDENTIFIER), f"https://id.example/{IDENTIFIER.path}", "vehicle_03"):
        answer = client.get("/search", params={"q": searched}, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"] == PAGE


@pytest.mark.parametrize(("searched", "status"), [("ftp://x/1", 422), ("unknown-name", 404)])
def test_search_says_what_is_wrong_and_keeps_what_was_typed(
    client: httpx.Client, searched: str, status: int
) -> None:
    answer = client.get("/search", params={"q": searched})
    assert answer.status_code == status
    assert f'value="{searched}"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_was_typed_is_escaped(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": '"><img src=x onerror=alert(1)>'})
    assert "<img src=x" not in answer.text


def test_a_page_is_rendered_once_and_revalidated() -> None:
    passports = memory_passports()
    client = asgi_client(create_application(web_services(passports=passports)), base_url=ADDRESS)
    first = client.get(PAGE)
    assert client.get(PAGE, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get(PAGE, headers={"Accept-Encoding": "identity"}).text == first.text
    assert passports.finds == 1
    assert "Accept-Language" in first.headers["vary"]


def test_a_new_version_is_shown_at_once() -> None:
    passports = memory_passports()
    client = asgi_client(create_application(web_services(passports=passports)), base_url=ADDRESS)
    first = client.get(PAGE)
    passports.views[IDENTIFIER] = replace(passport_view(), version=4)
    second = client.get(PAGE, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert "제4판" in second.text


def test_static_files_carry_their_digest_and_may_be_kept_for_ever(client: httpx.Client) -> None:
    text = client.get("/").text
    addresses = {piece for piece in text.split('"') if piece.startswith("/static/")}
    assert len(addresses) == 4
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/../application.py").status_code == 404


def test_the_interface_is_described(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/v1/passports/{gtin}/{serial}",
        "/v1/versions/{gtin}/{serial}",
        "/v1/events/{gtin}/{serial}",
        "/v1/measurements/{gtin}/{serial}",
        "/v1/obligations/{gtin}/{serial}",
        "/v1/consignments",
        "/v1/proofs/{gtin}/{serial}",
        "/v1/trust",
        "/healthz",
        "/readyz",
    }
    for path in document["paths"]:
        assert path in client.get("/developers").text
