"""Routes of authorities, customs and notified bodies: check, one battery, own looks.

In: requests of theirs. Out: pages; one answer for each battery.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.web.authorization import ActionRoute, may
from battery_passport.web.consoles.frame.cells import Cell, Tone
from battery_passport.web.consoles.frame.describing import (
    SUBPATH,
    name_of,
    page_of,
    terms_of,
)
from battery_passport.web.consoles.frame.desk import MAX_SCANNED, Desk, short_view
from battery_passport.web.consoles.frame.drafting import NOTES, EventForm
from battery_passport.web.consoles.frame.listing import ListView
from battery_passport.web.consoles.frame.pages import ConsolePage, Term, note_of
from battery_passport.web.consoles.frame.places import CONSIGNMENT, OBLIGATIONS, SUPERVISION
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.supervision.forms import RESUME, SUSPEND
from battery_passport.web.consoles.supervision.lists import looks_list
from battery_passport.web.consoles.supervision.ports import CheckAll, LookBook
from battery_passport.web.language import marked
from battery_passport.web.readers.consignment import ANSWERS
from battery_passport.web.session import principal_of

BASE = SUPERVISION.path
CHECK = "consignment.check"
MOST_LOOKS, SHOWN_LOOKS = 1_000, 5


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer about a battery."""

    cell: Cell
    reason: str
    terms: tuple[Term, ...]
    way: str
    passport: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage(ConsolePage):
    """The context of `consoles/supervision/check.html`."""

    template: ClassVar[str] = "consoles/supervision/check.html"
    scan_action: str
    searched: str
    answer: Answer | None
    consignment: str
    looks: ListView
    all_looks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage(ConsolePage):
    """The context of `consoles/supervision/battery.html`."""

    template: ClassVar[str] = "consoles/supervision/battery.html"
    back: str
    answer: Answer
    ways: tuple[tuple[str, str], ...]
    owed: str


class SupervisionDesk:
    """Endpoints of authorities."""

    def __init__(self, desk: Desk, check: CheckAll, looks: LookBook) -> None:
        self._desk = desk
        self._check = check
        self._looks = looks
        self.forms = (EventForm(desk, SUSPEND), EventForm(desk, RESUME))

    def check(self, request: Request) -> Response:
        """Return the scan field, and the answer about what was scanned."""
        shell = self._desk.frame.shell(request, SUPERVISION)
        text = shell.language.text
        searched = request.query_params.get("q", "").strip()[:MAX_SCANNED]
        looks = self._looks.own(principal_of(request), most=SHOWN_LOOKS)
        page = CheckPage(
            shell=shell,
            title=text("Check a battery"),
            lead=text("Scan or paste one identifier, or check a whole consignment at once."),
            scan_action=shell.path,
            searched=searched,
            answer=self._answer(searched, shell) if searched else None,
            consignment=shell.address(CONSIGNMENT),
            looks=short_view(looks_list(shell.kept_query), looks, shell, most=SHOWN_LOOKS),
            all_looks=shell.address(f"{BASE}/looks"),
        )
        return self._desk.frame.answer(page)

    def looks(self, request: Request) -> Response:
        """Return the looks that this organisation took."""
        shell = self._desk.frame.shell(request, SUPERVISION)
        return self._desk.list_answer(
            request,
            SUPERVISION,
            looks_list(shell.kept_query),
            self._looks.own(principal_of(request), most=MOST_LOOKS),
            title=marked("Own recent looks"),
            lead=marked("What your organisation opened that is not public. Korean time (KST)."),
        )

    def battery(self, request: Request) -> Response:
        """Return one battery with its answer, and what may be decided about its passport."""
        shell = self._desk.frame.shell(request, SUPERVISION)
        card = self._desk.card(request)
        text = shell.language.text
        page = CasePage(
            shell=shell,
            title=name_of(card, shell.language),
            note=note_of(request, NOTES, shell.language),
            back=shell.address(BASE),
            answer=self._answer(str(card.identifier), shell),
            ways=tuple(self._ways(request, card, shell)),
            owed=shell.address(f"{OBLIGATIONS}/{card.identifier.path}")
            if may(request, "obligations.read", card.resource, Purpose.MARKET_SURVEILLANCE)
            else "",
            lead=text("Battery %(identifier)s", identifier=str(card.identifier)),
        )
        return self._desk.frame.answer(page)

    def _ways(
        self, request: Request, card: BatteryCard, shell: ConsoleShell
    ) -> list[tuple[str, str]]:
        spec, path, text = (
            RESUME if card.suspended else SUSPEND,
            page_of(BASE, card),
            shell.language.text,
        )
        ways = []
        allowed = may(request, spec.action, card.resource, spec.purpose)
        if allowed and card.has_passport and not card.ended:
            ways.append((shell.address(f"{path}/{spec.path}"), text(spec.title)))
        if may(request, "case.open", card.resource, Purpose.MARKET_SURVEILLANCE):
            ways.append((shell.address(f"{path}/case"), text("Open a customs case")))
        if may(request, "case.check", card.resource, Purpose.CUSTOMS_CHECK):
            ways.append((shell.address(f"{path}/check"), text("Record a customs check")))
        if may(request, "diagnosis.read", card.resource, Purpose.MARKET_SURVEILLANCE):
            sheet = shell.address(page_of("/diagnosis", card))
            ways.append((sheet, text("Open the diagnostic sheet")))
        return ways

    def _answer(self, searched: str, shell: ConsoleShell) -> Answer:
        checked = self._check([searched])[0]
        tone, word, reason = ANSWERS[checked.verdict]
        text = shell.language.text
        card = None if checked.identifier is None else self._desk.batteries.card(checked.identifier)
        return Answer(
            cell=Cell(text(word), tone=Tone(tone)),
            reason=text(reason) if reason else "",
            terms=() if card is None else terms_of(card, shell),
            way="" if card is None else shell.address(page_of(BASE, card)),
            passport=""
            if card is None or not card.has_passport
            else shell.address(f"/{card.identifier.path}"),
        )


def supervision_routes(desk: Desk, check: CheckAll, looks: LookBook) -> list[ActionRoute]:
    """Return the routes of authorities, customs and notified bodies."""
    pages, console = SupervisionDesk(desk, check, looks), SUPERVISION.action
    return [
        ActionRoute(BASE, pages.check, action=(console, CHECK)),
        ActionRoute(f"{BASE}/looks", pages.looks, action=console),
        *(route for form in pages.forms for route in form.routes()),
        ActionRoute(f"{BASE}{SUBPATH}", pages.battery, action=(console, CHECK)),
    ]
