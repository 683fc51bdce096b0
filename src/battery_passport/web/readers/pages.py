"""The passport's address for every reader: page, JSON or link set, and the question of purpose.

In: requests with a principal. Out: the public page for everyone, more for those who may see more.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from battery_passport.access.model import PrincipalKind, Purpose
from battery_passport.access.policy.reading import READ
from battery_passport.foundation.identifiers import BatteryIdentifier
from battery_passport.web.api.passports import PUBLIC_POINT, Passports
from battery_passport.web.authorization import access_of, authorize, may
from battery_passport.web.forms import csrf_token, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.linkset import LINKSET_REQUESTS
from battery_passport.web.readers.answering import identifier_in, private_page
from battery_passport.web.readers.page import (
    Around,
    Place,
    Question,
    build_banner,
    build_reader_page,
)
from battery_passport.web.readers.purposes import (
    Choice,
    answered_purpose,
    choose,
    forget_purpose,
    options,
    remember_purpose,
)
from battery_passport.web.reading.desk import Desk, Opened
from battery_passport.web.site import Site

CHOOSE_ONE = marked("Choose what you read this passport for.")


class PassportPages:
    """The passport at its own address, for whoever asks."""

    def __init__(self, site: Site, desk: Desk, passports: Passports) -> None:
        self._site = site
        self._desk = desk
        self._passports = passports

    async def passport(self, request: Request) -> Response:
        """Return the passport at a GS1 Digital Link: page, JSON or link set."""
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        identifier = identifier_in(request)
        if request.path_params["gtin"] != identifier.gtin:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/{identifier.path}{query}", status_code=308)
        if request.query_params.get("linkType") in LINKSET_REQUESTS:
            return await run_in_threadpool(self._site.linkset, identifier)
        accepted = request.headers.get("accept", "")
        wants_json = "application/json" in accepted and "text/html" not in accepted
        everyone = access_of(request.scope).principal.kind is PrincipalKind.ANONYMOUS
        if everyone and wants_json:
            return await self._passports.document(request, identifier)
        if everyone:
            return await self._site.passport(request, identifier)
        answer = self._passports.for_reader if wants_json else self._page
        return await run_in_threadpool(answer, request, identifier)

    def state_purpose(self, request: Request) -> Response:
        """Take the answer to what the passport is read for, then lead back to it."""
        identifier = identifier_in(request)
        battery = self._desk.battery(identifier)
        access = access_of(request.scope)
        said = form_of(request)["purpose"]
        authorize(request, READ, PUBLIC_POINT, Purpose.OWN_USE)
        shell = self._site.shell(request)
        back = RedirectResponse(shell.link(f"/{identifier.path}"), status_code=303)
        back.headers["Cache-Control"] = "no-store"
        if said == "ask-again":
            forget_purpose(back, request)
            return back
        purpose = next((each for each in Purpose if each.value == said), None)
        choice = choose(access.authorizer, access.principal, battery, answered=purpose)
        if not choice.asked or purpose is None:
            return self._page(request, identifier, fault=CHOOSE_ONE)
        remember_purpose(back, request, access.principal, purpose)
        return back

    def _page(
        self, request: Request, identifier: BatteryIdentifier, *, fault: str = ""
    ) -> Response:
        access = access_of(request.scope)
        answered = answered_purpose(request, access.principal)
        battery = self._desk.battery(identifier)
        choice = choose(access.authorizer, access.principal, battery, answered=answered)
        purpose = choice.purpose or Purpose.OWN_USE
        opened = self._desk.open(request, identifier, purpose)
        shown = self._desk.show(opened)
        shell = self._site.shell(request)
        around = Around(
            csrf=csrf_token(request),
            banner=None
            if opened.sight.is_public
            else build_banner(opened, shell.language, may_change=choice.asked),
            question=_question(choice, shell.language, fault),
            places=_places(request, opened, shell.language),
            purpose=choice.purpose,
        )
        page = build_reader_page(shown, shell, around)
        return private_page(self._site, page, status=422 if fault and page.question else 200)


def _question(choice: Choice, language: Language, fault: str) -> Question | None:
    if choice.ask is None:
        return None
    return Question(
        options=options(choice.ask, language), fault=language.text(fault) if fault else ""
    )


def _places(request: Request, opened: Opened, language: Language) -> tuple[Place, ...]:
    path, purpose = opened.identifier.path, opened.reading.purpose
    found = (
        ("passport.preview", language.text("What others see"), f"/preview/{path}"),
        ("obligations.read", language.text("What is owed"), f"/obligations/{path}"),
    )
    return tuple(
        Place(title, address)
        for action, title, address in found
        if may(request, action, opened.battery, purpose)
    )
