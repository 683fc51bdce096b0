"""Inspectors' routes: today, batteries due, one battery, signed inspections.

In: requests of inspectors. Out: pages.
"""

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Principal, Purpose
from battery_passport.web.authorization import ActionRoute, may
from battery_passport.web.consoles.frame.describing import (
    SUBPATH,
    measurements_term,
    name_of,
    page_of,
    sheet_term,
    terms_of,
)
from battery_passport.web.consoles.frame.desk import Desk, read_scan, short_view
from battery_passport.web.consoles.frame.drafting import NOTES, DraftLine, EventForm
from battery_passport.web.consoles.frame.pages import note_of
from battery_passport.web.consoles.frame.places import CODE_DESK, INSPECTION
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.inspection.contexts import SheetPage, TodayPage
from battery_passport.web.consoles.inspection.health import health_terms
from battery_passport.web.consoles.inspection.lists import BASE, due_list, signed_list
from battery_passport.web.consoles.inspection.past import past_inspections
from battery_passport.web.consoles.inspection.ports import InspectionBook
from battery_passport.web.consoles.inspection.putting_right import CORRECTION, WITHDRAWAL
from battery_passport.web.consoles.inspection.sheet import ACTION, EVENT, SHEET
from battery_passport.web.language import Language, marked
from battery_passport.web.session import principal_of

SHOWN_TODAY = 8
FORMS = (SHEET, CORRECTION, WITHDRAWAL)


class InspectionDesk:
    """Endpoints of inspectors that only read."""

    def __init__(self, desk: Desk, book: InspectionBook) -> None:
        self._desk = desk
        self._book = book
        self.forms = tuple(EventForm(desk, spec) for spec in FORMS)

    def today(self, request: Request) -> Response:
        """Return the scan field, the drafts, and the batteries that are due first."""
        shell = self._desk.frame.shell(request, INSPECTION)
        scan = read_scan(request, self._desk.batteries, shell, base=BASE)
        if scan.way is not None:
            return scan.way
        principal, text = principal_of(request), shell.language.text
        due = self._book.due(principal)
        page = TodayPage(
            shell=shell,
            title=text("Today"),
            note=note_of(request, NOTES, shell.language),
            scan_action=shell.path,
            searched=scan.searched,
            fault=scan.fault,
            drafts=self._drafts(principal, shell),
            due=short_view(due_list(shell.kept_query), due, shell, most=SHOWN_TODAY),
            due_count=len(due),
            all_due=shell.address(f"{BASE}/queue"),
        )
        return self._desk.frame.answer(page, status=404 if scan.fault else 200)

    def queue(self, request: Request) -> Response:
        """Return the batteries that are due."""
        shell = self._desk.frame.shell(request, INSPECTION)
        return self._desk.list_answer(
            request,
            INSPECTION,
            due_list(shell.kept_query),
            self._book.due(principal_of(request)),
            title=marked("Batteries due"),
            lead=marked("Batteries of your city, the most urgent first."),
        )

    def signed(self, request: Request) -> Response:
        """Return the inspections that this organisation signed."""
        shell = self._desk.frame.shell(request, INSPECTION)
        return self._desk.list_answer(
            request,
            INSPECTION,
            signed_list(shell.kept_query),
            self._desk.batteries.own_events(principal_of(request), (EVENT,)),
            title=marked("Signed inspections"),
            lead=marked("What your organisation signed. All times are Korean time (KST, UTC+9)."),
        )

    def battery(self, request: Request) -> Response:
        """Return one battery: what it is, how it was inspected before, and the way to the form."""
        shell = self._desk.frame.shell(request, INSPECTION)
        card, principal = self._desk.card(request), principal_of(request)
        events = self._desk.batteries.events(card, principal)
        allowed = may(request, ACTION, card.resource, Purpose.LEGITIMATE_INTEREST)
        page = SheetPage(
            shell=shell,
            title=name_of(card, shell.language),
            note=note_of(request, NOTES, shell.language),
            back=shell.address(BASE),
            terms=(*terms_of(card, shell), measurements_term(card, shell), sheet_term(card, shell)),
            record_link=shell.address(f"{page_of(BASE, card)}/{SHEET.path}"),
            why_not=_why_not(card, allowed=allowed, language=shell.language),
            drafts=self._drafts(principal, shell, card),
            health=health_terms(self._book.both(card), shell.language),
            past=past_inspections(events, card, shell, allowed=allowed and not card.ended),
            code_link=shell.address(CODE_DESK, battery=str(card.identifier)),
        )
        return self._desk.frame.answer(page)

    def _drafts(
        self, principal: Principal, shell: ConsoleShell, card: BatteryCard | None = None
    ) -> tuple[DraftLine, ...]:
        """Return somebody's drafts of every form here, of one battery or of all."""
        return tuple(
            line
            for form, spec in zip(self.forms, FORMS, strict=True)
            for line in form.lines(
                [
                    each
                    for each in self._desk.drafts.of(principal, spec.path)
                    if card is None or each.battery.identifier == card.identifier
                ],
                shell,
            )
        )


def _why_not(card: BatteryCard, *, allowed: bool, language: Language) -> str:
    if card.ended:
        return language.text(
            "This battery was recycled. Nothing can be recorded about it any more."
        )
    if not allowed:
        return language.text("This battery belongs to another city. You may not record about it.")
    return ""


def inspection_routes(desk: Desk, book: InspectionBook) -> list[ActionRoute]:
    """Return the routes of inspectors."""
    pages, console = InspectionDesk(desk, book), INSPECTION.action
    return [
        ActionRoute(BASE, pages.today, action=console),
        ActionRoute(f"{BASE}/queue", pages.queue, action=console),
        ActionRoute(f"{BASE}/signed", pages.signed, action=console),
        *(route for form in pages.forms for route in form.routes()),
        ActionRoute(f"{BASE}{SUBPATH}", pages.battery, action=console),
    ]
