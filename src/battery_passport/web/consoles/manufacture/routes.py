"""Makers' routes: overview, batteries, what is owed, models, one battery, issuing.

In: requests of makers. Out: pages; passport versions and models, each asked of the policies.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from battery_passport.access.model import Purpose, Resource, ResourceKind
from battery_passport.foundation.errors import Conflict, InvalidInput
from battery_passport.web.authorization import ActionRoute, authorize, may
from battery_passport.web.consoles.frame.answering import lead_to
from battery_passport.web.consoles.frame.cells import Cell, Figure, Tone
from battery_passport.web.consoles.frame.describing import (
    SUBPATH,
    measurements_term,
    name_of,
    page_of,
    sheet_term,
    terms_of,
)
from battery_passport.web.consoles.frame.desk import Desk, short_view
from battery_passport.web.consoles.frame.errors import NothingOfYours
from battery_passport.web.consoles.frame.list_state import read_state
from battery_passport.web.consoles.frame.listing import view_of
from battery_passport.web.consoles.frame.pages import ConfirmPage, Term, note_of
from battery_passport.web.consoles.frame.places import (
    CODE_DESK,
    KEY_DESK,
    MANUFACTURE,
    OBLIGATIONS,
)
from battery_passport.web.consoles.frame.submissions import new_submission, submission_of
from battery_passport.web.consoles.frame.views import BatteryCard
from battery_passport.web.consoles.manufacture.contexts import (
    BatteryPage,
    KeyView,
    ModelsPage,
    OverviewPage,
)
from battery_passport.web.consoles.manufacture.declaring import declare_routes
from battery_passport.web.consoles.manufacture.lists import (
    BASE,
    batteries_list,
    models_list,
    owed_lines,
    owed_list,
)
from battery_passport.web.consoles.manufacture.ports import (
    KeyLine,
    MakerBook,
    OwedPoint,
    OwnBattery,
)
from battery_passport.web.consoles.manufacture.recalls import Recalls, recall_lines
from battery_passport.web.forms import form_of
from battery_passport.web.language import Language, marked
from battery_passport.web.pages.data_points import point_name
from battery_passport.web.refusals.saying import refusal_text
from battery_passport.web.session import principal_of

SHOWN_OWED, SHOWN_OF_BATTERY = 8, 12
ISSUE, ADD_MODEL = "passport.issue", "model.add"
NOTES = {
    "issued": marked("A new version is issued. It is on the ledger within a minute."),
    "registered": marked("The model is registered."),
    "declared": marked("The value is recorded. Issue a version to put it into the passport."),
    "recalled": marked("The recall is recorded for every battery of the model."),
    "recorded": marked(
        "Recorded. It enters the log within seconds and cannot be changed any more."
    ),
}


class MakerDesk:
    """Endpoints of makers."""

    def __init__(self, desk: Desk, book: MakerBook) -> None:
        self._desk = desk
        self._book = book

    def overview(self, request: Request) -> Response:
        """Return what is missing by day and duty, recalls and keys."""
        shell = self._desk.frame.shell(request, MANUFACTURE)
        principal, text = principal_of(request), shell.language.text
        batteries = self._book.batteries(principal)
        lines = owed_lines(batteries)
        page = OverviewPage(
            shell=shell,
            title=text("What your organisation answers for"),
            note=note_of(request, NOTES, shell.language),
            figures=_figures(batteries, len(self._book.models(principal)), shell.language),
            owed=short_view(owed_list(), lines, shell, most=SHOWN_OWED),
            owed_link=shell.address(f"{BASE}/owed"),
            recalls=recall_lines(batteries, shell.language),
            recalls_link=shell.address(f"{BASE}/recalls"),
            keys=tuple(_key(each, shell.language) for each in self._book.keys(principal)),
            keys_link=shell.address(KEY_DESK),
            models_link=shell.address(f"{BASE}/models"),
        )
        return self._desk.frame.answer(page)

    def batteries(self, request: Request) -> Response:
        """Return the batteries that the organisation answers for."""
        shell = self._desk.frame.shell(request, MANUFACTURE)
        return self._desk.list_answer(
            request,
            MANUFACTURE,
            batteries_list(shell.kept_query),
            self._book.batteries(principal_of(request)),
            title=marked("Batteries"),
            lead=marked("Every battery that your organisation answers for."),
        )

    def owed(self, request: Request) -> Response:
        """Return what is owed, by day and data point."""
        return self._desk.list_answer(
            request,
            MANUFACTURE,
            owed_list(),
            owed_lines(self._book.batteries(principal_of(request))),
            title=marked("What is owed"),
            lead=marked("Entries that the law asks of you and nobody has filled, by their day."),
        )

    def models(self, request: Request) -> Response:
        """Return the models and the form for another."""
        return self._models(request)

    def add_model(self, request: Request) -> Response:
        """Register the model of an uploaded file."""
        principal = principal_of(request)
        own = Resource(kind=ResourceKind.ORGANISATION, responsible_id=principal.organisation_id)
        authorize(request, ADD_MODEL, own, Purpose.OWN_USE)
        shell = self._desk.frame.shell(request, MANUFACTURE)
        file = form_of(request)["file"]
        if not file.strip():
            return self._models(request, fault=shell.language.text("Choose a model file."))
        try:
            self._book.add_model(principal, file)
        except (InvalidInput, Conflict) as error:
            return self._models(request, fault=refusal_text(error, shell.language))
        return lead_to(shell.address(f"{BASE}/models", done="registered"))

    def battery(self, request: Request) -> Response:
        """Return one battery: what is filled and owed, and what can be done about it."""
        card = self._own(request)
        shell = self._desk.frame.shell(request, MANUFACTURE)
        language, text = shell.language, shell.language.text
        own = self._book.battery(card)
        shown = own.owed[:SHOWN_OF_BATTERY]
        page = BatteryPage(
            shell=shell,
            title=name_of(card, language),
            note=note_of(request, NOTES, language),
            back=shell.address(f"{BASE}/batteries"),
            terms=(*terms_of(card, shell), measurements_term(card, shell), sheet_term(card, shell)),
            version=_version(own, language),
            filled=text("%(count)s entries filled", count=own.filled),
            owed=tuple(
                Term(
                    point_name(each.number, language),
                    text("fill in"),
                    link=shell.address(f"{page_of(BASE, card)}/declare/{each.number}"),
                    small=_due(each, language),
                )
                if each.declarable and not card.ended
                else Term(point_name(each.number, language), _due(each, language))
                for each in shown
            ),
            owed_more=shell.address(f"{OBLIGATIONS}/{card.identifier.path}"),
            recalls=", ".join(own.open_recalls),
            issue_link="" if card.ended else shell.address(f"{page_of(BASE, card)}/issue"),
            why_not=text("This battery was recycled. Its passport has ended.")
            if card.ended
            else "",
            ways=(),
            code_link=shell.address(CODE_DESK, battery=str(card.identifier)),
        )
        return self._desk.frame.answer(page)

    def ask_issue(self, request: Request) -> Response:
        """Return what issuing a version means."""
        return self._issue_page(request, self._own(request))

    def issue(self, request: Request) -> Response:
        """Issue a version; sent again, issue no second one."""
        card = self._own(request)
        authorize(request, ISSUE, card.resource, Purpose.OWN_USE)
        submission = submission_of(form_of(request))
        shell = self._desk.frame.shell(request, MANUFACTURE)
        try:
            self._book.issue(card, principal_of(request), submission)
        except (InvalidInput, Conflict) as error:
            return self._issue_page(request, card, fault=refusal_text(error, shell.language))
        return lead_to(shell.address(page_of(BASE, card), done="issued"))

    def _own(self, request: Request) -> BatteryCard:
        card = self._desk.card(request)
        if not may(request, ISSUE, card.resource, Purpose.OWN_USE):
            raise NothingOfYours("Your organisation answers for no such battery.")
        return card

    def _issue_page(self, request: Request, card: BatteryCard, *, fault: str = "") -> Response:
        shell = self._desk.frame.shell(request, MANUFACTURE)
        language, text = shell.language, shell.language.text
        own = self._book.battery(card)
        following = 1 if own.version is None else own.version + 1
        page = ConfirmPage(
            shell=shell,
            title=text("Issue version %(version)s?", version=following),
            lead=f"{name_of(card, language)}, {card.identifier}",
            terms=(
                Term(text("Version now"), _version(own, language).text),
                Term(text("Entries filled"), language.number(own.filled)),
                Term(text("Entries owed"), language.number(len(own.owed))),
            ),
            follows=(
                text("The version says what is recorded now, and lists what is missing as owed."),
                text("It is signed and enters the log. Earlier versions stay to be read."),
            ),
            action=f"{page_of(BASE, card)}/issue{shell.kept_query}",
            submission=new_submission(),
            button=text("Issue"),
            back=shell.address(page_of(BASE, card)),
            fault=fault,
        )
        return self._desk.frame.answer(page, status=409 if fault else 200)

    def _models(self, request: Request, *, fault: str = "") -> Response:
        listing = models_list()
        rows = self._book.models(principal_of(request))
        state = read_state(request, sorts=listing.sorts, filters=listing.filter_keys)
        if state.as_csv:
            return self._desk.list_answer(request, MANUFACTURE, listing, rows, title=listing.title)
        shell = self._desk.frame.shell(request, MANUFACTURE)
        page = ModelsPage(
            shell=shell,
            title=shell.language.text("Models"),
            lead=shell.language.text("What is the same for every battery of a model."),
            note=note_of(request, NOTES, shell.language),
            list=view_of(listing, rows, state, shell),
            action=f"{BASE}/models{shell.kept_query}",
            fault=fault,
        )
        return self._desk.frame.answer(page, status=422 if fault else 200)


def _figures(
    batteries: Sequence[OwnBattery], models: int, language: Language
) -> tuple[Figure, ...]:
    text, number = language.text, language.number
    issued = sum(each.version is not None for each in batteries)
    overdue = sum(each.overdue > 0 for each in batteries)
    recalled = sum(bool(each.open_recalls) for each in batteries)
    return (
        Figure(
            label=text("Batteries"),
            figure=number(len(batteries)),
            origin=text("of %(count)s models", count=number(models)),
        ),
        Figure(
            label=text("With a passport"),
            figure=number(issued),
            origin=text("%(count)s without one", count=number(len(batteries) - issued)),
        ),
        Figure(
            label=text("With overdue entries"),
            figure=number(overdue),
            origin=text("batteries whose passport lacks what was due"),
        ),
        Figure(
            label=text("Under recall"),
            figure=number(recalled),
            origin=text("batteries whose recall work is not recorded yet"),
        ),
    )


def _version(own: OwnBattery, language: Language) -> Cell:
    if own.version is None or own.issued_at is None:
        return Cell(language.text("not yet issued"), tone=Tone.NOTICE)
    said = language.text("version %(version)s", version=own.version)
    return Cell(said, small=language.moment(own.issued_at))


def _due(each: OwedPoint, language: Language) -> str:
    if each.due_on is None:
        return language.text("no day is set")
    day = language.day(each.due_on)
    return language.text("overdue since %(day)s", day=day) if each.overdue else day


def _key(line: KeyLine, language: Language) -> KeyView:
    usable = language.text("works until %(day)s", day=language.day_of(line.expires_at))
    state = (
        Cell(usable, tone=Tone.GOOD)
        if line.usable
        else Cell(language.text("expired or revoked"), tone=Tone.QUIET)
    )
    used = language.text("never used")
    if line.last_used_at is not None:
        used = language.text("last used %(at)s", at=language.moment(line.last_used_at))
    return KeyView(label=line.label, prefix=line.prefix, state=state, used=used)


def manufacture_routes(desk: Desk, book: MakerBook) -> list[ActionRoute]:
    """Return the routes of makers."""
    pages, console = MakerDesk(desk, book), MANUFACTURE.action
    battery = f"{BASE}{SUBPATH}"
    return [
        ActionRoute(BASE, pages.overview, action=console),
        ActionRoute(f"{BASE}/batteries", pages.batteries, action=console),
        ActionRoute(f"{BASE}/owed", pages.owed, action=console),
        ActionRoute(f"{BASE}/models", pages.models, action=console, methods=["GET"]),
        ActionRoute(f"{BASE}/models", pages.add_model, action=ADD_MODEL, methods=["POST"]),
        *Recalls(desk, book).routes(),
        *declare_routes(desk, book),
        ActionRoute(f"{battery}/issue", pages.ask_issue, action=console, methods=["GET"]),
        ActionRoute(f"{battery}/issue", pages.issue, action=ISSUE, methods=["POST"]),
        ActionRoute(battery, pages.battery, action=console),
    ]
