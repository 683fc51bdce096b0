"""The public pages: which request gets which page, in which language, from which cache.

In: requests for pages. Out: HTML (or JSON where a program asks at a passport's own address).
"""

import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.access.model import Purpose
from battery_passport.access.policy.reading import READ
from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.identifiers import BatteryIdentifier, parse_battery_identifier
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.web.api.documents import build_document
from battery_passport.web.api.passports import PUBLIC_POINT, find_passport
from battery_passport.web.authorization import authorize
from battery_passport.web.delivery import FOREVER, Delivery, DeliveryCache, deliver, prepare
from battery_passport.web.language import (
    LANGUAGE_NAMES,
    Language,
    load_language,
    preferred_language,
)
from battery_passport.web.linkset import LINKSET_MEDIA_TYPE, LINKSET_REQUESTS, build_linkset
from battery_passport.web.pages.developers import build_developers_page
from battery_passport.web.pages.failure import build_failure_page
from battery_passport.web.pages.home import build_home_page
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.passport import build_passport_page
from battery_passport.web.pages.verify import VerifyPage
from battery_passport.web.ports import WebServices
from battery_passport.web.problems import Problem
from battery_passport.web.rendering import Page, render
from battery_passport.web.static_files import StaticFiles

CACHED_PAGES = 256
"""About 40 kB each: 10 MB at most."""

CHECK_AGAIN_AFTER_S = 300.0
"""A page kept for longer would show a check that nobody repeated."""

MAX_SEARCH_LETTERS = 300


class Site:
    """The pages of one installation."""

    def __init__(self, services: WebServices, files: StaticFiles) -> None:
        self.services = services
        self._files = files
        self._cache = DeliveryCache(CACHED_PAGES, keep_s=CHECK_AGAIN_AFTER_S)
        self.interface_document: dict[str, object] = {}
        self.sign_in_path = ""

    def home(self, request: Request) -> Response:
        """Return the home page."""
        page = build_home_page(self.services.overviews.overview(), self._shell(request))
        return self._fresh(page, request)

    def search(self, request: Request) -> Response:
        """Return the way to the battery searched for, or the home page saying what is wrong."""
        searched = request.query_params.get("q", "").strip()[:MAX_SEARCH_LETTERS]
        shell = self._shell(request)
        text = shell.language.text
        try:
            identifier = self._resolve(searched)
        except InvalidInput:
            fault, status = text("This is no battery identifier. Type it as on the label."), 422
        else:
            if identifier is not None and self.services.passports.revision(identifier):
                return RedirectResponse(shell.link(f"/{identifier.path}"), status_code=303)
            fault, status = text("No passport is recorded here under this identifier."), 404
        overview = self.services.overviews.overview()
        page = build_home_page(overview, shell, searched=searched, search_fault=fault)
        return self._fresh(page, request, status=status)

    def passport(self, request: Request) -> Response:
        """Return the passport at a GS1 Digital Link: page, JSON or link set."""
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        gtin, serial = request.path_params["gtin"], request.path_params["serial"]
        identifier = BatteryIdentifier(gtin.zfill(14), serial)
        if gtin != identifier.gtin:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/{identifier.path}{query}", status_code=308)
        if request.query_params.get("linkType") in LINKSET_REQUESTS:
            return self._linkset(identifier)
        accepted = request.headers.get("accept", "")
        if "application/json" in accepted and "text/html" not in accepted:
            return self._document(identifier)
        return deliver(self._passport_page(identifier, request), request)

    def verify(self, request: Request) -> Response:
        """Return the page about checking a passport oneself."""
        return self._fresh(VerifyPage(shell=self._shell(request)), request)

    def developers(self, request: Request) -> Response:
        """Return the description of the interface."""
        page = build_developers_page(
            self._shell(request),
            document=self.interface_document,
            public_address=self.services.public_address,
        )
        return self._fresh(page, request)

    def interface(self, request: Request) -> Response:
        """Return the description of the interface as OpenAPI."""
        body = json.dumps(self.interface_document, ensure_ascii=False).encode()
        return deliver(prepare(body, media_type="application/json"), request)

    def static(self, request: Request) -> Response:
        """Return a file of the allowlist; its address changes with its content."""
        found = self._files.deliveries.get(request.url.path)
        if found is None:
            raise HTTPException(404)
        return deliver(found, request, caching=FOREVER)

    def icon(self, request: Request) -> Response:
        """Return the site's icon under the address that browsers ask for by themselves."""
        return deliver(self._files.deliveries[self._files.addresses["icon.svg"]], request)

    def failure(self, request: Request, problem: Problem) -> Response:
        """Return the page of a failure."""
        page = build_failure_page(
            problem,
            self._shell(request),
            request.state.request_id,
            sign_in_path=self.sign_in_path,
        )
        headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
        return Response(
            render(page, self._files.addresses),
            status_code=problem.status,
            media_type="text/html",
            headers=headers | {"Content-Language": page.shell.language.code} | problem.headers(),
        )

    def _passport_page(self, identifier: BatteryIdentifier, request: Request) -> Delivery:
        shell = self._shell(request)
        revision = self.services.passports.revision(identifier)
        key = (identifier, revision, shell.language.code, shell.chosen_by_hand)
        cached = self._cache.get(key) if revision is not None else None
        if cached is not None:
            return cached
        view = find_passport(self.services, identifier)
        prepared = self._prepare(build_passport_page(view, shell))
        if revision is not None:
            self._cache.put(key, prepared)
        return prepared

    def _document(self, identifier: BatteryIdentifier) -> Response:
        document = build_document(find_passport(self.services, identifier))
        headers = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}
        body = document.model_dump_json(by_alias=True)
        return Response(body, media_type="application/json", headers=headers)

    def _linkset(self, identifier: BatteryIdentifier) -> Response:
        find_passport(self.services, identifier)
        document = build_linkset(identifier, public_address=self.services.public_address)
        return Response(canonical_json(document), media_type=LINKSET_MEDIA_TYPE)

    def _resolve(self, searched: str) -> BatteryIdentifier | None:
        named = parse_battery_identifier(searched)
        return self.services.passports.resolve(named) if isinstance(named, str) else named

    def _shell(self, request: Request) -> Shell:
        language, chosen = _language_of(request)
        kept = tuple(
            (name, value[:MAX_SEARCH_LETTERS])
            for name, value in request.query_params.items()
            if name == "q"
        )
        return Shell(
            language=language,
            chosen_by_hand=chosen,
            path=request.url.path,
            query=kept,
            software_version=self.services.software_version,
        )

    def _prepare(self, page: Page) -> Delivery:
        headers = {
            "Content-Language": page.shell.language.code,
            "Vary": "Accept, Accept-Language",
        }
        return prepare(render(page, self._files.addresses), media_type="text/html", headers=headers)

    def _fresh(self, page: Page, request: Request, *, status: int = 200) -> Response:
        response = deliver(self._prepare(page), request)
        if response.status_code == 200:
            response.status_code = status
        return response


def _language_of(request: Request) -> tuple[Language, bool]:
    """Return the language, and whether it was chosen by hand."""
    chosen = request.query_params.get("lang", "")
    if chosen in LANGUAGE_NAMES:
        return load_language(chosen), True
    return load_language(preferred_language(request.headers.get("accept-language", ""))), False
