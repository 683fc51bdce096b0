"""The public pages: which request gets which page, in which language, from which cache.

In: requests for pages. Out: HTML (or JSON where a program asks at a passport's own address).
"""

import json
from collections.abc import Callable, Hashable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.foundation.errors import InvalidInput
from battery_passport.foundation.identifiers import BatteryIdentifier, parse_battery_identifier
from battery_passport.foundation.strict_json import canonical_json
from battery_passport.web.api.passports import find_passport
from battery_passport.web.delivery import (
    FOREVER,
    Delivery,
    DeliveryCache,
    KnownRevisions,
    deliver,
    prepare,
)
from battery_passport.web.language import (
    LANGUAGE_NAMES,
    Language,
    load_language,
    preferred_language,
)
from battery_passport.web.linkset import LINKSET_MEDIA_TYPE, build_linkset
from battery_passport.web.pages.developers import build_developers_page
from battery_passport.web.pages.failure import build_failure_page
from battery_passport.web.pages.home import build_home_page
from battery_passport.web.pages.layout import Shell
from battery_passport.web.pages.passport import build_passport_page
from battery_passport.web.pages.verify import VerifyPage
from battery_passport.web.ports import WebServices
from battery_passport.web.problems import Problem
from battery_passport.web.rendering import Page, render
from battery_passport.web.static_files import OFFLINE_VERIFIER, StaticFiles, read_built

CACHED_PAGES = 256
"""About 40 kB each: 10 MB at most."""

CHECK_AGAIN_AFTER_S = 300.0
"""A page kept for longer would show a check that nobody repeated."""

MAX_SEARCH_LETTERS = 300

KEPT_IN_LINKS = frozenset(
    {"q", "as", "state", "page", "version", "before", "event", "statement", "batch"}
)
"""What of a query stays when the language is changed."""


class Site:
    """The pages of one installation."""

    def __init__(self, services: WebServices, files: StaticFiles) -> None:
        self.services = services
        self._files = files
        self._cache = DeliveryCache(CACHED_PAGES, keep_s=CHECK_AGAIN_AFTER_S)
        self._revisions = KnownRevisions(services.passports)
        self.interface_document: dict[str, object] = {}
        self.sign_in_path = ""
        self.ask_passkey: Callable[[Request], Response] | None = None

    def home(self, request: Request) -> Response:
        """Return the home page."""
        page = build_home_page(self.services.overviews.overview(), self.shell(request))
        return self._fresh(page, request)

    def search(self, request: Request) -> Response:
        """Return the way to the battery searched for, or the home page saying what is wrong."""
        searched = request.query_params.get("q", "").strip()[:MAX_SEARCH_LETTERS]
        shell = self.shell(request)
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

    async def passport(self, request: Request, identifier: BatteryIdentifier) -> Response:
        """Return the public passport page, from memory where nothing has changed."""
        shell = self.shell(request)
        revision = self._revisions.known(identifier)
        kept = None if revision is None else self._cache.get(_key(identifier, revision, shell))
        if kept is None:
            kept = await run_in_threadpool(self._passport_page, identifier, shell)
        return deliver(kept, request)

    def linkset(self, identifier: BatteryIdentifier) -> Response:
        """Return the link set of a passport."""
        find_passport(self.services, identifier)
        document = build_linkset(identifier, public_address=self.services.public_address)
        return Response(canonical_json(document), media_type=LINKSET_MEDIA_TYPE)

    def verify(self, request: Request) -> Response:
        """Return the page about checking a passport oneself."""
        return self._fresh(VerifyPage(shell=self.shell(request)), request)

    def verifier(self, _request: Request) -> Response:
        """Return the verifier as one file that works from disk; its own policy stands inside it."""
        headers = {
            "Content-Disposition": 'attachment; filename="battery-passport-verifier.html"',
            "Cache-Control": "public, max-age=3600",
        }
        return Response(read_built(OFFLINE_VERIFIER), media_type="text/html", headers=headers)

    def developers(self, request: Request) -> Response:
        """Return the description of the interface."""
        page = build_developers_page(
            self.shell(request),
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
            self.shell(request),
            request.state.request_id,
            sign_in_path=self.sign_in_path,
        )
        headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
        return Response(
            self.render(page),
            status_code=problem.status,
            media_type="text/html",
            headers=headers | {"Content-Language": page.shell.language.code} | problem.headers(),
        )

    def shell(self, request: Request) -> Shell:
        """Return the frame of a page."""
        language, chosen = _language_of(request)
        kept = tuple(
            (name, value[:MAX_SEARCH_LETTERS])
            for name, value in request.query_params.items()
            if name in KEPT_IN_LINKS
        )
        return Shell(
            language=language,
            chosen_by_hand=chosen,
            path=request.url.path,
            query=kept,
            software_version=self.services.software_version,
        )

    def render(self, page: Page) -> bytes:
        """Return a page's HTML."""
        return render(page, self._files.addresses)

    def _passport_page(self, identifier: BatteryIdentifier, shell: Shell) -> Delivery:
        revision = self._revisions.ask(identifier)
        kept = None if revision is None else self._cache.get(_key(identifier, revision, shell))
        if kept is not None:
            return kept
        view = find_passport(self.services, identifier)
        prepared = self._prepare(build_passport_page(view, shell), vary=", Authorization, Cookie")
        if revision is not None:
            self._cache.put(_key(identifier, revision, shell), prepared)
        return prepared

    def _resolve(self, searched: str) -> BatteryIdentifier | None:
        named = parse_battery_identifier(searched)
        return self.services.passports.resolve(named) if isinstance(named, str) else named

    def _prepare(self, page: Page, *, vary: str = "") -> Delivery:
        headers = {
            "Content-Language": page.shell.language.code,
            "Vary": f"Accept, Accept-Language{vary}",
        }
        return prepare(self.render(page), media_type="text/html", headers=headers)

    def _fresh(self, page: Page, request: Request, *, status: int = 200) -> Response:
        response = deliver(self._prepare(page), request)
        if response.status_code == 200:
            response.status_code = status
        return response


def _key(identifier: BatteryIdentifier, revision: str, shell: Shell) -> Hashable:
    return identifier, revision, shell.language.code, shell.chosen_by_hand


def _language_of(request: Request) -> tuple[Language, bool]:
    """Return the language, and whether it was chosen by hand."""
    chosen = request.query_params.get("lang", "")
    if chosen in LANGUAGE_NAMES:
        return load_language(chosen), True
    return load_language(preferred_language(request.headers.get("accept-language", ""))), False
