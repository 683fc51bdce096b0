"""One-time codes that enrol devices: asked for, made, shown once.

In: forms of administrators. Out: the question; the code as text, as QR code, as a sheet to print.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose
from battery_passport.foundation.errors import InvalidInput
from battery_passport.web.authorization import authorize, may
from battery_passport.web.consoles.devices.contexts import CodePage
from battery_passport.web.consoles.devices.ports import CodePaper, DeviceBook
from battery_passport.web.consoles.devices.showing import DEVICES, MANAGE
from battery_passport.web.consoles.frame.act_page import ActPage
from battery_passport.web.consoles.frame.describing import name_of
from battery_passport.web.consoles.frame.desk import MAX_SCANNED, Desk
from battery_passport.web.consoles.frame.pages import Term
from battery_passport.web.consoles.frame.places import ADMINISTRATION
from battery_passport.web.consoles.frame.questions import FieldView, Option
from battery_passport.web.consoles.frame.shell import ConsoleShell
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.forms import Form, form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.qr import qr_svg
from battery_passport.web.session import principal_of

CODE = f"{DEVICES}/code"
_LIVES = {1: marked("1 hour"), 24: marked("24 hours"), 72: marked("3 days"), 168: marked("7 days")}
_USUAL_HOURS = 24
UNKNOWN = marked("No battery of your city is registered under this identifier.")
UNREADABLE = marked("This is no battery identifier. Type it as on the label.")


@dataclass(frozen=True, slots=True)
class CodeForm:
    """Endpoints of a code that is to be made."""

    desk: Desk
    book: DeviceBook

    def ask(self, request: Request) -> Response:
        """Return the form; the address may name the battery."""
        typed = Form((("battery", request.query_params.get("battery", "")[:MAX_SCANNED]),))
        return self._page(request, typed)

    def make(self, request: Request) -> Response:
        """Make the code and show it, this once."""
        form = form_of(request)
        found = found_battery(request, self.desk, form["battery"])
        if not isinstance(found, BatteryCard):
            return self._page(request, form, fault=found)
        authorize(request, MANAGE, found.resource, Purpose.ADMINISTRATION)
        hours = int(form["hours"]) if form["hours"] in map(str, _LIVES) else _USUAL_HOURS
        paper = self.book.make_code(principal_of(request), found, hours=hours)
        shell = self.desk.frame.shell(request, ADMINISTRATION)
        return self.desk.frame.answer(code_page(shell, found, paper))

    def _page(self, request: Request, form: Form, *, fault: str = "") -> Response:
        shell = self.desk.frame.shell(request, ADMINISTRATION)
        text = shell.language.text
        lives = tuple(Option(str(hours), text(said)) for hours, said in _LIVES.items())
        page = ActPage(
            shell=shell,
            title=text("Enrol a device"),
            lead=text("A one-time code lets one device send for one battery."),
            terms=(),
            fields=(
                battery_field(form["battery"], fault, shell.language),
                FieldView(
                    name="hours",
                    kind="choice",
                    label=text("The code can be used for"),
                    value=form["hours"] or str(_USUAL_HOURS),
                    required=True,
                    options=lives,
                ),
            ),
            follows=(
                text("The code is shown once: type it in, scan it, or print its sheet."),
                text("The device makes a key of its own, which never leaves it."),
                text("That the code was made enters the log, under your name."),
            ),
            action=f"{CODE}{shell.kept_query}",
            button=text("Make the code"),
            back=shell.address(DEVICES),
        )
        return self.desk.frame.answer(page, status=422 if fault else 200)


def code_page(
    shell: ConsoleShell, card: BatteryCard, paper: CodePaper, *, replaces: str = ""
) -> CodePage:
    """Return a code as it is handed out."""
    language = shell.language
    text = language.text
    identifier = str(card.identifier)
    terms = [Term(text("Battery"), name_of(card, language), small=identifier)]
    if replaces:
        terms.append(Term(text("Takes the place of"), replaces, code=True))
    return CodePage(
        shell=shell,
        title=text("One-time code for a device"),
        back=shell.address(DEVICES),
        back_text=text("Devices"),
        again=shell.address(CODE),
        terms=tuple(terms),
        code=paper.code,
        qr=qr_svg(paper.link),
        command=f'battery-passport device enrol "{paper.link}"',
        expires=language.moment(paper.expires_at),
    )


def battery_field(typed: str, fault: str, language: Language) -> FieldView:
    """Return the field that asks for a battery."""
    text = language.text
    return FieldView(
        name="battery",
        kind="text",
        label=text("Battery identifier"),
        value=typed,
        hint=text(
            "As on the label: the address in the QR code, or GTIN and serial number as in "
            "%(example)s",
            example="09506000134352/KR26A001",
        ),
        fault=text(fault) if fault else "",
        required=True,
        longest=MAX_SCANNED,
    )


def found_battery(request: Request, desk: Desk, typed: str) -> BatteryCard | str:
    """Return the battery that was typed, or what is wrong with it."""
    try:
        card = desk.batteries.find(typed.strip()[:MAX_SCANNED])
    except InvalidInput:
        return UNREADABLE
    if card is None or not may(request, MANAGE, card.resource, Purpose.ADMINISTRATION):
        return UNKNOWN
    return card
