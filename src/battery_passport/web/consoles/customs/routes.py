"""Routes of customs: cases and checks as lists, a check of one battery, a case to open or close.

In: requests of authorities and customs offices. Out: pages; cases and checks, each asked of the
policies and done once for each form.
"""

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Role
from battery_passport.web.authorization import ActionRoute, authorize, may
from battery_passport.web.consoles.customs.checking import CheckForm
from battery_passport.web.consoles.customs.contexts import CasesPage
from battery_passport.web.consoles.customs.lists import cases_list, checks_list, opened_text
from battery_passport.web.consoles.customs.opening import CaseForm
from battery_passport.web.consoles.customs.ports import CaseLine, CustomsBook
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.describing import SUBPATH, name_of, page_of
from battery_passport.web.consoles.frame.desk import Desk, read_found
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.list_state import ListState, read_state
from battery_passport.web.consoles.frame.listing import view_of
from battery_passport.web.consoles.frame.pages import ConfirmPage, Term, note_of
from battery_passport.web.consoles.frame.places import SUPERVISION
from battery_passport.web.consoles.supervision.ports import CheckAll
from battery_passport.web.language import marked
from battery_passport.web.session import principal_of

CASES = f"{SUPERVISION.path}/cases"
CHECKS = f"{SUPERVISION.path}/checks"
CONSOLE = "console.customs"
OPEN, CLOSE, CHECK = "case.open", "case.close", "case.check"
SHOWN = 10
NOTES = {
    "opened": marked("The case is open. The customs office sees it now."),
    "closed": marked("The case is closed. It opens nothing any more."),
    "recorded": marked("The check is recorded and enters the log within seconds."),
}


class CustomsDesk:
    """Endpoints of cases and checks."""

    def __init__(self, desk: Desk, book: CustomsBook) -> None:
        self._desk = desk
        self._book = book

    def cases(self, request: Request) -> Response:
        """Return cases and the latest checks; for customs the field that opens a check."""
        shell, principal = self._desk.frame.shell(request, SUPERVISION), principal_of(request)
        text, listing = shell.language.text, cases_list(shell.kept_query)
        lines = self._book.cases(principal)
        state = read_state(request, sorts=listing.sorts, filters=listing.filter_keys)
        if state.as_csv:
            return self._desk.list_answer(request, SUPERVISION, listing, lines, title=listing.title)
        customs = Role.CUSTOMS in principal.roles
        found = read_found(request, self._desk.batteries, shell) if customs else None
        if found is not None and found.card is not None:
            return lead_to(shell.address(f"{page_of(SUPERVISION.path, found.card)}/check"))
        checks = checks_list(shell.kept_query)
        page = CasesPage(
            shell=shell,
            title=text("Customs cases"),
            lead=text("What is opened to customs beyond the public part. Korean time (KST)."),
            note=note_of(request, NOTES, shell.language),
            scan_action=shell.path if customs else "",
            searched="" if found is None else found.searched,
            scan_fault="" if found is None else found.fault,
            checks=view_of(
                checks,
                self._book.checks(principal)[:SHOWN],
                ListState(language=state.language),
                shell,
            ),
            cases=view_of(listing, lines, state, shell),
            closings=self._closings(request, lines),
            checks_title=text("Own checks") if customs else text("Referred to you by customs"),
        )
        return self._desk.frame.answer(page)

    def checks(self, request: Request) -> Response:
        """Return every check of the office, or those referred to the authority."""
        shell = self._desk.frame.shell(request, SUPERVISION)
        return self._desk.list_answer(
            request,
            SUPERVISION,
            checks_list(shell.kept_query),
            self._book.checks(principal_of(request)),
            title=marked("Customs checks"),
            lead=marked("What customs did with the goods, by time. Korean time (KST)."),
        )

    def ask_close(self, request: Request) -> Response:
        """Return what closing a case means."""
        line = self._own(request)
        shell = self._desk.frame.shell(request, SUPERVISION)
        text, language = shell.language.text, shell.language
        page = ConfirmPage(
            shell=shell,
            title=text("Close this customs case?"),
            terms=(
                Term(
                    text("Battery"), name_of(line.card, language), small=str(line.card.identifier)
                ),
                Term(text("Customs office"), line.holder),
                Term(text("What it opens"), opened_text(line.case.points, language)),
            ),
            follows=(
                text("The customs office reads only the public part from now on."),
                text("The case stays in the list and in the log."),
            ),
            action=f"{CASES}/{line.case.case_id}/close{shell.kept_query}",
            submission="",
            button=text("Close the case"),
            back=shell.address(CASES),
        )
        return self._desk.frame.answer(page)

    def close(self, request: Request) -> Response:
        """Close a case."""
        line = self._own(request)
        authorize(request, CLOSE, line.card.resource, Purpose.MARKET_SURVEILLANCE)
        self._book.close_case(principal_of(request), line.case.case_id)
        shell = self._desk.frame.shell(request, SUPERVISION)
        return lead_to(shell.address(CASES, done="closed"))

    def _own(self, request: Request) -> CaseLine:
        wanted = UUID(str(request.path_params["case_id"]))
        lines = self._book.cases(principal_of(request))
        found = next((each for each in lines if each.case.case_id == wanted and each.own), None)
        if found is None or not found.is_open:
            raise NothingOfYours("There is no open case of yours here.")
        return found

    def _closings(self, request: Request, lines: Sequence[CaseLine]) -> tuple[tuple[str, str], ...]:
        shell = self._desk.frame.shell(request, SUPERVISION)
        purpose = Purpose.MARKET_SURVEILLANCE
        return tuple(
            (
                shell.address(f"{CASES}/{each.case.case_id}/close"),
                f"{each.card.identifier}, {each.holder}",
            )
            for each in lines
            if each.own and each.is_open and may(request, CLOSE, each.card.resource, purpose)
        )


def customs_routes(desk: Desk, book: CustomsBook, check_all: CheckAll) -> list[ActionRoute]:
    """Return the routes of customs cases and checks."""
    pages = CustomsDesk(desk, book)
    check, case = CheckForm(desk, book, check_all), CaseForm(desk, book)
    battery = f"{SUPERVISION.path}{SUBPATH}"
    closing = f"{CASES}/{{case_id:uuid}}/close"
    return [
        ActionRoute(CASES, pages.cases, action=CONSOLE),
        ActionRoute(CHECKS, pages.checks, action=CONSOLE),
        ActionRoute(closing, pages.ask_close, action=CONSOLE, methods=["GET"]),
        ActionRoute(closing, pages.close, action=CLOSE, methods=["POST"]),
        ActionRoute(f"{battery}/check", check.show, action=CHECK, methods=["GET"]),
        ActionRoute(f"{battery}/check", check.record, action=CHECK, methods=["POST"]),
        ActionRoute(f"{battery}/case", case.show, action=CONSOLE, methods=["GET"]),
        ActionRoute(f"{battery}/case", case.open, action=OPEN, methods=["POST"]),
    ]
