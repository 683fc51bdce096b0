"""The diagnostic sheet of a battery, for whoever may see it: as a page and as PDF.

In: requests that name a battery. Out: the page, the document.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.policy.reading import usual_purpose
from battery_passport.web.authorization import ActionRoute, authorize, may
from battery_passport.web.consoles.frame.answering import pdf_file
from battery_passport.web.consoles.frame.describing import SUBPATH, name_of, page_of
from battery_passport.web.consoles.frame.desk import Desk
from battery_passport.web.consoles.frame.ports import SetDocument
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.session import principal_of
from battery_passport.web.sheet.content import sheet_of
from battery_passport.web.sheet.page import DiagnosticSheetPage, SheetBeingMadePage
from battery_passport.web.sheet.paper import TEMPLATE, paper_of
from battery_passport.web.sheet.ports import SheetBook

BASE = "/diagnosis"
ACTION, TELEMETRY = "diagnosis.read", "telemetry.read"
PATIENCE_S = 0.6
"""How long a page waits for a diagnosis that is being made."""

ASK_AGAIN_S = 3


@dataclass(frozen=True, slots=True)
class SheetDesk:
    """Endpoint of a battery's diagnostic sheet."""

    desk: Desk
    book: SheetBook
    set_pdf: SetDocument

    def page(self, request: Request) -> Response:
        """Return the sheet; while it is being made for the first time, a page that asks again."""
        card = self.desk.card(request)
        purpose = usual_purpose(principal_of(request), card.resource)
        authorize(request, ACTION, card.resource, purpose)
        shell = self.desk.frame.shell(request, None)
        sources = self.book.sources(card.battery_id, patience_s=PATIENCE_S)
        if sources is None:
            return self._being_made(card, shell, request.query_params.get("format", ""))
        now = self.desk.clock.now()
        sheet = sheet_of(sources, shell.language, now=now)
        if request.query_params.get("format") == "pdf":
            made = self.set_pdf(TEMPLATE, paper_of(sheet, shell.language), made_at=now)
            return pdf_file(f"diagnosis-{card.identifier.serial}", made)
        sees_telemetry = may(request, TELEMETRY, card.resource, purpose)
        page = DiagnosticSheetPage(
            shell=shell,
            title=sheet.title,
            lead=sheet.lead,
            sheet=sheet,
            pdf_link=shell.address(shell.path, format="pdf"),
            measurements=shell.address(page_of("/telemetry", card)) if sees_telemetry else "",
            passport=shell.address(f"/{card.identifier.path}") if card.has_passport else "",
        )
        return self.desk.frame.answer(page)

    def _being_made(self, card: BatteryCard, shell: ConsoleShell, wanted: str) -> Response:
        text = shell.language.text
        page = SheetBeingMadePage(
            shell=shell,
            title=text("Diagnostic sheet"),
            lead=name_of(card, shell.language),
            again=shell.address(shell.path, format="pdf" if wanted == "pdf" else ""),
        )
        answer = self.desk.frame.answer(page, status=202)
        answer.headers["Refresh"] = str(ASK_AGAIN_S)
        return answer


def sheet_routes(desk: Desk, book: SheetBook, set_pdf: SetDocument) -> list[ActionRoute]:
    """Return the route of the sheet."""
    pages = SheetDesk(desk, book, set_pdf)
    return [ActionRoute(f"{BASE}{SUBPATH}", pages.page, action=ACTION)]
